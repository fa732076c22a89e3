#include "promql/eval/parameter_extremes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/number.h"

namespace keepwatch::promql {

void ParameterExtremes::add(const Aggregate& aggregate, double parameter) {
    auto found = std::find_if(seen_.begin(), seen_.end(),
                              [&](const auto& one) { return one.first == &aggregate; });
    if (found == seen_.end()) {
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        found = seen_.insert(found, {&aggregate, {kInfinity, -kInfinity}});
    }
    auto& [least, most, has_nan] = found->second;
    if (std::isnan(parameter)) {
        has_nan = true;
        return;
    }
    least = std::min(least, parameter);
    most = std::max(most, parameter);
}

void ParameterExtremes::tell(Notes& notes) const {
    for (const auto& [aggregate, extremes] : seen_) {
        const auto& at = without_parens(*aggregate->parameter).span;
        const auto warn_of_quantile = [&notes, &at](double phi) {
            notes.warn(fmt::format("quantile value should be between 0 and 1, got {}",
                                   format_number_go(phi)),
                       at);
        };
        const auto warn_of_ratio = [&notes, &at](double ratio, double capped) {
            notes.warn(fmt::format("ratio value should be between -1 and 1, got {}, capping to {}",
                                   format_number_go(ratio), format_number_go(capped)),
                       at);
        };
        const auto& [least, most, has_nan] = extremes;
        if (aggregate->op == AggregateOp::Quantile) {
            if (has_nan)
                warn_of_quantile(std::nan("")); // And of nothing else, as in Go's math.Max.
            if (!has_nan && most > 1) warn_of_quantile(most);
            if (!has_nan && least < 0) warn_of_quantile(least);
        } else {
            if (most > 1) warn_of_ratio(most, 1);
            if (least < -1) warn_of_ratio(least, -1);
        }
    }
}

} // namespace keepwatch::promql
