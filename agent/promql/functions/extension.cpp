#include "promql/functions/extension.h"

#include <algorithm>

#include "promql/interpolation.h"

namespace keepwatch::promql {
namespace {

// The index of the first of the first `n` samples of which `holds` is true, or n.
template <class Holds>
std::size_t first_where(std::span<const Sample> samples, std::size_t n, Holds holds) {
    const auto begin = samples.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(n);
    return static_cast<std::size_t>(std::find_if(begin, end, holds) - begin);
}

// A counter that fell between two samples began at zero right behind the first.
double between(Sample before, const Sample& behind, Timestamp t, Slope slope) {
    if (slope == Slope::Counter && behind.value < before.value) before.value = 0;
    return interpolated(before, behind, t);
}

} // namespace

std::optional<Edges> edges(const Window& window, Slope slope) {
    const auto samples = window.samples;
    const auto begin = window.after;
    const auto end = window.until;
    const bool smoothed = window.extension == Extension::Smoothed;
    auto last = samples.size() - 1;
    auto first = first_where(samples, last, [&](const Sample& s) { return s.t > begin; });
    if (first > 0) --first; // The newest that is not behind the beginning, if there is one.
    if (smoothed) last = first_where(samples, last, [&](const Sample& s) { return s.t >= end; });
    if (samples[last].t <= begin) return std::nullopt;

    Edges edges{samples[first].value, samples[last].value, {}};
    if (smoothed && samples[first].t < begin)
        edges.first = between(samples[first], samples[first + 1], begin, slope);
    if (smoothed && samples[last].t > end && last > 0)
        edges.last = between(samples[last - 1], samples[last], end, slope);
    const auto inside_first = samples[first].t <= begin ? first + 1 : first;
    const auto inside_end = samples[last].t >= end ? last : last + 1;
    if (inside_first < inside_end)
        edges.inside = samples.subspan(inside_first, inside_end - inside_first);
    return edges;
}

std::vector<Sample> samples_in_range(const Window& window) {
    if (window.extension == Extension::None) return {window.samples.begin(), window.samples.end()};
    const auto found = edges(window, Slope::Any);
    if (!found) return {};
    std::vector<Sample> samples{{window.after, found->first}};
    samples.insert(samples.end(), found->inside.begin(), found->inside.end());
    samples.push_back({window.until, found->last});
    return samples;
}

std::span<const Sample> samples_from_anchor(const Window& window) {
    const auto samples = window.samples;
    if (window.extension != Extension::Anchored) return samples;
    const auto behind =
        first_where(samples, samples.size(), [&](const Sample& s) { return s.t > window.after; });
    if (behind == samples.size()) return {};
    return samples.subspan(behind > 0 ? behind - 1 : 0);
}

} // namespace keepwatch::promql
