#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "model/result.h"
#include "model/sample.h"
#include "promql/ast.h"
#include "promql/value.h"

namespace keepwatch::promql {

class Evaluation;
struct Moment;

// What a function of a range vector sees of one series: its samples in (after, until], oldest
// first, at least one, staleness markers left out.
struct Window {
    std::span<const Sample> samples;
    Timestamp after;
    Timestamp until;
    Timestamp now; // The evaluation time; not `until` where the selector has an offset.
    // With an extension, samples may also come from up to a lookback before or behind the range.
    Extension extension = Extension::None;
    bool loses_name = false; // The series are those of a subquery that computed new values.

    Duration range() const { return until - after; }
};

// The scalar arguments of a call, in their order.
using Parameters = std::span<const double>;

// A call that looks at its arguments itself.
struct CallSite {
    Evaluation& evaluation;
    const Expr& expr;
    const Call& call;
    const Moment& now;

    const Expr& argument(std::size_t i) const { return without_parens(*call.arguments[i]); }
};

// The four shapes of a function's body: one value per series (nullopt: none), one value per
// element, a whole vector, a scalar.
using RangeFunction = std::optional<double> (*)(const Window&, Parameters);
using ElementFunction = double (*)(double, Parameters);
using VectorFunction = Result<VectorValue> (*)(const CallSite&);
using ScalarFunction = Result<double> (*)(const CallSite&);

// What a range function checks beside computing, to note or refuse it.
enum class Check : std::uint8_t { None, CounterName, Quantile, SmoothingFactors, Strategy };

// Which selectors with `anchored` or `smoothed` it takes: its result must not depend on samples
// beyond the range.
enum class Extensible : std::uint8_t { No, Anchored, AnchoredAndSmoothed };

struct Function {
    static constexpr int kAnyNumber = -1;

    std::string_view name;
    std::array<ValueType, 5> argument_types{};
    std::size_t argument_count = 0;
    int optional_arguments = 0; // How many of the last kind may be missing or repeated in excess.
    std::variant<RangeFunction, ElementFunction, VectorFunction, ScalarFunction> body{};
    bool keeps_name = false;
    bool is_experimental = false;
    Check check = Check::None;
    Extensible extensible = Extensible::No;

    ValueType returns() const {
        return std::holds_alternative<ScalarFunction>(body) ? ValueType::Scalar : ValueType::Vector;
    }
    ValueType argument_type(std::size_t i) const {
        return argument_types[i < argument_count ? i : argument_count - 1];
    }
};

// Null if there is none of that name. Names are case-sensitive.
const Function* find_function(std::string_view name);
std::span<const Function> all_functions();

} // namespace keepwatch::promql
