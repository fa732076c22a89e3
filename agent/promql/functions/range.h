#pragma once

#include <optional>

#include "promql/functions/function.h"

// Functions that make one number of one series' samples in a range. All see at least one sample.
namespace keepwatch::promql::functions {

// rate.cpp
std::optional<double> rate(const Window& window, Parameters);
std::optional<double> increase(const Window& window, Parameters);
std::optional<double> delta(const Window& window, Parameters);
std::optional<double> irate(const Window& window, Parameters);
std::optional<double> idelta(const Window& window, Parameters);

// trend.cpp
std::optional<double> deriv(const Window& window, Parameters);
std::optional<double> predict_linear(const Window& window, Parameters ahead_seconds);
std::optional<double> double_exponential_smoothing(const Window& window, Parameters factors);

// integral.cpp
std::optional<double> integral(const Window& window, Parameters strategy);

// changes.cpp
std::optional<double> changes(const Window& window, Parameters);
std::optional<double> resets(const Window& window, Parameters);

// over_time.cpp
std::optional<double> avg_over_time(const Window& window, Parameters);
std::optional<double> count_over_time(const Window& window, Parameters);
std::optional<double> first_over_time(const Window& window, Parameters);
std::optional<double> last_over_time(const Window& window, Parameters);
std::optional<double> mad_over_time(const Window& window, Parameters);
std::optional<double> max_over_time(const Window& window, Parameters);
std::optional<double> min_over_time(const Window& window, Parameters);
std::optional<double> present_over_time(const Window& window, Parameters);
std::optional<double> quantile_over_time(const Window& window, Parameters phi);
std::optional<double> stddev_over_time(const Window& window, Parameters);
std::optional<double> stdvar_over_time(const Window& window, Parameters);
std::optional<double> sum_over_time(const Window& window, Parameters);
std::optional<double> ts_of_first_over_time(const Window& window, Parameters);
std::optional<double> ts_of_last_over_time(const Window& window, Parameters);
std::optional<double> ts_of_max_over_time(const Window& window, Parameters);
std::optional<double> ts_of_min_over_time(const Window& window, Parameters);

} // namespace keepwatch::promql::functions
