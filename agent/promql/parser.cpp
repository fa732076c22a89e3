#include "promql/parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/time.h"
#include "promql/lexer.h"
#include "promql/literals.h"
#include "promql/operators.h"
#include "promql/parse.h"

namespace keepwatch::promql {
namespace {

constexpr int kLoosest = 1;
constexpr int kTighterThanUnary = 6; // `-2^2` is -4.

Error too_deep(const Span& at) {
    return parse_error(at,
                       fmt::format("expression is nested deeper than {} levels", kExprHeightMax));
}

std::optional<BinaryOp> binary_op_of(const Token& token) {
    if (token.kind != TokenKind::Operator && token.kind != TokenKind::Keyword) return std::nullopt;
    return binary_op(lower_case(token.text));
}

} // namespace

Result<ExprPtr> parse(std::string_view text) {
    if (text.size() > kExprBytesMax)
        return parse_error({}, fmt::format("expression has {} bytes, at most {} are read",
                                           text.size(), kExprBytesMax));
    return Parser(text).parse();
}

Span join(const Span& first, const Span& last) {
    auto both = first;
    both.end = last.end;
    return both;
}

Parser::Parser(std::string_view text) : tokens_(tokenize(text)) {}

Result<ExprPtr> Parser::parse() {
    if (peek().kind == TokenKind::End)
        return parse_error(peek().span, "no expression found in input");
    KW_TRY(const auto expr, expression(kLoosest));
    if (peek().kind != TokenKind::End) return unexpected();
    if (check_.first_error()) return *check_.first_error();
    return ExprPtr(expr);
}

const Token& Parser::peek(std::size_t ahead) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

Token Parser::take() {
    auto token = peek();
    if (next_ + 1 < tokens_.size()) ++next_;
    return token;
}

bool Parser::take_if(std::string_view symbol) {
    if (!peek().is(symbol)) return false;
    take();
    return true;
}

bool Parser::take_keyword_if(std::string_view lower) {
    if (!peek().is_keyword(lower)) return false;
    take();
    return true;
}

Error Parser::unexpected(std::string_view place, std::string_view wanted) const {
    if (peek().kind == TokenKind::Error) return parse_error(peek().span, peek().text);
    auto message = "unexpected " + peek().describe();
    if (!place.empty()) message += fmt::format(" in {}", place);
    if (!wanted.empty()) message += fmt::format(", expected {}", wanted);
    return parse_error(peek().span, message);
}

Result<MutableExpr> Parser::make(Expr::Node node, const Span& span) const {
    auto expr = std::make_shared<Expr>();
    expr->node = std::move(node);
    expr->span = span;
    for_each_child(
        *expr, [&](const Expr& child) { expr->height = std::max(expr->height, child.height + 1); });
    if (expr->height > kExprHeightMax) return too_deep(span);
    return expr;
}

Result<MutableExpr> Parser::expression(int precedence_min) {
    if (depth_ == kExprHeightMax) return too_deep(peek().span);
    ++depth_;
    KW_TRY(auto left, unary());
    for (;;) {
        const auto op = binary_op_of(peek());
        if (!op || precedence(*op) < precedence_min) break;
        const auto symbol = take();
        KW_TRY(left, binary(std::move(left), *op, symbol));
    }
    --depth_;
    return left;
}

Result<MutableExpr> Parser::binary(MutableExpr left, BinaryOp op, const Token& symbol) {
    Binary binary;
    binary.op = op;
    binary.returns_bool = take_keyword_if("bool");
    KW_TRY(binary.matching, matching_modifiers());
    if (is_set_operator(op) && binary.matching.cardinality == Matching::Cardinality::OneToOne)
        binary.matching.cardinality = Matching::Cardinality::ManyToMany;
    const int right_min = op == BinaryOp::Pow ? precedence(op) : precedence(op) + 1;
    KW_TRY(const auto right, expression(right_min));
    const auto span = join(left->span, right->span);
    binary.left = std::move(left);
    binary.right = right;
    check_.binary(binary, span, symbol.span);
    return make(std::move(binary), span);
}

Result<Matching> Parser::matching_modifiers() {
    Matching matching;
    const bool on = take_keyword_if("on");
    if (!on && !take_keyword_if("ignoring")) return matching;
    matching.is_on = on;
    KW_TRY(matching.labels, grouping_labels());
    const bool left = take_keyword_if("group_left");
    if (!left && !take_keyword_if("group_right")) return matching;
    matching.cardinality =
        left ? Matching::Cardinality::ManyToOne : Matching::Cardinality::OneToMany;
    if (!peek().is("(")) return matching;
    KW_TRY(matching.include, grouping_labels());
    return matching;
}

Result<MutableExpr> Parser::unary() {
    if (!peek().is("-") && !peek().is("+")) return postfix();
    const auto sign = take();
    const bool is_negative = sign.text == "-";
    KW_TRY(auto operand, expression(kTighterThanUnary));
    const auto span = join(sign.span, operand->span);
    if (auto* literal = std::get_if<NumberLiteral>(&operand->node)) {
        if (is_negative) literal->value = -literal->value;
        operand->span = span;
        return operand;
    }
    const Unary unary{is_negative, operand};
    check_.unary(unary, span);
    return make(unary, span);
}

Result<MutableExpr> Parser::postfix() {
    KW_TRY(auto expr, primary());
    for (;;) {
        Result<void> added;
        if (peek().is("["))
            added = brackets(expr);
        else if (peek().is_keyword("offset"))
            added = offset(*expr);
        else if (peek().is("@"))
            added = at(*expr);
        else
            return expr;
        if (!added) return std::move(added).error();
    }
}

Result<MutableExpr> Parser::primary() {
    const auto& token = peek();
    switch (token.kind) {
    case TokenKind::Number:
    case TokenKind::Duration:
        return number();
    case TokenKind::String: {
        const auto literal = take();
        auto text = unquote(literal.text);
        if (!text) return parse_error(literal.span, text.error().message);
        return make(StringLiteral{*std::move(text)}, literal.span);
    }
    case TokenKind::Symbol:
        if (token.text == "(") return paren();
        if (token.text == "{") return selector();
        return unexpected();
    case TokenKind::Identifier:
    case TokenKind::MetricIdentifier:
    case TokenKind::Keyword:
        return word();
    default:
        return unexpected();
    }
}

Result<MutableExpr> Parser::paren() {
    const auto open = take();
    KW_TRY(const auto inner, expression(kLoosest));
    if (!peek().is(")")) return unexpected();
    const auto close = take();
    return make(Paren{inner}, join(open.span, close.span));
}

Result<MutableExpr> Parser::number() {
    const auto literal = take();
    if (literal.kind == TokenKind::Duration) {
        const auto length = parse_duration(literal.text);
        if (!length) return parse_error(literal.span, length.error().message);
        return make(NumberLiteral{length->seconds(), true}, literal.span);
    }
    const auto value = read_number(literal.text);
    if (!value)
        return parse_error(
            literal.span,
            fmt::format("error parsing number: \"{}\" is out of range or malformed", literal.text));
    return make(NumberLiteral{*value, false}, literal.span);
}

// A metric, a function or an aggregation. Most keywords are metric names too, where one can stand.
Result<MutableExpr> Parser::word() {
    const auto& token = peek();
    const auto& after = peek(1);
    if (token.kind == TokenKind::Identifier && after.is("(")) return call();
    const bool aggregates = after.is("(") || after.is_keyword("by") || after.is_keyword("without");
    if (token.kind == TokenKind::Keyword && is_aggregator_name(token.text) && aggregates)
        return aggregate();
    for (const auto* reserved : kReservedNames)
        if (token.is_keyword(reserved)) return unexpected();
    return selector();
}

} // namespace keepwatch::promql
