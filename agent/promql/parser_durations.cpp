#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "promql/check.h"
#include "promql/operators.h"
#include "promql/parse.h"
#include "promql/parser.h"

namespace keepwatch::promql {
namespace {

using Op = DurationFormula::Op;

constexpr int kLoosest = 1;
constexpr int kTighterThanUnary = 6; // As in expressions.

std::optional<Op> duration_op(const Token& token) {
    constexpr std::string_view symbols = "+-*/%^";
    constexpr Op ops[] = {Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Mod, Op::Pow};
    if (token.kind != TokenKind::Operator || token.text.size() != 1) return std::nullopt;
    const auto at = symbols.find(token.text);
    if (at == symbols.npos) return std::nullopt;
    return ops[at];
}

// Of others; the left one is null where there is only one.
Result<MutableFormula> make_formula(Op op, FormulaPtr left, FormulaPtr right, const Span& span) {
    auto formula = std::make_shared<DurationFormula>();
    formula->op = op;
    formula->span = span;
    formula->height = std::max(left ? left->height : 0, right->height) + 1;
    if (formula->height > kExprHeightMax) return parse_error(span, "duration is nested too deeply");
    formula->left = std::move(left);
    formula->right = std::move(right);
    return formula;
}

Error out_of_range(const Span& at) {
    return parse_error(at, "duration out of range");
}

} // namespace

Result<MutableFormula> Parser::duration(int precedence_min) {
    if (depth_ == kExprHeightMax) return parse_error(peek().span, "duration is nested too deeply");
    ++depth_;
    KW_TRY(auto left, duration_operand());
    while (duration_op(peek())) {
        const int tightness = precedence(*binary_op(peek().text));
        if (tightness < precedence_min) break;
        const auto op = take();
        KW_TRY(auto right, duration(op.is("^") ? tightness : tightness + 1));
        KW_TRY(left, combined(op, std::move(left), std::move(right)));
    }
    --depth_;
    return left;
}

Result<MutableFormula> Parser::combined(const Token& op, MutableFormula left,
                                        MutableFormula right) const {
    const bool by_zero = right->is_plain_literal() && right->seconds == 0;
    if (by_zero && op.is("/")) return parse_error(op.span, "division by zero");
    if (by_zero && op.is("%")) return parse_error(op.span, "modulo by zero");
    const auto span = join(left->span, right->span);
    return make_formula(*duration_op(op), std::move(left), std::move(right), span);
}

Result<MutableFormula> Parser::duration_operand() {
    const auto& token = peek();
    if (token.is("+") || token.is("-")) {
        const auto sign = take();
        KW_TRY(auto operand, duration(kTighterThanUnary));
        return signed_duration(sign, std::move(operand));
    }
    if (token.is("(")) return duration_paren();
    if (token.kind == TokenKind::Number || token.kind == TokenKind::Duration)
        return duration_literal();
    if (token.kind == TokenKind::Keyword && is_duration_keyword(token.text)) return duration_call();
    return unexpected();
}

Result<MutableFormula> Parser::duration_paren() {
    const auto open = take();
    KW_TRY(auto inner, duration(kLoosest));
    if (!take_if(")")) return unexpected();
    // Where a parenthesised literal begins is where Prometheus reports errors of it.
    if (inner->is_plain_literal()) inner->span = join(open.span, inner->span);
    inner->in_parens = true;
    return inner;
}

Result<MutableFormula> Parser::duration_literal() {
    const auto literal = take();
    auto formula = std::make_shared<DurationFormula>();
    formula->span = literal.span;
    formula->is_duration = literal.kind == TokenKind::Duration;
    KW_TRY(formula->seconds, number_value(literal));
    if (!fits_duration(formula->seconds)) return out_of_range(literal.span);
    return formula;
}

// `step()`, `range()`, `min_of(a, b)`, `max_of(a, b)`
Result<MutableFormula> Parser::duration_call() {
    const auto name = take();
    if (!take_if("(")) return unexpected();
    if (name.is_keyword("min_of") || name.is_keyword("max_of")) return duration_bounds(name);
    if (!peek().is(")")) return unexpected();
    auto formula = std::make_shared<DurationFormula>();
    formula->op = name.is_keyword("step") ? Op::Step : Op::Range;
    formula->span = join(name.span, take().span);
    return formula;
}

Result<MutableFormula> Parser::duration_bounds(const Token& name) {
    KW_TRY(auto left, duration(kLoosest));
    if (!take_if(",")) return unexpected();
    KW_TRY(auto right, duration(kLoosest));
    if (!peek().is(")")) return unexpected();
    const auto op = name.is_keyword("min_of") ? Op::MinOf : Op::MaxOf;
    return make_formula(op, std::move(left), std::move(right), join(name.span, take().span));
}

// A sign belongs to a literal; of anything else, only a minus changes something.
Result<MutableFormula> Parser::signed_duration(const Token& sign, MutableFormula operand) const {
    const bool is_negative = sign.is("-");
    const auto span = join(sign.span, operand->span);
    if (operand->is_plain_literal()) {
        if (is_negative) operand->seconds = -operand->seconds;
        if (!fits_duration(operand->seconds)) return out_of_range(sign.span);
        operand->span = span;
        return operand;
    }
    if (!is_negative) return operand;
    return make_formula(Op::Negative, nullptr, std::move(operand), span);
}

Result<MutableFormula> Parser::positive_duration() {
    KW_TRY(auto formula, duration(kLoosest));
    if (formula->is_plain_literal() && formula->seconds <= 0)
        return parse_error(formula->span, "duration must be greater than 0");
    return formula;
}

// Behind `offset`, operators belong to the duration only in parentheses: `x offset 5m * 2` is
// `(x offset 5m) * 2`, but `x offset (5m) * 2` is `x offset (5m * 2)`, as it came about there.
Result<MutableFormula> Parser::offset_duration() {
    const bool is_signed = peek().is("+") || peek().is("-");
    const bool is_sign_of_sign = is_signed && (peek(1).is("+") || peek(1).is("-"));
    if (is_sign_of_sign || peek().is("(")) return duration(kLoosest);
    if (!is_signed) return duration_operand();
    const auto sign = take();
    KW_TRY(auto operand, duration_operand());
    return signed_duration(sign, std::move(operand));
}

// A literal is a fixed length, in whole milliseconds; the rest is computed by each query.
Result<void> Parser::take_duration(const MutableFormula& formula, Duration& fixed,
                                   FormulaPtr& computed) const {
    if (formula->is_plain_literal()) {
        const auto nanoseconds = static_cast<std::int64_t>(std::round(formula->seconds * 1e9));
        fixed = milliseconds(nanoseconds / 1'000'000);
        return {};
    }
    computed = formula;
    return {};
}

} // namespace keepwatch::promql
