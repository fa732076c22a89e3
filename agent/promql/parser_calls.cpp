#include <fmt/format.h>

#include "promql/functions/function.h"
#include "promql/literals.h"
#include "promql/operators.h"
#include "promql/parser.h"

namespace keepwatch::promql {

// `sum by (a) (x)`, `sum(x) by (a)`, `topk(3, x)`.
Result<MutableExpr> Parser::aggregate() {
    const auto name = take();
    Aggregate aggregate;
    aggregate.op = *aggregate_op(lower_case(name.text));
    auto span = name.span;
    bool grouped = false;
    const auto grouping = [&]() -> Result<void> {
        aggregate.is_without = peek().is_keyword("without");
        if (grouped || (!aggregate.is_without && !peek().is_keyword("by"))) return {};
        take();
        grouped = true;
        KW_TRY(aggregate.labels, grouping_labels());
        span.end = tokens_[next_ - 1].span.end;
        return {};
    };
    if (auto read = grouping(); !read) return std::move(read).error();
    const bool was_without = aggregate.is_without;
    KW_TRY(auto given, arguments(span));
    if (grouped)
        aggregate.is_without = was_without;
    else if (auto read = grouping(); !read)
        return std::move(read).error();

    if (given.empty()) return parse_error(span, "no arguments for aggregate expression provided");
    const std::size_t wanted = takes_parameter(aggregate.op) ? 2 : 1;
    if (given.size() != wanted)
        return parse_error(span, fmt::format("wrong number of arguments for aggregate expression "
                                             "provided, expected {}, got {}",
                                             wanted, given.size()));
    aggregate.operand = std::move(given.back());
    if (wanted == 2) aggregate.parameter = std::move(given.front());
    check_.aggregate(aggregate);
    return make(std::move(aggregate), span);
}

Result<MutableExpr> Parser::call() {
    const auto name = take();
    auto span = name.span;
    const auto* function = find_function(name.text);
    if (function == nullptr)
        return parse_error(span, fmt::format("unknown function with name {}", quoted(name.text)));
    if (std::holds_alternative<std::monostate>(function->body))
        return parse_error(span, fmt::format("function {} reads native histograms, which are not "
                                             "supported; only float samples are",
                                             quoted(name.text)));
    KW_TRY(auto given, arguments(span));
    Call call{function, std::move(given)};
    check_.call(call, span);
    return make(std::move(call), span);
}

// In parentheses; `span` grows to their end.
Result<std::vector<ExprPtr>> Parser::arguments(Span& span) {
    if (!take_if("(")) return unexpected("aggregation", "\"(\"");
    std::vector<ExprPtr> given;
    while (!peek().is(")")) {
        if (!given.empty()) {
            const auto comma = peek();
            if (!take_if(",")) return unexpected();
            if (peek().is(")"))
                return parse_error(comma.span, "trailing commas not allowed in function call args");
        }
        KW_TRY(auto argument, expression(1));
        given.push_back(std::move(argument));
    }
    span = join(span, take().span);
    return given;
}

Result<std::vector<std::string>> Parser::grouping_labels() {
    constexpr std::string_view place = "grouping opts";
    if (!take_if("(")) return unexpected(place, "\"(\"");
    std::vector<std::string> labels;
    while (!peek().is(")")) {
        if (!labels.empty()) {
            if (!take_if(",")) return unexpected(place, "\",\" or \")\"");
            if (peek().is(")")) break;
        }
        const auto kind = peek().kind;
        if (kind == TokenKind::String) {
            const auto literal = take();
            auto text = unquote(literal.text);
            if (!text) return parse_error(literal.span, text.error().message);
            if (text->empty()) return parse_error(literal.span, "invalid label name \"\"");
            labels.push_back(*std::move(text));
        } else if (kind == TokenKind::Identifier || kind == TokenKind::Keyword) {
            labels.push_back(take().text);
        } else {
            return unexpected(place, "label");
        }
    }
    take();
    return labels;
}

} // namespace keepwatch::promql
