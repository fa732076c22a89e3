#include <algorithm>

#include "promql/functions/element.h"
#include "promql/functions/function.h"
#include "promql/functions/range.h"
#include "promql/functions/vector.h"

namespace keepwatch::promql {
namespace {

constexpr auto kScalar = ValueType::Scalar;
constexpr auto kString = ValueType::String;
constexpr auto kVector = ValueType::Vector;
constexpr auto kMatrix = ValueType::Matrix;
constexpr int kAny = Function::kAnyNumber;
namespace f = functions;

template <class... Types>
constexpr Function entry(std::string_view name, auto body, int optional, Types... types) {
    return {.name = name,
            .argument_types = {types...},
            .argument_count = sizeof...(types),
            .optional_arguments = optional,
            .body = body};
}

constexpr Function element(std::string_view name, ElementFunction body) {
    return entry(name, body, 0, kVector);
}

// hour(), or hour(vector)
constexpr Function calendar(std::string_view name, ElementFunction body) {
    return entry(name, body, 1, kVector);
}

constexpr Function range(std::string_view name, RangeFunction body) {
    return entry(name, body, 0, kMatrix);
}

constexpr Function keeping_name(Function function) {
    function.keeps_name = true;
    return function;
}

constexpr Function checked(Check check, Function function) {
    function.check = check;
    return function;
}

constexpr Function experimental(Function function) {
    function.is_experimental = true;
    return function;
}

constexpr Function extensible(Extensible extensible, Function function) {
    function.extensible = extensible;
    return function;
}

// changes(x[5m] anchored)
constexpr Function anchored(Function function) {
    return extensible(Extensible::Anchored, function);
}

// rate(x[5m] smoothed)
constexpr Function smoothed(Function function) {
    return extensible(Extensible::AnchoredAndSmoothed, function);
}

// Every function of Prometheus 3, by name. Where it is computed: see the headers above.
constexpr Function kFunctions[] = {
    element("abs", f::abs),
    entry("absent", f::absent, 0, kVector),
    entry("absent_over_time", f::absent_over_time, 0, kMatrix),
    element("acos", f::acos),
    element("acosh", f::acosh),
    element("asin", f::asin),
    element("asinh", f::asinh),
    element("atan", f::atan),
    element("atanh", f::atanh),
    range("avg_over_time", f::avg_over_time),
    element("ceil", f::ceil),
    anchored(range("changes", f::changes)),
    entry("clamp", f::clamp, 0, kVector, kScalar, kScalar),
    entry("clamp_max", ElementFunction(f::clamp_max), 0, kVector, kScalar),
    entry("clamp_min", ElementFunction(f::clamp_min), 0, kVector, kScalar),
    element("cos", f::cos),
    element("cosh", f::cosh),
    range("count_over_time", f::count_over_time),
    calendar("day_of_month", f::day_of_month),
    calendar("day_of_week", f::day_of_week),
    calendar("day_of_year", f::day_of_year),
    calendar("days_in_month", f::days_in_month),
    element("deg", f::deg),
    smoothed(range("delta", f::delta)),
    range("deriv", f::deriv),
    experimental(checked(Check::SmoothingFactors,
                         entry("double_exponential_smoothing", f::double_exponential_smoothing, 0,
                               kMatrix, kScalar, kScalar))),
    experimental(entry("end", f::end, 0)),
    element("exp", f::exp),
    keeping_name(range("first_over_time", f::first_over_time)),
    element("floor", f::floor),
    entry("histogram_avg", f::of_native_histogram, 0, kVector),
    entry("histogram_count", f::of_native_histogram, 0, kVector),
    entry("histogram_fraction", f::histogram_fraction, 0, kScalar, kScalar, kVector),
    entry("histogram_quantile", f::histogram_quantile, 0, kScalar, kVector),
    experimental(entry("histogram_quantiles", f::histogram_quantiles, 9, kVector, kString, kScalar,
                       kScalar)),
    entry("histogram_stddev", f::of_native_histogram, 0, kVector),
    entry("histogram_stdvar", f::of_native_histogram, 0, kVector),
    entry("histogram_sum", f::of_native_histogram, 0, kVector),
    calendar("hour", f::hour),
    range("idelta", f::idelta),
    smoothed(checked(Check::CounterName, range("increase", f::increase))),
    experimental(entry("info", f::info, 1, kVector, kVector)),
    experimental(checked(Check::Strategy, entry("integral", f::integral, 1, kMatrix, kScalar))),
    range("irate", f::irate),
    entry("label_join", f::label_join, kAny, kVector, kString, kString, kString),
    entry("label_replace", f::label_replace, 0, kVector, kString, kString, kString, kString),
    keeping_name(range("last_over_time", f::last_over_time)),
    element("ln", f::ln),
    element("log10", f::log10),
    element("log2", f::log2),
    experimental(range("mad_over_time", f::mad_over_time)),
    experimental(entry("max_of", f::max_of, 0, kScalar, kScalar)),
    range("max_over_time", f::max_over_time),
    experimental(entry("min_of", f::min_of, 0, kScalar, kScalar)),
    range("min_over_time", f::min_over_time),
    calendar("minute", f::minute),
    calendar("month", f::month),
    entry("pi", f::pi, 0),
    entry("predict_linear", f::predict_linear, 0, kMatrix, kScalar),
    range("present_over_time", f::present_over_time),
    checked(Check::Quantile,
            entry("quantile_over_time", f::quantile_over_time, 0, kScalar, kMatrix)),
    element("rad", f::rad),
    experimental(entry("range", f::range, 0)),
    smoothed(checked(Check::CounterName, range("rate", f::rate))),
    anchored(range("resets", f::resets)),
    entry("round", ElementFunction(f::round), 1, kVector, kScalar),
    entry("scalar", f::scalar, 0, kVector),
    element("sgn", f::sgn),
    element("sin", f::sin),
    element("sinh", f::sinh),
    entry("sort", f::sort, 0, kVector),
    experimental(entry("sort_by_label", f::sort_by_label, kAny, kVector, kString)),
    experimental(entry("sort_by_label_desc", f::sort_by_label_desc, kAny, kVector, kString)),
    entry("sort_desc", f::sort_desc, 0, kVector),
    element("sqrt", f::sqrt),
    experimental(entry("start", f::start, 0)),
    experimental(entry("start_timestamp", f::start_timestamp, 0, kVector)),
    range("stddev_over_time", f::stddev_over_time),
    range("stdvar_over_time", f::stdvar_over_time),
    experimental(entry("step", f::step, 0)),
    range("sum_over_time", f::sum_over_time),
    element("tan", f::tan),
    element("tanh", f::tanh),
    entry("time", f::time, 0),
    entry("timestamp", f::timestamp, 0, kVector),
    experimental(range("ts_of_first_over_time", f::ts_of_first_over_time)),
    experimental(range("ts_of_last_over_time", f::ts_of_last_over_time)),
    experimental(range("ts_of_max_over_time", f::ts_of_max_over_time)),
    experimental(range("ts_of_min_over_time", f::ts_of_min_over_time)),
    entry("vector", f::vector, 0, kScalar),
    calendar("year", f::year),
};

} // namespace

const Function* find_function(std::string_view name) {
    const auto* at = std::lower_bound(
        std::begin(kFunctions), std::end(kFunctions), name,
        [](const Function& function, std::string_view key) { return function.name < key; });
    return at != std::end(kFunctions) && at->name == name ? at : nullptr;
}

std::span<const Function> all_functions() {
    return kFunctions;
}

} // namespace keepwatch::promql
