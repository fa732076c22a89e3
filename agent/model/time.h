#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "model/result.h"

namespace keepwatch {

// A length of time in milliseconds, the resolution of PromQL. Signed.
struct Duration {
    std::int64_t ms = 0;

    constexpr auto operator<=>(const Duration&) const = default;
    constexpr Duration operator-() const { return {-ms}; }
    constexpr Duration operator+(Duration other) const { return {ms + other.ms}; }
    constexpr Duration operator-(Duration other) const { return {ms - other.ms}; }
    constexpr Duration operator*(std::int64_t factor) const { return {ms * factor}; }
    constexpr double seconds() const { return static_cast<double>(ms) / 1e3; }
};

constexpr Duration milliseconds(std::int64_t n) {
    return {n};
}
constexpr Duration seconds(std::int64_t n) {
    return {n * 1'000};
}
constexpr Duration minutes(std::int64_t n) {
    return {n * 60'000};
}
constexpr Duration hours(std::int64_t n) {
    return {n * 3'600'000};
}

// A moment, in milliseconds since the Unix epoch. Negative before 1970.
struct Timestamp {
    std::int64_t ms = 0;

    constexpr auto operator<=>(const Timestamp&) const = default;
    constexpr Timestamp operator+(Duration d) const { return {ms + d.ms}; }
    constexpr Timestamp operator-(Duration d) const { return {ms - d.ms}; }
    constexpr Duration operator-(Timestamp other) const { return {ms - other.ms}; }
    constexpr double seconds() const { return static_cast<double>(ms) / 1e3; }
};

// Before and after all that is ever asked for, and far enough from the ends of 64 bits that a
// duration can be added or subtracted.
inline constexpr Timestamp kBeginningOfTime{std::numeric_limits<std::int64_t>::min() / 2};
inline constexpr Timestamp kEndOfTime{std::numeric_limits<std::int64_t>::max() / 2};

// `2026-11-24T05:22:39.5Z`: RFC 3339 in UTC, with as many decimals as are needed and no more.
std::string format_rfc3339(Timestamp t);

// Accepts what Prometheus's HTTP API does: RFC 3339 with any offset, or decimal Unix seconds.
Result<Timestamp> parse_timestamp(std::string_view text);

// Prometheus's duration notation: `1h30m`, `15s`, `500ms`, `1d`, `2w`, `1y`; units in falling
// order, each at most once; "0" alone is allowed. No sign.
Result<Duration> parse_duration(std::string_view text);

// The inverse of parse_duration, in Prometheus's canonical form: `1h30m`, `0s`.
std::string format_duration(Duration d);

} // namespace keepwatch
