#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "model/result.h"
#include "model/time.h"
#include "promql/span.h"

namespace keepwatch::promql {

struct DurationFormula;
using FormulaPtr = std::shared_ptr<const DurationFormula>;

// A length of time that each query computes for itself, such as `2 * step()` in `rate(x[2*step()])`
// or in `x offset -(1h/2)`. Values are seconds.
struct DurationFormula {
    enum class Op : std::uint8_t {
        Literal,
        Negative,
        Add,
        Sub,
        Mul,
        Div,
        Mod,
        Pow,
        MinOf,
        MaxOf,
        Step,
        Range
    };
    Op op = Op::Literal;
    double seconds = 0;       // Of a literal,
    bool is_duration = false; // and whether it is written as `5m`.
    FormulaPtr left;          // Null in what has one operand or none.
    FormulaPtr right;
    bool in_parens = false;
    Span span;
    std::uint32_t height = 1; // Of the tree below and with it; bounded by kExprHeightMax.

    bool is_plain_literal() const { return op == Op::Literal && !in_parens; }
};

std::string_view symbol(DurationFormula::Op op); // `+`, `min_of`; "" for a literal.

// What `step()` and `range()` stand for. Of an instant query both are zero.
struct QueryTimes {
    Duration step;
    Duration range; // From the first to the last moment.
};

// The value, in milliseconds cut off, of a formula that may be negative (an offset), or that must
// be positive (a range or a step). An error has the place of what cannot be computed, as
// Prometheus gives it: its first and last byte, `8:14: division by zero`.
Result<Duration> compute_offset(const DurationFormula& formula, const QueryTimes& times);
Result<Duration> compute_length(const DurationFormula& formula, const QueryTimes& times);

// Whether a number of seconds fits what durations are held in, 64 bits of nanoseconds.
bool fits_duration(double seconds);

} // namespace keepwatch::promql
