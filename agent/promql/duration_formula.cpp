#include "promql/duration_formula.h"

#include <cmath>

#include "promql/eval/arithmetic.h"

namespace keepwatch::promql {
namespace {

using Op = DurationFormula::Op;

Error error_at(const DurationFormula& formula, const char* message) {
    return {ErrorKind::InvalidInput, message, Location{{}, formula.span.begin, formula.span.end}};
}

Result<double> seconds_of(const DurationFormula& formula, const QueryTimes& times);

Result<double> of_operands(const DurationFormula& formula, const QueryTimes& times) {
    KW_TRY(const double left, seconds_of(*formula.left, times));
    KW_TRY(const double right, seconds_of(*formula.right, times));
    switch (formula.op) {
    case Op::Add:
        return left + right;
    case Op::Sub:
        return left - right;
    case Op::Mul:
        return left * right;
    case Op::Pow:
        return std::pow(left, right);
    case Op::MinOf:
        return smaller(left, right);
    case Op::MaxOf:
        return larger(left, right);
    case Op::Div:
        if (right == 0) return error_at(formula, "division by zero");
        return left / right;
    default:
        if (right == 0) return error_at(formula, "modulo by zero");
        return std::fmod(left, right);
    }
}

Result<double> seconds_of(const DurationFormula& formula, const QueryTimes& times) {
    switch (formula.op) {
    case Op::Literal:
        return formula.seconds;
    case Op::Step:
        return times.step.seconds();
    case Op::Range:
        return times.range.seconds();
    case Op::Negative: {
        KW_TRY(const double value, seconds_of(*formula.right, times));
        return -value;
    }
    default:
        return of_operands(formula, times);
    }
}

enum class Sign : std::uint8_t { Any, Positive };

Result<Duration> compute(const DurationFormula& formula, const QueryTimes& times, Sign sign) {
    KW_TRY(const double seconds, seconds_of(formula, times));
    if (!std::isfinite(seconds)) return error_at(formula, "duration is NaN or infinite");
    if (seconds <= 0 && sign == Sign::Positive)
        return error_at(formula, "duration must be greater than 0");
    if (!fits_duration(seconds)) return error_at(formula, "duration is out of range");
    return milliseconds(static_cast<std::int64_t>(seconds * 1e3));
}

} // namespace

std::string_view symbol(DurationFormula::Op op) {
    switch (op) {
    case Op::Literal:
        return "";
    case Op::Negative:
    case Op::Sub:
        return "-";
    case Op::Add:
        return "+";
    case Op::Mul:
        return "*";
    case Op::Div:
        return "/";
    case Op::Mod:
        return "%";
    case Op::Pow:
        return "^";
    case Op::MinOf:
        return "min_of";
    case Op::MaxOf:
        return "max_of";
    case Op::Step:
        return "step";
    case Op::Range:
        break;
    }
    return "range";
}

bool fits_duration(double seconds) {
    constexpr double seconds_max = 9223372036.854775808; // 2^63 ns
    return seconds <= seconds_max && seconds >= -seconds_max;
}

Result<Duration> compute_offset(const DurationFormula& formula, const QueryTimes& times) {
    return compute(formula, times, Sign::Any);
}

Result<Duration> compute_length(const DurationFormula& formula, const QueryTimes& times) {
    return compute(formula, times, Sign::Positive);
}

} // namespace keepwatch::promql
