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

std::optional<Error> check_parameters(Evaluation& evaluation, const Call& call, Parameters given) {
    if (call.function->check == Check::Quantile && !(given[0] >= 0 && given[0] <= 1))
        evaluation.notes.warn(fmt::format("quantile value should be between 0 and 1, got {} ({})",
                                          format_number_go(given[0]),
                                          place_of(*call.arguments[0])));
    if (call.function->check != Check::SmoothingFactors) return std::nullopt;
    if (!(given[0] > 0 && given[0] < 1))
        return execution_error(
            fmt::format("invalid smoothing factor. Expected: 0 < sf < 1, got: {:f}", given[0]));
    if (!(given[1] > 0 && given[1] < 1))
        return execution_error(
            fmt::format("invalid trend factor. Expected: 0 < tf < 1, got: {:f}", given[1]));
    return std::nullopt;
}

void check_counter_name(Evaluation& evaluation, const Expr& range, std::string_view name) {
    if (name.empty()) return;
    for (const auto* suffix : {"_total", "_sum", "_count", "_bucket"})
        if (name.ends_with(suffix)) return;
    evaluation.notes.inform(fmt::format("metric might not be a counter, name does not end in "
                                        "_total/_sum/_count/_bucket: {} ({})",
                                        quoted(name), place_of(range)));
}

Result<VectorValue> call_range(Evaluation& evaluation, const Expr& expr, const Call& call,
                               RangeFunction body, const Moment& now) {
    KW_TRY(const auto given, parameters(evaluation, call, now));
    if (auto refused = check_parameters(evaluation, call, given)) return *std::move(refused);
    const auto& range = argument_of_type(call, ValueType::Matrix);
    VectorValue result;
    const auto apply = [&](const Labels& labels, const Window& window) {
        const auto value = body(window, given);
        if (!value) return;
        if (call.function->check == Check::CounterName)
            check_counter_name(evaluation, range, labels.name());
        result.push_back({labels, now.t, *value});
    };
    if (auto read = for_each_window(evaluation, range, now, apply); !read)
        return std::move(read).error();
    if (call.function->keeps_name) return result;
    drop_names(evaluation, expr, result);
    return unique(std::move(result));
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
    drop_names(evaluation, expr, result);
    return unique(std::move(result));
}

} // namespace

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
