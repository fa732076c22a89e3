#include "config/nearest.h"

#include <algorithm>
#include <vector>

namespace keepwatch::config {
namespace {

constexpr std::size_t kWordBytesMax = 64; // Keeps the table small whatever a file holds.

// How many letters must be inserted, deleted, replaced or swapped with their neighbour: the optimal
// string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> cost((a.size() + 1) * width);
    for (std::size_t i = 0; i <= a.size(); ++i) cost[i * width] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) cost[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            auto& best = cost[i * width + j];
            best = std::min({cost[(i - 1) * width + j] + 1, cost[i * width + j - 1] + 1,
                             cost[(i - 1) * width + j - 1] + change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) best = std::min(best, cost[(i - 2) * width + j - 2] + 1);
        }
    }
    return cost.back();
}

} // namespace

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > kWordBytesMax) return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t least = std::min<std::size_t>(2, (word.size() - 1) / 2);
    for (const auto candidate : candidates) {
        if (candidate.size() > word.size() + 2 || word.size() > candidate.size() + 2) continue;
        const auto changes = distance(word, candidate);
        if (changes > least || (best && changes == least)) continue;
        least = changes;
        best = candidate;
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const auto meant = nearest(word, candidates);
    return meant ? "; did you mean " + std::string(*meant) + '?' : std::string();
}

} // namespace keepwatch::config
