#include <cmath>
#include <functional>
#include <vector>

#include "promql/functions/range.h"
#include "promql/quantile.h"
#include "promql/summation.h"

namespace keepwatch::promql::functions {
namespace {

template <class Accumulator> double accumulate(const Window& window) {
    Accumulator accumulator;
    for (const auto& sample : window.samples) accumulator.add(sample.value);
    return accumulator.value();
}

// The sample that wins against all before it; NaN wins only against nothing.
template <class Wins> const Sample& best(const Window& window, Wins wins) {
    const Sample* best = &window.samples.front();
    for (const auto& sample : window.samples)
        if (wins(sample.value, best->value) || std::isnan(best->value)) best = &sample;
    return *best;
}

std::vector<double> values_of(const Window& window) {
    std::vector<double> values;
    values.reserve(window.samples.size());
    for (const auto& sample : window.samples) values.push_back(sample.value);
    return values;
}

} // namespace

std::optional<double> avg_over_time(const Window& window, Parameters) {
    return accumulate<Mean>(window);
}

std::optional<double> count_over_time(const Window& window, Parameters) {
    return static_cast<double>(window.samples.size());
}

std::optional<double> first_over_time(const Window& window, Parameters) {
    return window.samples.front().value;
}

std::optional<double> last_over_time(const Window& window, Parameters) {
    return window.samples.back().value;
}

// The median of the distances from the median.
std::optional<double> mad_over_time(const Window& window, Parameters) {
    auto values = values_of(window);
    for (const double value : values)
        if (std::isnan(value)) return value;
    const double median = quantile(0.5, values);
    for (double& value : values) value = std::fabs(value - median);
    return quantile(0.5, values);
}

std::optional<double> max_over_time(const Window& window, Parameters) {
    return best(window, std::greater<double>()).value;
}

std::optional<double> min_over_time(const Window& window, Parameters) {
    return best(window, std::less<double>()).value;
}

std::optional<double> present_over_time(const Window&, Parameters) {
    return 1;
}

std::optional<double> quantile_over_time(const Window& window, Parameters phi) {
    auto values = values_of(window);
    return quantile(phi[0], values);
}

std::optional<double> stddev_over_time(const Window& window, Parameters) {
    return std::sqrt(accumulate<Variance>(window));
}

std::optional<double> stdvar_over_time(const Window& window, Parameters) {
    return accumulate<Variance>(window);
}

std::optional<double> sum_over_time(const Window& window, Parameters) {
    return accumulate<CompensatedSum>(window);
}

std::optional<double> ts_of_first_over_time(const Window& window, Parameters) {
    return window.samples.front().t.seconds();
}

std::optional<double> ts_of_last_over_time(const Window& window, Parameters) {
    return window.samples.back().t.seconds();
}

// Of several equal extremes, the last.
std::optional<double> ts_of_max_over_time(const Window& window, Parameters) {
    return best(window, std::greater_equal<double>()).t.seconds();
}

std::optional<double> ts_of_min_over_time(const Window& window, Parameters) {
    return best(window, std::less_equal<double>()).t.seconds();
}

} // namespace keepwatch::promql::functions
