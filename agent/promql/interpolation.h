#pragma once

#include "model/sample.h"

namespace keepwatch::promql {

// What lies at `t` on the line through two samples of different times.
inline double interpolated(const Sample& before, const Sample& behind, Timestamp t) {
    return before.value + (behind.value - before.value) * static_cast<double>((t - before.t).ms) /
                              static_cast<double>((behind.t - before.t).ms);
}

} // namespace keepwatch::promql
