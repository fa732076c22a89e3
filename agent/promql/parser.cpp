#include "promql/parser.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "promql/check.h"
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

Result<ExprPtr> parse(std::string_view text, const Features& features) {
    if (text.size() > kExprBytesMax)
        return parse_error({}, fmt::format("expression has {} bytes, at most {} are read",
                                           text.size(), kExprBytesMax));
    return Parser(text, features).parse();
}

Parser::Parser(std::string_view text, const Features& features)
    : text_(text), features_(features), tokens_(tokenize(text, features)) {}

Result<ExprPtr> Parser::parse() {
    if (peek().kind == TokenKind::End)
        return parse_error(span_at(text_, 0), "no expression found in input");
    KW_TRY(const auto expr, expression(kLoosest));
    if (peek().kind != TokenKind::End) return unexpected();
    if (auto complaint = check_types(*expr, text_)) return *std::move(complaint);
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

Error Parser::unexpected() const {
    return unexpected(places_.empty() ? Place() : places_.back());
}

Error Parser::unexpected(Place place) const {
    if (peek().kind == TokenKind::Error) return parse_error(peek().span, peek().text);
    auto message = "unexpected " + peek().describe();
    if (!place.name.empty()) message += fmt::format(" in {}", place.name);
    if (!place.wanted.empty()) message += fmt::format(", expected {}", place.wanted);
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
        take();
        KW_TRY(left, binary(std::move(left), *op));
    }
    --depth_;
    return left;
}

Result<MutableExpr> Parser::binary(MutableExpr left, BinaryOp op) {
    Binary binary;
    binary.op = op;
    binary.returns_bool = take_keyword_if("bool");
    KW_TRY(binary.matching, matching_modifiers());
    if (is_set_operator(op) && binary.matching.cardinality == Matching::Cardinality::OneToOne)
        binary.matching.cardinality = Matching::Cardinality::ManyToMany;
    const int right_min = op == BinaryOp::Pow ? precedence(op) : precedence(op) + 1;
    KW_TRY(const auto right, expression(right_min));
    const auto span = join(left->span, right->span);
    const bool fills = binary.matching.fill_left || binary.matching.fill_right;
    if (fills && !features_.binop_fill_modifiers)
        return parse_error(span, "binop fill modifiers are experimental and not enabled");
    binary.left = std::move(left);
    binary.right = right;
    return make(std::move(binary), span);
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
    return make(Unary{is_negative, operand}, span);
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
        else if (peek().is_keyword("anchored") || peek().is_keyword("smoothed"))
            added = extension(*expr);
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
    KW_TRY(const double value, number_value(literal));
    return make(NumberLiteral{value, literal.kind == TokenKind::Duration}, literal.span);
}

// Of a number as it is, of a duration in seconds.
Result<double> Parser::number_value(const Token& literal) const {
    auto value = literal.kind == TokenKind::Duration ? read_duration(literal.text)
                                                     : read_number(literal.text);
    if (!value) return parse_error(literal.span, value.error().message);
    return value;
}

// A metric, a function or an aggregation. Most keywords are metric names too, where one can stand.
Result<MutableExpr> Parser::word() {
    const auto& token = peek();
    const auto& after = peek(1);
    const bool aggregates = after.is("(") || after.is_keyword("by") || after.is_keyword("without");
    if (token.kind == TokenKind::Keyword && is_aggregator_name(token.text) && aggregates)
        return aggregate();
    const bool is_function = token.kind == TokenKind::Identifier || token.is_keyword("start") ||
                             token.is_keyword("end") || is_duration_keyword(token.text);
    if (is_function && after.is("(")) return call();
    if (is_reserved_name(token.text)) return unexpected();
    return selector();
}

} // namespace keepwatch::promql
