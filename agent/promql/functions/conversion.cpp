#include <limits>
#include <numbers>

#include "promql/eval/arithmetic.h"
#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/functions/element.h"
#include "promql/functions/vector.h"

namespace keepwatch::promql::functions {

Result<double> pi(const CallSite&) {
    return std::numbers::pi;
}

Result<double> time(const CallSite& site) {
    return site.now.t.seconds();
}

Result<double> start(const CallSite& site) {
    return site.evaluation.query().first.seconds();
}

Result<double> end(const CallSite& site) {
    return site.evaluation.query().last.seconds();
}

Result<double> range(const CallSite& site) {
    const auto& query = site.evaluation.query();
    return (query.last - query.first).seconds();
}

// Zero if the query is for one moment only.
Result<double> step(const CallSite& site) {
    const auto& query = site.evaluation.query();
    return query.is_single() ? 0 : query.step.seconds();
}

Result<double> max_of(const CallSite& site) {
    KW_TRY(const double left, eval_scalar(site.evaluation, site.argument(0), site.now));
    KW_TRY(const double right, eval_scalar(site.evaluation, site.argument(1), site.now));
    return larger(left, right);
}

Result<double> min_of(const CallSite& site) {
    KW_TRY(const double left, eval_scalar(site.evaluation, site.argument(0), site.now));
    KW_TRY(const double right, eval_scalar(site.evaluation, site.argument(1), site.now));
    return smaller(left, right);
}

// NaN unless there is exactly one element.
Result<double> scalar(const CallSite& site) {
    KW_TRY(const auto elements, eval_vector(site.evaluation, site.argument(0), site.now));
    return elements.size() == 1 ? elements.front().value : std::numeric_limits<double>::quiet_NaN();
}

Result<VectorValue> vector(const CallSite& site) {
    KW_TRY(const double value, eval_scalar(site.evaluation, site.argument(0), site.now));
    return VectorValue{{Labels(), site.now.t, value}};
}

// Of a selector the time of its samples, of anything else the evaluation time.
Result<VectorValue> timestamp(const CallSite& site) {
    const auto& argument = without_parens(site.argument(0));
    VectorValue result;
    if (const auto* selector = std::get_if<VectorSelector>(&argument.node)) {
        KW_TRY(result,
               eval_selector(site.evaluation, argument, *selector, site.now, Take::SampleTime));
    } else {
        KW_TRY(result, eval_vector(site.evaluation, argument, site.now));
        for (auto& element : result) element.value = site.now.t.seconds();
    }
    return renamed(site.evaluation, site.expr, site.now, std::move(result));
}

// Float samples carry no time at which their counter began, so there is none to tell.
Result<VectorValue> start_timestamp(const CallSite& site) {
    KW_TRY(const auto elements, eval_vector(site.evaluation, site.argument(0), site.now));
    return VectorValue();
}

// Nothing if the bounds are crossed.
Result<VectorValue> clamp(const CallSite& site) {
    KW_TRY(auto result, eval_vector(site.evaluation, site.argument(0), site.now));
    KW_TRY(const double min, eval_scalar(site.evaluation, site.argument(1), site.now));
    KW_TRY(const double max, eval_scalar(site.evaluation, site.argument(2), site.now));
    if (max < min) return VectorValue();
    for (auto& element : result)
        element.value = clamp_min(clamp_max(element.value, {&max, 1}), {&min, 1});
    return renamed(site.evaluation, site.expr, site.now, std::move(result));
}

} // namespace keepwatch::promql::functions
