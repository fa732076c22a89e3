#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/types.h"

namespace keepwatch::promql {
namespace {

Result<std::vector<double>> parameters(Evaluation& evaluation, const Call& call,
                                       const Moment& now) {
    std::vector<double> values;
    for (const auto& argument : call.arguments) {
        if (type_of(*argument) != ValueType::Scalar) continue;
        KW_TRY(const double value, eval_scalar(evaluation, *argument, now));
        values.push_back(value);
    }
    return values;
}

const Expr& argument_of_type(const Call& call, ValueType type) {
    std::size_t i = 0;
    while (type_of(*call.arguments[i]) != type) ++i;
    return *call.arguments[i];
}

// As Go's %f.
std::string fixed_point(double value) {
    return std::isfinite(value) ? fmt::format("{:f}", value) : format_number(value);
}

// Asked once there are samples to compute with: without, wrong parameters do no harm.
std::optional<Error> check_parameters(Evaluation& evaluation, const Call& call, Parameters given) {
    switch (call.function->check) {
    case Check::Quantile:
        if (!(given[0] >= 0 && given[0] <= 1))
            evaluation.notes.warn(fmt::format("quantile value should be between 0 and 1, got {}",
                                              format_number_go(given[0])),
                                  without_parens(*call.arguments[0]).span);
        return std::nullopt;
    case Check::Strategy:
        if (!given.empty() && given[0] != 0 && given[0] != 1 && given[0] != 2)
            evaluation.notes.warn(
                fmt::format("strategy should be 0, 1, or 2 (default), using 2, got {}",
                            format_number_go(given[0])),
                without_parens(*call.arguments[1]).span);
        return std::nullopt;
    case Check::SmoothingFactors:
        if (given[0] <= 0 || given[0] >= 1)
            return execution_error("invalid smoothing factor. Expected: 0 < sf < 1, got: " +
                                   fixed_point(given[0]));
        if (given[1] <= 0 || given[1] >= 1)
            return execution_error("invalid trend factor. Expected: 0 < tf < 1, got: " +
                                   fixed_point(given[1]));
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

void check_counter_name(Evaluation& evaluation, const Expr& range, std::string_view name) {
    if (name.empty()) return;
    for (const auto* suffix : {"_total", "_sum", "_count", "_bucket"})
        if (name.ends_with(suffix)) return;
    // Prometheus has lost the place of a subquery by now, and gives that of the whole.
    const auto at = std::holds_alternative<Subquery>(range.node) ? Span() : range.span;
    evaluation.notes.inform(fmt::format("metric might not be a counter, name does not end in "
                                        "_total/_sum/_count/_bucket: {}",
                                        quoted(name)),
                            at);
}

Result<VectorValue> call_range(Evaluation& evaluation, const Expr& expr, const Call& call,
                               RangeFunction body, const Moment& now) {
    KW_TRY(const auto given, parameters(evaluation, call, now));
    const auto& range = argument_of_type(call, ValueType::Matrix);
    if (auto refused = check_extension(call, range)) return *std::move(refused);
    std::optional<Error> refused;
    bool is_checked = false;
    std::string told; // Series of one metric come together, and say the same.
    VectorValue result;
    const auto apply = [&](const Labels& labels, const Window& window) {
        if (!std::exchange(is_checked, true)) refused = check_parameters(evaluation, call, given);
        if (refused) return;
        const auto value = body(window, given);
        if (!value) return;
        if (call.function->check == Check::CounterName && labels.name() != told) {
            told = labels.name();
            check_counter_name(evaluation, without_parens(range), told);
        }
        result.push_back({labels, now.t, *value, window.loses_name});
    };
    if (auto read = for_each_window(evaluation, range, now, apply); !read)
        return std::move(read).error();
    if (refused) return *std::move(refused);
    if (call.function->keeps_name) return result;
    return renamed(evaluation, expr, now, std::move(result));
}

Result<VectorValue> call_element(Evaluation& evaluation, const Expr& expr, const Call& call,
                                 ElementFunction body, const Moment& now) {
    KW_TRY(const auto given, parameters(evaluation, call, now));
    VectorValue result;
    if (call.arguments.empty()) {
        result.push_back({Labels(), now.t, now.t.seconds()});
    } else {
        KW_TRY(result, eval_vector(evaluation, *call.arguments[0], now));
    }
    for (auto& element : result) element.value = body(element.value, given);
    return renamed(evaluation, expr, now, std::move(result));
}

} // namespace

std::optional<Error> check_extension(const Call& call, const Expr& range) {
    const auto* selector = std::get_if<VectorSelector>(&without_parens(range).node);
    if (selector == nullptr || selector->extension == Extension::None) return std::nullopt;
    const bool smoothed = selector->extension == Extension::Smoothed;
    const auto takes = [&](const Function& function) {
        return function.extensible == Extensible::AnchoredAndSmoothed ||
               (!smoothed && function.extensible == Extensible::Anchored);
    };
    if (takes(*call.function)) return std::nullopt;
    std::string list;
    for (const auto& function : all_functions())
        if (takes(function)) list += fmt::format("{}{}", list.empty() ? "" : ", ", function.name);
    return execution_error(fmt::format("{} modifier can only be used with: {} - not with {}",
                                       smoothed ? "smoothed" : "anchored", list,
                                       call.function->name));
}

Result<VectorValue> eval_call(Evaluation& evaluation, const Expr& expr, const Call& call,
                              const Moment& now) {
    const auto& body = call.function->body;
    if (const auto* range = std::get_if<RangeFunction>(&body))
        return call_range(evaluation, expr, call, *range, now);
    if (const auto* element = std::get_if<ElementFunction>(&body))
        return call_element(evaluation, expr, call, *element, now);
    return std::get<VectorFunction>(body)({evaluation, expr, call, now});
}

Result<double> eval_scalar_call(Evaluation& evaluation, const Expr& expr, const Call& call,
                                const Moment& now) {
    return std::get<ScalarFunction>(call.function->body)({evaluation, expr, call, now});
}

} // namespace keepwatch::promql
