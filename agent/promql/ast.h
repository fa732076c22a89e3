#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/time.h"
#include "promql/duration_formula.h"
#include "promql/span.h"
#include "series/matcher.h"

namespace keepwatch::promql {

struct Expr;
struct Function;
using ExprPtr = std::shared_ptr<const Expr>; // Trees are immutable once parsed.

struct NumberLiteral {
    double value = 0;
    bool is_duration = false; // Written as `5m`, and printed so; the value is in seconds.
};

struct StringLiteral {
    std::string text;
};

// The modifiers `@` and `offset` of a selector or subquery: which moment it looks at.
struct Shift {
    enum class Anchor : std::uint8_t { EvaluationTime, Fixed, QueryStart, QueryEnd };
    Anchor anchor = Anchor::EvaluationTime;
    Timestamp fixed;           // Of `@ 1700000000`.
    Duration offset;           // Into the past if positive.
    FormulaPtr offset_formula; // Gives the offset, if the text has one to compute.
};

// How a selector goes beyond its samples, up to the lookback: `anchored` also takes the last one
// before the range, `smoothed` interpolates at both ends.
enum class Extension : std::uint8_t { None, Anchored, Smoothed };

// `name{label="value"}`, an instant vector, or with a range `name{…}[5m]`, a range vector.
struct VectorSelector {
    std::string metric;                    // The name written in front of the braces, or "".
    std::vector<series::Matcher> matchers; // As written; that for `metric` comes last.
    Duration range;                        // Zero: an instant vector, or computed by the formula.
    FormulaPtr range_formula;
    Shift shift;
    Extension extension = Extension::None;

    // The one metric it can select, also if written as `{"…"}`; "" if there are several.
    std::string_view name() const;
    bool is_range() const { return range.ms > 0 || range_formula; }
};

// `operand[range:step]`: the operand evaluated on a grid, as a range vector.
struct Subquery {
    ExprPtr operand;
    Duration range;
    FormulaPtr range_formula;
    Duration step; // Zero: the default of the Evaluator.
    FormulaPtr step_formula;
    Shift shift;
};

struct Unary {
    bool is_negative = false;
    ExprPtr operand;
};

enum class BinaryOp : std::uint8_t {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Atan2,
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    TrimUpper, // `</` and `>/` cut buckets off native histograms; of numbers they make nothing.
    TrimLower,
    And,
    Or,
    Unless
};

// How elements of two instant vectors find each other.
struct Matching {
    enum class Cardinality : std::uint8_t { OneToOne, ManyToOne, OneToMany, ManyToMany };
    Cardinality cardinality = Cardinality::OneToOne; // ManyToOne is group_left.
    bool is_on = false;                              // Else `ignoring`.
    std::vector<std::string> labels;
    std::vector<std::string> include; // In the parentheses of group_left and group_right.
    std::optional<double> fill_left;  // Stands in for an element that the left side lacks,
    std::optional<double> fill_right; // or the right side.
};

struct Binary {
    BinaryOp op{};
    ExprPtr left;
    ExprPtr right;
    bool returns_bool = false;
    Matching matching; // Means something between two instant vectors only.
};

enum class AggregateOp : std::uint8_t {
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    CountValues,
    Quantile,
    Limitk,
    LimitRatio
};

struct Aggregate {
    AggregateOp op{};
    ExprPtr parameter; // Null where the operator takes none.
    ExprPtr operand;
    bool is_without = false; // Else `by`.
    std::vector<std::string> labels;
};

struct Call {
    const Function* function = nullptr; // In the table of functions, which lives forever.
    std::vector<ExprPtr> arguments;
};

struct Paren {
    ExprPtr inner;
};

struct Expr {
    using Node = std::variant<NumberLiteral, StringLiteral, VectorSelector, Subquery, Unary, Binary,
                              Aggregate, Call, Paren>;
    Node node;
    Span span;
    std::uint32_t height = 1; // Of the tree below and with it; bounded by kExprHeightMax.
};

// The expression without its parentheses.
const Expr& without_parens(const Expr& expr);

// Calls visit(const Expr&) for each child, from left to right.
template <class Visit> void for_each_child(const Expr& expr, Visit visit) {
    const auto see = [&](const ExprPtr& child) {
        if (child) visit(*child);
    };
    if (const auto* subquery = std::get_if<Subquery>(&expr.node)) see(subquery->operand);
    if (const auto* unary = std::get_if<Unary>(&expr.node)) see(unary->operand);
    if (const auto* paren = std::get_if<Paren>(&expr.node)) see(paren->inner);
    if (const auto* binary = std::get_if<Binary>(&expr.node)) see(binary->left), see(binary->right);
    if (const auto* aggregate = std::get_if<Aggregate>(&expr.node))
        see(aggregate->parameter), see(aggregate->operand);
    if (const auto* call = std::get_if<Call>(&expr.node))
        for (const auto& argument : call->arguments) see(argument);
}

} // namespace keepwatch::promql
