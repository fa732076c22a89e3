#include "promql/selectors.h"

#include <algorithm>

#include "promql/durations.h"
#include "promql/functions/function.h"
#include "promql/windows.h"

namespace keepwatch::promql {
namespace {

void collect(const Expr& expr, std::vector<const VectorSelector*>& into) {
    if (const auto* selector = std::get_if<VectorSelector>(&expr.node)) into.push_back(selector);
    for_each_child(expr, [&](const Expr& child) { collect(child, into); });
}

bool is_anchored(const Shift& shift) {
    return shift.anchor != Shift::Anchor::EvaluationTime;
}

bool reads_evaluation_time(const Call& call) {
    const auto name = call.function->name;
    if (name == "time" || name == "timestamp" || name == "predict_linear") return true;
    if (name == "info") return true; // It reads its info series unless told when.
    // hour() and the like stand for hour(vector(time())); start() and the like follow the query.
    return call.arguments.empty() && name != "pi";
}

// How far back below `expr`, which itself looks `back` behind the evaluation time.
std::int64_t deepest(const Expr& expr, std::int64_t back, Duration lookback) {
    if (const auto* selector = std::get_if<VectorSelector>(&expr.node))
        return back + selector->shift.offset.ms + extent(*selector, lookback).back.ms;
    if (const auto* subquery = std::get_if<Subquery>(&expr.node))
        back += subquery->shift.offset.ms + subquery->range.ms;
    std::int64_t most = 0;
    for_each_child(
        expr, [&](const Expr& child) { most = std::max(most, deepest(child, back, lookback)); });
    return most;
}

} // namespace

std::vector<const VectorSelector*> selectors(const Expr& expr) {
    std::vector<const VectorSelector*> found;
    collect(expr, found);
    return found;
}

bool depends_on_time(const Expr& expr) {
    if (const auto* selector = std::get_if<VectorSelector>(&expr.node))
        return !is_anchored(selector->shift);
    if (const auto* subquery = std::get_if<Subquery>(&expr.node))
        return !is_anchored(subquery->shift);
    if (const auto* call = std::get_if<Call>(&expr.node); call && reads_evaluation_time(*call))
        return true;
    bool depends = false;
    for_each_child(expr, [&](const Expr& child) { depends = depends || depends_on_time(child); });
    return depends;
}

Duration reach(const Expr& expr, Duration lookback) {
    if (has_formulas(expr))
        if (const auto computed = with_durations(std::make_shared<Expr>(expr), {}))
            return {std::max<std::int64_t>(0, deepest(**computed, 0, lookback))};
    return {std::max<std::int64_t>(0, deepest(expr, 0, lookback))};
}

} // namespace keepwatch::promql
