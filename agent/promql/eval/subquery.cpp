#include <unordered_map>

#include <fmt/format.h>

#include "promql/eval/eval.h"

namespace keepwatch::promql {
namespace {

struct Row {
    Labels labels;
    bool loses_name = false;
    std::vector<Sample> samples{};
    std::size_t begin = 0; // Samples before it lie before the current window.
};

// The operand's values on the subquery's grid, as far as they have been asked for.
struct SubqueryState : NodeState {
    Grid outer;
    std::uint64_t query_number = 0;
    Grid grid;
    Timestamp next; // The first moment that is not evaluated yet.
    std::vector<Row> rows;
    std::unordered_map<Labels, std::size_t> row_of;
};

Duration step_of(const Evaluation& evaluation, const Subquery& subquery) {
    return subquery.step.ms > 0 ? subquery.step : evaluation.options.default_step;
}

// The grid lies at whole multiples of the step since 1970; the first moment is after `after`.
Timestamp first_on_grid(Timestamp after, Duration step) {
    auto first = after.ms / step.ms * step.ms;
    while (first <= after.ms) first += step.ms;
    return {first};
}

Result<void> start(Evaluation& evaluation, const Subquery& subquery, const Grid& outer,
                   SubqueryState& state) {
    const auto step = step_of(evaluation, subquery);
    const auto after = evaluation.shifted(subquery.shift, outer.first) - subquery.range;
    const auto until = evaluation.shifted(subquery.shift, outer.last);
    const auto steps = static_cast<std::uint64_t>((until - after).ms / step.ms);
    if (const auto most = evaluation.options.limits.steps_max; steps > most)
        return Error{ErrorKind::LimitExceeded,
                     fmt::format("subquery has {} steps, at most {} are evaluated", steps, most)};
    state.outer = outer;
    state.query_number = evaluation.query_number();
    state.grid.first = first_on_grid(after, step);
    state.grid.step = step;
    state.grid.last = std::max(until, state.grid.first);
    state.next = state.grid.first;
    state.rows.clear();
    state.row_of.clear();
    return {};
}

Result<void> advance(Evaluation& evaluation, const Subquery& subquery, Timestamp until,
                     SubqueryState& state) {
    for (; state.next <= until; state.next = state.next + state.grid.step) {
        KW_TRY(const auto vector,
               eval_vector(evaluation, *subquery.operand, {state.grid, state.next}));
        if (auto fits = evaluation.hold(vector.size()); !fits) return fits;
        for (const auto& element : vector) {
            const auto [at, is_new] = state.row_of.try_emplace(element.labels, state.rows.size());
            if (is_new) state.rows.push_back({element.labels, element.loses_name});
            state.rows[at->second].samples.push_back({state.next, element.value});
        }
    }
    return {};
}

} // namespace

Result<void> subquery_windows(Evaluation& evaluation, const Expr& expr, const Subquery& subquery,
                              const Moment& now, const WindowVisitor& visit) {
    auto& state = evaluation.state<SubqueryState>(expr);
    const bool is_current = state.query_number == evaluation.query_number();
    const auto until = evaluation.shifted(subquery.shift, now.t);
    const auto after = until - subquery.range;
    if (!is_current || state.outer != now.grid) {
        if (auto started = start(evaluation, subquery, now.grid, state); !started) return started;
    }
    if (auto advanced = advance(evaluation, subquery, until, state); !advanced) return advanced;
    for (auto& row : state.rows) {
        const auto& samples = row.samples;
        while (row.begin < samples.size() && samples[row.begin].t <= after) ++row.begin;
        const auto window = std::span(samples).subspan(row.begin);
        if (!window.empty())
            visit(row.labels, {window, after, until, now.t, Extension::None, row.loses_name});
    }
    return {};
}

} // namespace keepwatch::promql
