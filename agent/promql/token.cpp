#include "promql/token.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/labels.h"
#include "promql/utf8.h"

namespace keepwatch::promql {
namespace {

constexpr std::array<std::string_view, 14> kAggregators{
    "sum",    "avg",  "count",   "min",          "max",      "group",  "stddev",
    "stdvar", "topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio"};
constexpr std::array<std::string_view, 4> kWordOperators{"and", "or", "unless", "atan2"};
constexpr std::array<std::string_view, 13> kModifiers{
    "offset",     "smoothed",    "anchored", "by",        "without",    "on",  "ignoring",
    "group_left", "group_right", "fill",     "fill_left", "fill_right", "bool"};
constexpr std::array<std::string_view, 6> kReserved{"bool",       "on",          "ignoring",
                                                    "group_left", "group_right", "atan2"};
constexpr std::array<std::string_view, 2> kPreprocessors{"start", "end"};
constexpr std::array<std::string_view, 4> kDurationKeywords{"step", "range", "min_of", "max_of"};

template <class Words> bool contains(const Words& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Of a long string or number, the first ten characters.
std::string shortened(std::string_view text) {
    constexpr std::size_t shown_max = 10;
    if (text.size() <= shown_max) return quoted(text);
    std::size_t size = 0;
    for (std::size_t i = 0; i < shown_max && size < text.size(); ++i)
        size += std::max<std::size_t>(1, utf8_sequence_size(text.substr(size)));
    return quoted(text.substr(0, size)) + "...";
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

bool is_reserved_name(std::string_view word) {
    return contains(kReserved, lower_case(word));
}

bool is_duration_keyword(std::string_view word) {
    return contains(kDurationKeywords, lower_case(word));
}

bool is_keyword_name(std::string_view word) {
    const auto lower = lower_case(word);
    return contains(kAggregators, lower) || contains(kWordOperators, lower) ||
           contains(kModifiers, lower) || contains(kPreprocessors, lower) ||
           contains(kDurationKeywords, lower);
}

bool Token::is_keyword(std::string_view lower) const {
    return kind == TokenKind::Keyword && lower_case(text) == lower;
}

std::string Token::describe() const {
    const auto shown = shortened(text);
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
    return contains(kModifiers, lower) ? fmt::format("<{}>", text) : shown;
}

} // namespace keepwatch::promql
