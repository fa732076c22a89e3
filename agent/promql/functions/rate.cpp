#include <algorithm>

#include "promql/functions/extension.h"
#include "promql/functions/range.h"

namespace keepwatch::promql::functions {
namespace {

using Kind = Slope;

// The difference between the first and the last sample; a counter that falls began anew at zero.
double difference(std::span<const Sample> samples, Kind kind) {
    double result = samples.back().value - samples.front().value;
    if (kind == Kind::Any) return result;
    double before = samples.front().value;
    for (const auto& sample : samples) {
        if (sample.value < before) result += before;
        before = sample.value;
    }
    return result;
}

// The difference over the samples, extrapolated to the whole range. At an end where samples come
// within 1.1 average intervals of the edge, they are taken to go on up to it, else for half an
// interval. A counter is not extrapolated below zero. The result is per `unit_seconds`, divided
// where Prometheus divides, to round as it does.
std::optional<double> extrapolated(const Window& window, Kind kind, double unit_seconds = 1) {
    const auto samples = window.samples;
    if (samples.size() < 2) return std::nullopt;
    const double sampled = (samples.back().t - samples.front().t).seconds();
    const double interval = sampled / static_cast<double>(samples.size() - 1);
    const double near_edge = interval * 1.1;
    double to_start = (samples.front().t - window.after).seconds();
    double to_end = (window.until - samples.back().t).seconds();
    const double result = difference(samples, kind);

    if (to_start >= near_edge) to_start = interval / 2;
    if (kind == Kind::Counter && result > 0 && samples.front().value >= 0)
        to_start = std::min(to_start, sampled * (samples.front().value / result));
    if (to_end >= near_edge) to_end = interval / 2;
    return result * ((sampled + to_start + to_end) / sampled / unit_seconds);
}

// The difference between what lies at the two ends of the range, which an `anchored` or `smoothed`
// selector knows, so that nothing is extrapolated.
std::optional<double> between_edges(const Window& window, Kind kind) {
    const bool is_before_all =
        window.extension == Extension::Smoothed && window.samples.front().t > window.until;
    const auto ends = edges(window, kind);
    if (!ends || is_before_all) return std::nullopt;
    const double result = ends->last - ends->first;
    if (kind == Kind::Any) return result;
    double lost = 0;
    double before = ends->first;
    for (const auto& sample : ends->inside) {
        if (sample.value < before) lost += before;
        before = sample.value;
    }
    if (ends->last < before) lost += before;
    return result + lost;
}

std::optional<double> change(const Window& window, Kind kind) {
    return window.extension == Extension::None ? extrapolated(window, kind)
                                               : between_edges(window, kind);
}

// Of the last two samples alone.
std::optional<double> instant_difference(const Window& window, Kind kind) {
    const auto samples = window.samples;
    if (samples.size() < 2) return std::nullopt;
    const double last = samples.back().value;
    const double before = samples[samples.size() - 2].value;
    return kind == Kind::Counter && last < before ? last : last - before;
}

} // namespace

std::optional<double> rate(const Window& window, Parameters) {
    const double seconds = window.range().seconds();
    if (window.extension == Extension::None) return extrapolated(window, Kind::Counter, seconds);
    const auto increase = between_edges(window, Kind::Counter);
    return increase ? std::optional(*increase / seconds) : std::nullopt;
}

std::optional<double> increase(const Window& window, Parameters) {
    return change(window, Kind::Counter);
}

std::optional<double> delta(const Window& window, Parameters) {
    return change(window, Kind::Any);
}

std::optional<double> irate(const Window& window, Parameters) {
    const auto difference = instant_difference(window, Kind::Counter);
    if (!difference) return std::nullopt;
    const auto samples = window.samples;
    const auto interval = samples.back().t - samples[samples.size() - 2].t;
    if (interval.ms == 0) return std::nullopt;
    return *difference / interval.seconds();
}

std::optional<double> idelta(const Window& window, Parameters) {
    return instant_difference(window, Kind::Any);
}

} // namespace keepwatch::promql::functions
