#include "promql/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace keepwatch::promql {

double quantile(double phi, std::vector<double>& values) {
    if (values.empty() || std::isnan(phi)) return std::numeric_limits<double>::quiet_NaN();
    if (phi < 0) return -std::numeric_limits<double>::infinity();
    if (phi > 1) return std::numeric_limits<double>::infinity();
    std::sort(values.begin(), values.end(), [](double left, double right) {
        return std::isnan(left) ? !std::isnan(right) : left < right;
    });
    const double rank = phi * static_cast<double>(values.size() - 1);
    const auto lower = static_cast<std::size_t>(rank);
    const auto upper = std::min(values.size() - 1, lower + 1);
    const double weight = rank - std::floor(rank);
    if (weight == 0) return values[lower]; // The other may be infinite.
    return values[lower] * (1 - weight) + values[upper] * weight;
}

} // namespace keepwatch::promql
