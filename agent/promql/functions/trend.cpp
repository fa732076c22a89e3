#include <cmath>
#include <limits>

#include "promql/functions/range.h"
#include "promql/summation.h"

namespace keepwatch::promql::functions {
namespace {

struct Line {
    double slope;     // Per second.
    double intercept; // The value at the origin.
};

// Simple linear regression, seconds since `origin` against values.
Line regression(std::span<const Sample> samples, Timestamp origin) {
    CompensatedSum sum_x;
    CompensatedSum sum_y;
    CompensatedSum sum_xy;
    CompensatedSum sum_xx;
    bool is_constant = true;
    for (const auto& sample : samples) {
        if (sample.value != samples.front().value) is_constant = false;
        const double x = (sample.t - origin).seconds();
        sum_x.add(x);
        sum_y.add(sample.value);
        sum_xy.add(x * sample.value);
        sum_xx.add(x * x);
    }
    if (is_constant) {
        const double value = samples.front().value;
        const double nan = std::numeric_limits<double>::quiet_NaN();
        return std::isinf(value) ? Line{nan, nan} : Line{0, value};
    }
    const auto n = static_cast<double>(samples.size());
    const double covariance = sum_xy.value() - sum_x.value() * sum_y.value() / n;
    const double variance = sum_xx.value() - sum_x.value() * sum_x.value() / n;
    const double slope = covariance / variance;
    return {slope, sum_y.value() / n - slope * sum_x.value() / n};
}

} // namespace

std::optional<double> deriv(const Window& window, Parameters) {
    if (window.samples.size() < 2) return std::nullopt;
    return regression(window.samples, window.samples.front().t).slope;
}

std::optional<double> predict_linear(const Window& window, Parameters ahead_seconds) {
    if (window.samples.size() < 2) return std::nullopt;
    const auto line = regression(window.samples, window.now);
    return line.slope * ahead_seconds[0] + line.intercept;
}

// Holt's linear method: a smoothed level and a smoothed trend. The factors lie between 0 and 1.
// https://en.wikipedia.org/wiki/Exponential_smoothing#Double_exponential_smoothing
std::optional<double> double_exponential_smoothing(const Window& window, Parameters factors) {
    const auto samples = window.samples;
    if (samples.size() < 2) return std::nullopt;
    const double level_factor = factors[0];
    const double trend_factor = factors[1];
    double level_before = 0;
    double level = samples[0].value;
    double trend = samples[1].value - samples[0].value;
    for (std::size_t i = 1; i < samples.size(); ++i) {
        if (i > 1) trend = trend_factor * (level - level_before) + (1 - trend_factor) * trend;
        level_before = level;
        level = level_factor * samples[i].value + (1 - level_factor) * (level + trend);
    }
    return level;
}

} // namespace keepwatch::promql::functions
