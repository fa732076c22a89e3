#include <algorithm>

#include <fmt/format.h>

#include "promql/check.h"
#include "promql/functions/function.h"
#include "promql/operators.h"
#include "promql/parser.h"

namespace keepwatch::promql {
namespace {

bool can_begin_expression(const Token& token) {
    switch (token.kind) {
    case TokenKind::Identifier:
    case TokenKind::MetricIdentifier:
    case TokenKind::Number:
    case TokenKind::Duration:
    case TokenKind::String:
        return true;
    case TokenKind::Keyword:
        return !is_reserved_name(token.text);
    default:
        return token.is("(") || token.is("{") || token.is("+") || token.is("-");
    }
}

} // namespace

// `sum by (a) (x)`, `sum(x) by (a)`, `topk(3, x)`.
Result<MutableExpr> Parser::aggregate() {
    const auto name = take();
    const Inside place(*this, {"aggregation", ""});
    Aggregate aggregate;
    auto span = name.span;
    bool is_grouped = false;
    const auto grouping = [&]() -> Result<void> {
        const bool without = peek().is_keyword("without");
        if (is_grouped || (!without && !peek().is_keyword("by"))) return {};
        take();
        is_grouped = true;
        aggregate.is_without = without;
        KW_TRY(aggregate.labels, grouping_labels());
        span.end = tokens_[next_ - 1].span.end;
        return {};
    };
    if (auto read = grouping(); !read) return std::move(read).error();
    KW_TRY(auto given, arguments(span));
    if (auto read = grouping(); !read) return std::move(read).error();
    return aggregate_of(name, std::move(aggregate), std::move(given), span);
}

Result<MutableExpr> Parser::aggregate_of(const Token& name, Aggregate aggregate,
                                         std::vector<ExprPtr> given, const Span& span) const {
    aggregate.op = *aggregate_op(lower_case(name.text));
    if (given.empty()) return parse_error(span, "no arguments for aggregate expression provided");
    if (is_experimental(aggregate.op) && !features_.experimental_functions)
        return parse_error(span, fmt::format("{}() is experimental and must be enabled with "
                                             "--enable-feature=promql-experimental-functions",
                                             symbol(aggregate.op)));
    const std::size_t wanted = takes_parameter(aggregate.op) ? 2 : 1;
    if (given.size() != wanted)
        return parse_error(span, fmt::format("wrong number of arguments for aggregate expression "
                                             "provided, expected {}, got {}",
                                             wanted, given.size()));
    aggregate.operand = std::move(given.back());
    if (wanted == 2) aggregate.parameter = std::move(given.front());
    return make(std::move(aggregate), span);
}

Result<MutableExpr> Parser::call() {
    const auto name = take();
    auto span = name.span;
    KW_TRY(auto given, arguments(span));
    const auto* function = find_function(name.text);
    if (function == nullptr)
        return parse_error(name.span,
                           fmt::format("unknown function with name {}", quoted(name.text)));
    if (function->is_experimental && !features_.experimental_functions)
        return parse_error(name.span, fmt::format("function {} is not enabled", quoted(name.text)));
    return make(Call{function, std::move(given)}, span);
}

// In parentheses; `span` grows to their end.
Result<std::vector<ExprPtr>> Parser::arguments(Span& span) {
    if (!take_if("(")) return unexpected();
    std::vector<ExprPtr> given;
    while (!peek().is(")")) {
        if (!given.empty()) {
            if (!peek().is(",")) return unexpected();
            const auto comma = take();
            if (peek().kind == TokenKind::Error) return unexpected();
            if (!can_begin_expression(peek()))
                return parse_error(comma.span, "trailing commas not allowed in function call args");
        }
        KW_TRY(auto argument, expression(1));
        given.push_back(std::move(argument));
    }
    span = join(span, take().span);
    return given;
}

} // namespace keepwatch::promql
