#include <cmath>
#include <span>

#include "promql/functions/range.h"
#include "promql/summation.h"

namespace keepwatch::promql::functions {
namespace {

// What stands for the value between two samples.
enum class Strategy : std::uint8_t { LeftPoint, RightPoint, Trapezoid };

Strategy strategy_of(Parameters given) {
    if (given.empty() || (given[0] != 0 && given[0] != 1)) return Strategy::Trapezoid;
    return given[0] == 0 ? Strategy::LeftPoint : Strategy::RightPoint;
}

CompensatedSum middle(double left, double right) {
    CompensatedSum sum(left, 0);
    sum.add(right);
    if (!std::isinf(sum.sum()) || std::isinf(left) || std::isinf(right)) return sum.scaled(0.5);
    CompensatedSum halves(left / 2, 0); // The sum overflowed, which the mean does not.
    halves.add(right / 2);
    return halves;
}

CompensatedSum height(double left, double right, Strategy strategy) {
    if (strategy == Strategy::Trapezoid) return middle(left, right);
    return {strategy == Strategy::LeftPoint ? left : right, 0};
}

double number_or_zero(double value) {
    return std::isnan(value) ? 0 : value;
}

} // namespace

// The area below the samples, in units of value times seconds; NaN counts as zero. By the
// trapezoidal rule, or if told so by the left (0) or the right (1) rectangle rule.
std::optional<double> integral(const Window& window, Parameters given) {
    const auto strategy = strategy_of(given);
    CompensatedSum area;
    for (std::size_t i = 1; i < window.samples.size(); ++i) {
        const auto& before = window.samples[i - 1];
        const auto& sample = window.samples[i];
        const auto mean =
            height(number_or_zero(before.value), number_or_zero(sample.value), strategy);
        if (mean.sum() == 0 && mean.lost() == 0) continue;
        const double seconds = (sample.t - before.t).seconds();
        CompensatedSum next(area.sum(), area.lost() + mean.lost() * seconds);
        next.add(mean.sum() * seconds);
        area = next;
    }
    return area.value();
}

} // namespace keepwatch::promql::functions
