#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "promql/check.h"
#include "promql/literals.h"
#include "promql/parser.h"

namespace keepwatch::promql {
namespace {

Shift* shift_of(Expr& expr) {
    if (auto* selector = std::get_if<VectorSelector>(&expr.node)) return &selector->shift;
    if (auto* subquery = std::get_if<Subquery>(&expr.node)) return &subquery->shift;
    return nullptr;
}

bool is_match_operator(const Token& token) {
    return token.is("=") || token.is("!=") || token.is("=~") || token.is("!~");
}

constexpr std::string_view kShiftable = "modifier must be preceded by an instant vector selector "
                                        "or range vector selector or a subquery";
constexpr std::string_view kDurationWanted = "number, duration, step(), or range()";
constexpr std::string_view kStepWanted = "number, duration, step(), range(), or \"]\"";
constexpr double kTimestampMsMax = 4e18; // Leaves room to add offsets without overflow.

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
    return make(std::move(selector), span);
}

Result<void> Parser::matchers(VectorSelector& into, Span& span) {
    take(); // The brace.
    for (bool first = true; !peek().is("}"); first = false) {
        if (!first) {
            if (!take_if(",")) return unexpected({"label matching", "\",\" or \"}\""});
            if (peek().is("}")) break;
        }
        if (peek().kind != TokenKind::Identifier && peek().kind != TokenKind::String)
            return unexpected({"label matching", "identifier or \"}\""});
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
        if (!is_match_operator(peek())) {
            into.matchers.push_back(
                series::Matcher::equal(std::string(kNameLabel), std::move(name)));
            return {};
        }
    }
    KW_TRY(const auto op, match_operator());
    if (peek().kind != TokenKind::String) return unexpected({"label matching", "string"});
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
    return unexpected({"label matching", "label matching operator"});
}

// `[range]` of a selector, `[range:step]` of anything.
Result<void> Parser::brackets(MutableExpr& expr) {
    const auto open = take();
    const auto range = [&] {
        const Inside place(*this, {"subquery or range selector", kDurationWanted});
        return positive_duration();
    }();
    if (!range) return range.error();
    if (peek().is("]")) return range_of(expr, open.span, *range);
    if (!take_if(":")) return unexpected({"subquery or range", "\":\" or \"]\""});
    return subquery_of(expr, *range);
}

Result<void> Parser::range_of(MutableExpr& expr, const Span& bracket, const MutableFormula& range) {
    auto* selector = std::get_if<VectorSelector>(&expr->node);
    if (selector == nullptr || selector->is_range())
        return parse_error(bracket, "ranges only allowed for vector selectors");
    if (selector->shift.offset.ms != 0 || selector->shift.offset_formula)
        return parse_error(bracket, "no offset modifiers allowed before range");
    if (selector->shift.anchor != Shift::Anchor::EvaluationTime)
        return parse_error(bracket, "no @ modifiers allowed before range");
    expr->span = join(expr->span, take().span);
    return take_duration(range, selector->range, selector->range_formula);
}

Result<void> Parser::subquery_of(MutableExpr& expr, const MutableFormula& range) {
    Subquery subquery;
    if (auto read = take_duration(range, subquery.range, subquery.range_formula); !read)
        return read;
    if (!peek().is("]")) {
        const auto step = [&] {
            const Inside place(*this, {"subquery selector", kStepWanted});
            return positive_duration();
        }();
        if (!step) return step.error();
        if (auto read = take_duration(*step, subquery.step, subquery.step_formula); !read)
            return read;
    }
    if (!peek().is("]")) return unexpected({"subquery selector", "\"]\""});
    const auto span = join(expr->span, take().span);
    subquery.operand = std::move(expr);
    KW_TRY(expr, make(std::move(subquery), span));
    return {};
}

Result<void> Parser::offset(Expr& expr) {
    take();
    const auto length = [&] {
        const Inside place(*this, {"offset", kDurationWanted});
        return offset_duration();
    }();
    if (!length) return length.error();
    auto* shift = shift_of(expr);
    if (shift == nullptr) return parse_error(expr.span, fmt::format("offset {}", kShiftable));
    if (shift->offset.ms != 0 || shift->offset_formula)
        return parse_error(expr.span, "offset may not be set multiple times");
    expr.span.end = tokens_[next_ - 1].span.end;
    return take_duration(*length, shift->offset, shift->offset_formula);
}

Result<void> Parser::at(Expr& expr) {
    take();
    const Inside place(*this, {"@", "timestamp"});
    Shift anchored;
    const bool start = peek().is_keyword("start");
    if (start || peek().is_keyword("end")) {
        take();
        if (!take_if("(")) return unexpected();
        if (!take_if(")")) return unexpected();
        anchored.anchor = start ? Shift::Anchor::QueryStart : Shift::Anchor::QueryEnd;
    } else if (auto read = at_timestamp(expr, anchored); !read) {
        return read;
    }
    auto* shift = shift_of(expr);
    if (shift == nullptr) return parse_error(expr.span, fmt::format("@ {}", kShiftable));
    if (shift->anchor != Shift::Anchor::EvaluationTime)
        return parse_error(expr.span, "@ <timestamp> may not be set multiple times");
    shift->anchor = anchored.anchor;
    shift->fixed = anchored.fixed;
    expr.span.end = tokens_[next_ - 1].span.end;
    return {};
}

// Unix seconds.
Result<void> Parser::at_timestamp(const Expr& expr, Shift& shift) {
    const bool negative = peek().is("-");
    if (!take_if("-")) take_if("+");
    if (peek().kind != TokenKind::Number && peek().kind != TokenKind::Duration) return unexpected();
    KW_TRY(double seconds, number_value(take()));
    if (negative) seconds = -seconds;
    const double ms = std::round(seconds * 1e3);
    if (!(std::fabs(ms) < kTimestampMsMax)) {
        const auto shown = std::isinf(seconds)   ? (negative ? "-Inf" : "+Inf")
                           : std::isnan(seconds) ? "NaN"
                                                 : fmt::format("{:f}", seconds);
        return parse_error(expr.span,
                           fmt::format("timestamp out of bounds for @ modifier: {}", shown));
    }
    shift.anchor = Shift::Anchor::Fixed;
    shift.fixed = Timestamp{static_cast<std::int64_t>(ms)};
    return {};
}

// `anchored`, `smoothed`
Result<void> Parser::extension(Expr& expr) {
    const auto word = lower_case(take().text);
    if (std::holds_alternative<Subquery>(expr.node))
        return parse_error(expr.span,
                           fmt::format("{} modifier is not supported for subqueries", word));
    auto* selector = std::get_if<VectorSelector>(&expr.node);
    if (selector == nullptr)
        return parse_error(expr.span, fmt::format("{} modifier not implemented", word));
    const auto wanted = word == "anchored" ? Extension::Anchored : Extension::Smoothed;
    if (selector->extension != Extension::None && selector->extension != wanted)
        return parse_error(expr.span, "anchored and smoothed modifiers cannot be used together");
    selector->extension = wanted;
    return {};
}

} // namespace keepwatch::promql
