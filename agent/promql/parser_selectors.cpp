#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "promql/literals.h"
#include "promql/parser.h"

namespace keepwatch::promql {
namespace {

Shift* shift_of(Expr& expr) {
    if (auto* selector = std::get_if<VectorSelector>(&expr.node)) return &selector->shift;
    if (auto* subquery = std::get_if<Subquery>(&expr.node)) return &subquery->shift;
    return nullptr;
}

constexpr std::string_view kShiftable = "modifier must be preceded by an instant vector selector "
                                        "or range vector selector or a subquery";
constexpr double kDurationSecondsMax = 9.2e9; // Of Go's 64-bit nanoseconds.
constexpr double kTimestampMsMax = 4e18;      // Leaves room to add offsets without overflow.

} // namespace

Result<MutableExpr> Parser::selector() {
    VectorSelector selector;
    auto span = peek().span;
    if (!peek().is("{")) selector.metric = take().text;
    if (peek().is("{")) {
        if (auto read = matchers(selector, span); !read) return std::move(read).error();
    }
    if (!selector.metric.empty())
        selector.matchers.push_back(
            series::Matcher::equal(std::string(kNameLabel), selector.metric));
    check_.selector(selector, span);
    return make(std::move(selector), span);
}

Result<void> Parser::matchers(VectorSelector& into, Span& span) {
    take(); // The brace.
    for (bool first = true; !peek().is("}"); first = false) {
        if (!first) {
            if (!take_if(",")) return unexpected("label matching", "\",\" or \"}\"");
            if (peek().is("}")) break;
        }
        if (peek().kind != TokenKind::Identifier && peek().kind != TokenKind::String)
            return unexpected("label matching", "identifier or \"}\"");
        if (auto read = matcher(into); !read) return read;
    }
    span = join(span, take().span);
    return {};
}

// `label="value"`, or a metric's name in quotes.
Result<void> Parser::matcher(VectorSelector& into) {
    const auto label = take();
    std::string name = label.text;
    if (label.kind == TokenKind::String) {
        auto text = unquote(label.text);
        if (!text) return parse_error(label.span, text.error().message);
        name = *std::move(text);
        if (peek().is(",") || peek().is("}")) {
            if (!into.metric.empty())
                return parse_error(label.span,
                                   fmt::format("metric name must not be set twice: {} or {}",
                                               quoted(into.metric), quoted(name)));
            if (name.empty()) return parse_error(label.span, "invalid metric name \"\"");
            into.metric = std::move(name);
            return {};
        }
        if (name.empty()) return parse_error(label.span, "invalid label name \"\"");
    }
    KW_TRY(const auto op, match_operator());
    if (peek().kind != TokenKind::String) return unexpected("label matching", "string");
    const auto literal = take();
    auto value = unquote(literal.text);
    if (!value) return parse_error(literal.span, value.error().message);
    auto made = series::Matcher::create(op, std::move(name), *std::move(value));
    if (!made) return parse_error(label.span, made.error().message);
    into.matchers.push_back(*std::move(made));
    return {};
}

Result<series::MatchOp> Parser::match_operator() {
    if (take_if("=")) return series::MatchOp::Equal;
    if (take_if("!=")) return series::MatchOp::NotEqual;
    if (take_if("=~")) return series::MatchOp::Regex;
    if (take_if("!~")) return series::MatchOp::NotRegex;
    return unexpected("label matching", "label matching operator");
}

// `[range]` of a selector, `[range:step]` of anything.
Result<void> Parser::brackets(MutableExpr& expr) {
    const auto open = take();
    KW_TRY(const auto range, positive_duration("subquery or range"));
    if (peek().is("]")) return range_of(expr, open.span, range);
    if (!take_if(":")) return unexpected("subquery or range", "\":\" or \"]\"");
    Subquery subquery;
    subquery.range = range;
    if (!peek().is("]")) {
        KW_TRY(subquery.step, positive_duration("subquery selector"));
    }
    if (!peek().is("]")) return unexpected("subquery selector", "\"]\"");
    const auto span = join(expr->span, take().span);
    subquery.operand = std::move(expr);
    check_.subquery(subquery, span);
    KW_TRY(expr, make(std::move(subquery), span));
    return {};
}

Result<void> Parser::range_of(MutableExpr& expr, const Span& bracket, Duration range) {
    auto* selector = std::get_if<VectorSelector>(&expr->node);
    if (selector == nullptr || selector->is_range())
        return parse_error(bracket, "ranges only allowed for vector selectors");
    if (selector->shift.offset.ms != 0)
        return parse_error(bracket, "no offset modifiers allowed before range");
    if (selector->shift.anchor != Shift::Anchor::EvaluationTime)
        return parse_error(bracket, "no @ modifiers allowed before range");
    selector->range = range;
    expr->span = join(expr->span, take().span);
    return {};
}

Result<void> Parser::offset(Expr& expr) {
    take();
    const bool negative = peek().is("-");
    if (!take_if("-")) take_if("+");
    const auto last = peek().span;
    KW_TRY(const auto length, duration("offset"));
    auto* shift = shift_of(expr);
    if (shift == nullptr) return parse_error(expr.span, fmt::format("offset {}", kShiftable));
    if (shift->offset.ms != 0)
        return parse_error(expr.span, "offset may not be set multiple times");
    shift->offset = negative ? -length : length;
    expr.span = join(expr.span, last);
    return {};
}

Result<void> Parser::at(Expr& expr) {
    take();
    auto* shift = shift_of(expr);
    Shift anchored;
    const bool start = peek().is_keyword("start");
    if (start || peek().is_keyword("end")) {
        take();
        if (!take_if("(")) return unexpected("@", "\"(\"");
        if (!peek().is(")")) return unexpected("@", "\")\"");
        anchored.anchor = start ? Shift::Anchor::QueryStart : Shift::Anchor::QueryEnd;
    } else if (auto read = at_timestamp(anchored); !read) {
        return read;
    }
    const auto last = take();
    if (shift == nullptr) return parse_error(expr.span, fmt::format("@ {}", kShiftable));
    if (shift->anchor != Shift::Anchor::EvaluationTime)
        return parse_error(expr.span, "@ <timestamp> may not be set multiple times");
    shift->anchor = anchored.anchor;
    shift->fixed = anchored.fixed;
    expr.span = join(expr.span, last.span);
    return {};
}

// Unix seconds; the number itself is left for the caller to take.
Result<void> Parser::at_timestamp(Shift& shift) {
    const bool negative = peek().is("-");
    if (!take_if("-")) take_if("+");
    if (peek().kind != TokenKind::Number) return unexpected("@", "timestamp");
    const double value = read_number(peek().text).value_or(std::nan(""));
    const double ms = std::round((negative ? -value : value) * 1e3);
    if (!(std::fabs(ms) < kTimestampMsMax))
        return parse_error(peek().span,
                           fmt::format("timestamp out of bounds for @ modifier: {}", peek().text));
    shift.anchor = Shift::Anchor::Fixed;
    shift.fixed = Timestamp{static_cast<std::int64_t>(ms)};
    return {};
}

Result<Duration> Parser::duration(std::string_view place) {
    const auto literal = peek();
    if (literal.kind == TokenKind::Duration) {
        take();
        auto length = parse_duration(literal.text);
        if (!length) return parse_error(literal.span, length.error().message);
        if (length->seconds() > kDurationSecondsMax)
            return parse_error(literal.span, "duration out of range");
        return length;
    }
    if (literal.kind != TokenKind::Number) return unexpected(place, "number or duration");
    take();
    const double seconds = read_number(literal.text).value_or(std::nan(""));
    if (!(seconds <= kDurationSecondsMax))
        return parse_error(literal.span, "duration out of range");
    return milliseconds(static_cast<std::int64_t>(std::round(seconds * 1e9)) / 1'000'000);
}

Result<Duration> Parser::positive_duration(std::string_view place) {
    const auto at = peek().span;
    if (peek().is("-")) return parse_error(at, "duration must be greater than 0");
    take_if("+");
    KW_TRY(const auto length, duration(place));
    if (length.ms <= 0) return parse_error(at, "duration must be greater than 0");
    return length;
}

} // namespace keepwatch::promql
