#pragma once

#include <vector>

namespace keepwatch::promql {

// The φ-quantile by linear interpolation between the closest ranks. NaN for NaN or no values at
// all, -Inf for φ < 0, +Inf for φ > 1; NaN values count as the smallest. Sorts `values`.
double quantile(double phi, std::vector<double>& values);

} // namespace keepwatch::promql
