#include "promql/eval/eval.h"
#include "promql/eval/selection.h"

namespace keepwatch::promql {

// Each series at its newest sample, if that is young enough and not a staleness marker.
Result<VectorValue> eval_selector(Evaluation& evaluation, const Expr& expr,
                                  const VectorSelector& selector, const Moment& now, Take take) {
    if (auto go_on = evaluation.poll(); !go_on) return std::move(go_on).error();
    const auto lookback = evaluation.options.lookback;
    auto& selection = evaluation.state<Selection>(expr);
    if (auto ready = selection.prepare(evaluation, selector, now.grid, lookback); !ready)
        return std::move(ready).error();
    if (auto fits = evaluation.pass(selection.size()); !fits) return std::move(fits).error();

    const auto until = evaluation.shifted(selector.shift, now.t);
    const auto after = until - lookback;
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
    if (auto ready = selection.prepare(evaluation, selector, now.grid, selector.range); !ready)
        return ready;

    const auto until = evaluation.shifted(selector.shift, now.t);
    const auto after = until - selector.range;
    if (!evaluation.source.knows(after, until)) evaluation.notes.is_incomplete = true;
    for (std::size_t i = 0; i < selection.size(); ++i) {
        const auto samples = selection.window(i, after, until);
        if (auto fits = evaluation.pass(samples.size()); !fits) return fits;
        if (!samples.empty()) visit(selection.labels(i), {samples, after, until, now.t});
    }
    return {};
}

} // namespace keepwatch::promql
