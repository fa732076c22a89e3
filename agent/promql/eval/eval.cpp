#include "promql/eval/eval.h"

#include <fmt/format.h>

#include "promql/eval/arithmetic.h"
#include "promql/operators.h"
#include "promql/selectors.h"

namespace keepwatch::promql {
namespace {

Result<VectorValue> eval_vector_node(Evaluation& evaluation, const Expr& expr, const Moment& now) {
    if (const auto* selector = std::get_if<VectorSelector>(&expr.node))
        return eval_selector(evaluation, expr, *selector, now);
    if (const auto* unary = std::get_if<Unary>(&expr.node))
        return eval_unary(evaluation, expr, *unary, now);
    if (const auto* binary = std::get_if<Binary>(&expr.node))
        return eval_binary(evaluation, expr, *binary, now);
    if (const auto* aggregate = std::get_if<Aggregate>(&expr.node))
        return eval_aggregate(evaluation, expr, *aggregate, now);
    return eval_call(evaluation, expr, std::get<Call>(expr.node), now);
}

} // namespace

Result<double> eval_scalar(Evaluation& evaluation, const Expr& expr, const Moment& now) {
    if (const auto* literal = std::get_if<NumberLiteral>(&expr.node)) return literal->value;
    if (const auto* paren = std::get_if<Paren>(&expr.node))
        return eval_scalar(evaluation, *paren->inner, now);
    if (const auto* unary = std::get_if<Unary>(&expr.node)) {
        KW_TRY(const double value, eval_scalar(evaluation, *unary->operand, now));
        return unary->is_negative ? -value : value;
    }
    if (const auto* binary = std::get_if<Binary>(&expr.node)) {
        if (is_trimming(binary->op))
            return execution_error(fmt::format("operator {} not allowed for Scalar operations",
                                               quoted(symbol(binary->op))));
        KW_TRY(const double left, eval_scalar(evaluation, *binary->left, now));
        KW_TRY(const double right, eval_scalar(evaluation, *binary->right, now));
        if (const auto holds = compare(binary->op, left, right)) return *holds ? 1.0 : 0.0;
        return arithmetic(binary->op, left, right);
    }
    return eval_scalar_call(evaluation, expr, std::get<Call>(expr.node), now);
}

Result<VectorValue> eval_vector(Evaluation& evaluation, const Expr& expr, const Moment& now) {
    if (const auto* paren = std::get_if<Paren>(&expr.node))
        return eval_vector(evaluation, *paren->inner, now);
    if (now.grid.is_single()) return eval_vector_node(evaluation, expr, now);
    // What `@` fixes in time is computed once and not at each step.
    auto& fixed = evaluation.fixed(expr);
    if (!fixed.is_fixed) fixed.is_fixed = !depends_on_time(expr);
    if (!*fixed.is_fixed) return eval_vector_node(evaluation, expr, now);
    if (!fixed.value) {
        KW_TRY(fixed.value, eval_vector_node(evaluation, expr, now));
    }
    auto value = *fixed.value;
    for (auto& element : value) element.t = now.t;
    return value;
}

std::string eval_string(const Expr& expr) {
    return std::get<StringLiteral>(without_parens(expr).node).text;
}

Result<void> for_each_window(Evaluation& evaluation, const Expr& expr, const Moment& now,
                             const WindowVisitor& visit) {
    const auto& matrix = without_parens(expr);
    if (const auto* selector = std::get_if<VectorSelector>(&matrix.node))
        return selector_windows(evaluation, matrix, *selector, now, visit);
    return subquery_windows(evaluation, matrix, std::get<Subquery>(matrix.node), now, visit);
}

} // namespace keepwatch::promql
