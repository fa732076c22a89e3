#include "promql/check.h"
#include "promql/literals.h"
#include "promql/parser.h"

namespace keepwatch::promql {

// `on (a) group_left (b) fill_right (0)`
Result<Matching> Parser::matching_modifiers() {
    Matching matching;
    const bool on = take_keyword_if("on");
    if (on || take_keyword_if("ignoring")) {
        matching.is_on = on;
        KW_TRY(matching.labels, grouping_labels());
        const bool left = take_keyword_if("group_left");
        if (left || take_keyword_if("group_right")) {
            matching.cardinality =
                left ? Matching::Cardinality::ManyToOne : Matching::Cardinality::OneToMany;
            if (peek().is("(")) {
                KW_TRY(matching.include, grouping_labels());
            }
        }
    }
    if (auto read = fill_modifiers(matching); !read) return std::move(read).error();
    return matching;
}

// `fill` for both sides, or one or both of `fill_left` and `fill_right`.
Result<void> Parser::fill_modifiers(Matching& into) {
    if (take_keyword_if("fill")) {
        KW_TRY(into.fill_left, fill_value());
        into.fill_right = into.fill_left;
        return {};
    }
    const bool left_first = peek().is_keyword("fill_left");
    for (const bool left : {left_first, !left_first}) {
        if (!take_keyword_if(left ? "fill_left" : "fill_right")) continue;
        KW_TRY((left ? into.fill_left : into.fill_right), fill_value());
    }
    return {};
}

Result<double> Parser::fill_value() {
    if (!take_if("(")) return unexpected();
    const bool negative = peek().is("-");
    if (!take_if("-")) take_if("+");
    if (peek().kind != TokenKind::Number && peek().kind != TokenKind::Duration) return unexpected();
    KW_TRY(const double value, number_value(take()));
    if (!take_if(")")) return unexpected();
    return negative ? -value : value;
}

Result<std::vector<std::string>> Parser::grouping_labels() {
    constexpr std::string_view place = "grouping opts";
    if (!take_if("(")) return unexpected({place, "\"(\""});
    std::vector<std::string> labels;
    while (!peek().is(")")) {
        if (!labels.empty()) {
            if (!take_if(",")) return unexpected({place, "\",\" or \")\""});
            if (peek().is(")")) break;
        }
        const auto kind = peek().kind;
        if (kind == TokenKind::String) {
            const auto literal = take();
            auto text = unquote(literal.text);
            if (!text) return parse_error(literal.span, text.error().message);
            if (text->empty())
                return parse_error(literal.span, "invalid label name for grouping: \"\"");
            labels.push_back(*std::move(text));
        } else if (kind == TokenKind::Identifier || kind == TokenKind::MetricIdentifier ||
                   kind == TokenKind::Keyword) {
            labels.push_back(take().text);
        } else {
            return unexpected({place, "label"});
        }
    }
    take();
    return labels;
}

} // namespace keepwatch::promql
