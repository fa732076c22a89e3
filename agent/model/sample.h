#pragma once

#include <bit>
#include <cstdint>

#include "model/time.h"

namespace keepwatch {

struct Sample {
    Timestamp t;
    double value = 0;
};

// Prometheus's staleness marker: a NaN of this one bit pattern says "the series ended here".
// https://github.com/prometheus/prometheus/blob/main/model/value/value.go
inline constexpr std::uint64_t kStaleNaNBits = 0x7ff0000000000002;

inline double stale_marker() {
    return std::bit_cast<double>(kStaleNaNBits);
}
inline bool is_stale(double value) {
    return std::bit_cast<std::uint64_t>(value) == kStaleNaNBits;
}

} // namespace keepwatch
