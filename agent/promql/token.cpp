#include "promql/token.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/labels.h"

namespace keepwatch::promql {
namespace {

constexpr std::array<std::string_view, 14> kAggregators{
    "sum",    "avg",  "count",   "min",          "max",      "group",  "stddev",
    "stdvar", "topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio"};
constexpr std::array<std::string_view, 4> kWordOperators{"and", "or", "unless", "atan2"};
constexpr std::array<std::string_view, 10> kPlainKeywords{
    "offset", "by",         "without",     "on",    "ignoring",
    "bool",   "group_left", "group_right", "start", "end"};

template <class Words> bool contains(const Words& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool is_aggregator_name(std::string_view word) {
    return contains(kAggregators, lower_case(word));
}

bool is_keyword_name(std::string_view word) {
    const auto lower = lower_case(word);
    return contains(kAggregators, lower) || contains(kWordOperators, lower) ||
           contains(kPlainKeywords, lower);
}

bool Token::is_keyword(std::string_view lower) const {
    return kind == TokenKind::Keyword && lower_case(text) == lower;
}

std::string Token::describe() const {
    constexpr std::size_t shown_max = 10; // Of a string or number; then an ellipsis.
    const auto shown = text.size() > shown_max
                           ? quoted(std::string_view(text).substr(0, shown_max)) + "..."
                           : quoted(text);
    switch (kind) {
    case TokenKind::End:
        return "end of input";
    case TokenKind::Error:
        return text;
    case TokenKind::Identifier:
        return "identifier " + quoted(text);
    case TokenKind::MetricIdentifier:
        return "metric identifier " + quoted(text);
    case TokenKind::Number:
        return "number " + shown;
    case TokenKind::Duration:
        return "duration " + shown;
    case TokenKind::String:
        return "string " + shown;
    case TokenKind::Operator:
        return fmt::format("<op:{}>", text);
    case TokenKind::Symbol:
        return shown;
    case TokenKind::Keyword:
        break;
    }
    const auto lower = lower_case(text);
    if (contains(kAggregators, lower)) return fmt::format("<aggr:{}>", text);
    if (contains(kWordOperators, lower)) return fmt::format("<op:{}>", text);
    return fmt::format("<{}>", text);
}

} // namespace keepwatch::promql
