#include "notify/fingerprint.h"

#include <string_view>

#include <fmt/format.h>

namespace keepwatch::notify {
namespace {

constexpr std::uint64_t kOffsetBasis = 14695981039346656037U;
constexpr std::uint64_t kPrime = 1099511628211U;
constexpr std::string_view kSeparator = "\xFF";

std::uint64_t add(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    return hash;
}

} // namespace

std::string fingerprint(const Labels& labels) {
    auto hash = kOffsetBasis;
    for (const auto& label : labels) {
        hash = add(add(hash, label.name), kSeparator);
        hash = add(add(hash, label.value), kSeparator);
    }
    return fmt::format("{:016x}", hash);
}

} // namespace keepwatch::notify
