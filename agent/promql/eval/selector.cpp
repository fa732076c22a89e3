#include <algorithm>

#include "promql/eval/eval.h"
#include "promql/eval/selection.h"
#include "promql/interpolation.h"
#include "promql/windows.h"

namespace keepwatch::promql {
namespace {

// Between two samples what lies on the line, behind the last one its value, before the first none.
std::optional<double> smoothed_value(std::span<const Sample> samples, Timestamp t) {
    const auto next = std::find_if(samples.begin(), samples.end(),
                                   [&](const Sample& sample) { return sample.t >= t; });
    if (next == samples.end())
        return samples.empty() ? std::nullopt : std::optional(samples.back().value);
    if (next->t == t) return next->value;
    if (next == samples.begin()) return std::nullopt;
    return interpolated(*(next - 1), *next, t);
}

Result<VectorValue> eval_smoothed(Evaluation& evaluation, const VectorSelector& selector,
                                  Selection& selection, const Moment& now) {
    const auto t = evaluation.shifted(selector.shift, now.t);
    const auto lookback = evaluation.options.lookback;
    VectorValue vector;
    for (std::size_t i = 0; i < selection.size(); ++i) {
        const auto samples = selection.window(i, t - lookback, t + lookback);
        if (auto fits = evaluation.pass(samples.size()); !fits) return std::move(fits).error();
        if (const auto value = smoothed_value(samples, t))
            vector.push_back({selection.labels(i), now.t, *value});
    }
    return vector;
}

} // namespace

// Each series at its newest sample, if that is young enough and not a staleness marker.
Result<VectorValue> eval_selector(Evaluation& evaluation, const Expr& expr,
                                  const VectorSelector& selector, const Moment& now, Take take) {
    if (auto go_on = evaluation.poll(); !go_on) return std::move(go_on).error();
    auto& selection = evaluation.state<Selection>(expr);
    const bool smooths = selector.extension == Extension::Smoothed && take == Take::SampleValue;
    const auto markers = smooths ? Selection::Markers::Dropped : Selection::Markers::Kept;
    if (auto ready = selection.prepare(evaluation, selector, now.grid, markers); !ready)
        return std::move(ready).error();
    if (auto fits = evaluation.pass(selection.size()); !fits) return std::move(fits).error();
    if (smooths) return eval_smoothed(evaluation, selector, selection, now);

    const auto until = evaluation.shifted(selector.shift, now.t);
    const auto after = until - evaluation.options.lookback;
    VectorValue vector;
    vector.reserve(selection.size());
    for (std::size_t i = 0; i < selection.size(); ++i) {
        const auto sample = selection.latest(i, after, until);
        if (!sample || is_stale(sample->value)) continue;
        const double value = take == Take::SampleValue ? sample->value : sample->t.seconds();
        vector.push_back({selection.labels(i), now.t, value});
    }
    return vector;
}

Result<void> selector_windows(Evaluation& evaluation, const Expr& expr,
                              const VectorSelector& selector, const Moment& now,
                              const WindowVisitor& visit) {
    if (auto go_on = evaluation.poll(); !go_on) return go_on;
    auto& selection = evaluation.state<Selection>(expr);
    const auto markers = Selection::Markers::Dropped;
    if (auto ready = selection.prepare(evaluation, selector, now.grid, markers); !ready)
        return ready;

    const auto [back, ahead] = extent(selector, evaluation.options.lookback);
    const auto until = evaluation.shifted(selector.shift, now.t);
    const auto first = until - back;
    if (!evaluation.source.knows(first, until)) evaluation.notes.is_incomplete = true;
    for (std::size_t i = 0; i < selection.size(); ++i) {
        const auto samples = selection.window(i, first, until + ahead);
        if (auto fits = evaluation.pass(samples.size()); !fits) return fits;
        if (!samples.empty())
            visit(selection.labels(i),
                  {samples, until - selector.range, until, now.t, selector.extension});
    }
    return {};
}

} // namespace keepwatch::promql
