#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "model/labels.h"
#include "model/number.h"
#include "model/sample.h"
#include "promql/parse.h"

// Reads test scripts in the language of Prometheus's promqltest:
// https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md
namespace keepwatch::promql::script {

using Slots = std::vector<std::optional<double>>; // `_` is a slot without a sample.

// What the agent does not store, so that what reads it is left out of a script.
enum class Foreign : std::uint8_t { No, NativeHistogram, StartTimestamps };

struct SeriesLine {
    Labels labels;
    Slots values{};
    Foreign foreign = Foreign::No;
};

enum class Outcome : std::uint8_t { Value, Failure };

// What an error or a note must be: this text, or anything that the expression is found in.
struct Expectation {
    std::string text;
    bool is_regex = false;
};

// One command with the lines below it.
struct Command {
    enum class Kind : std::uint8_t { Clear, Load, Instant, Range };
    Kind kind = Kind::Clear;
    std::size_t line = 0;
    std::string expr;
    Timestamp start;
    Timestamp end;
    Duration step;
    bool with_nhcb = false; // Classic histograms are loaded as native ones too.
    Outcome outcome = Outcome::Value;
    bool is_ordered = false;
    std::vector<Expectation> failures;
    std::vector<Expectation> warnings;
    std::vector<Expectation> infos;
    bool no_warnings = false;
    bool no_infos = false;
    bool has_times = false;         // A range vector, with samples at start, start + step, …
    std::vector<SeriesLine> series; // What to load, or what is expected.
    std::optional<double> scalar;
    std::optional<std::string> text;
};

inline std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Takes the first word off the front.
inline std::string_view take_word(std::string_view& rest) {
    rest = trim(rest);
    const auto word = rest.substr(0, rest.find_first_of(" \t"));
    rest = trim(rest.substr(word.size()));
    return word;
}

inline Error malformed(std::string_view what, std::string_view got) {
    return {ErrorKind::InvalidInput, fmt::format("expected {}, got \"{}\"", what, got)};
}

// `50m`, `1m30s`, seconds as `90` or `-1m`.
inline Result<std::int64_t> parse_ms(std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto size = negative ? text.substr(1) : text;
    if (const auto number = parse_number(size))
        return static_cast<std::int64_t>(*number * 1e3) * (negative ? -1 : 1);
    KW_TRY(const auto duration, parse_duration(size));
    return negative ? -duration.ms : duration.ms;
}

// Takes `name{label="value"}` off the front.
inline Result<Labels> take_labels(std::string_view& rest) {
    std::size_t end = 0;
    char quote = 0;
    bool in_braces = false;
    for (; end < rest.size(); ++end) {
        const char c = rest[end];
        if (quote != 0) {
            if (c == '\\' && quote != '`')
                ++end;
            else if (c == quote)
                quote = 0;
            continue;
        }
        if (c == '"' || c == '\'' || c == '`') quote = c;
        if (c == '{') in_braces = true;
        if (c == '}') in_braces = false;
        if (!in_braces && (c == ' ' || c == '\t')) break;
    }
    auto text = rest.substr(0, end);
    rest = trim(rest.substr(end));
    if (text.ends_with("@st")) text.remove_suffix(3);
    if (text == "{}") return Labels();
    KW_TRY(const auto expr, parse(text));
    const auto* selector = std::get_if<VectorSelector>(&expr->node);
    if (selector == nullptr) return malformed("a series", text);
    LabelsBuilder labels;
    for (const auto& matcher : selector->matchers) labels.set(matcher.name(), matcher.value());
    return labels.build();
}

// `1`, `_x3`, `1x4`, `1+2x5`, `stale`.
inline Result<void> parse_slots(std::string_view word, Slots& into) {
    const auto malformed_word = [&] { return malformed("a value", word); };
    auto notation = word;
    std::size_t times = 0;
    // The x of repetition is the last; there is none in the numbers themselves.
    if (const auto x = word.rfind('x'); x != word.npos) {
        const auto digits = word.substr(x + 1);
        const auto [end, failed] =
            std::from_chars(digits.data(), digits.data() + digits.size(), times);
        if (failed != std::errc() || end != digits.data() + digits.size()) return malformed_word();
        notation = word.substr(0, x);
    }
    if (notation == "_") {
        into.insert(into.end(), std::max<std::size_t>(times, 1), std::nullopt);
        return {};
    }
    if (notation == "stale") {
        into.insert(into.end(), times + 1, stale_marker());
        return {};
    }
    if (const auto constant = parse_number(notation)) {
        into.insert(into.end(), times + 1, *constant);
        return {};
    }
    for (auto sign = notation.find_first_of("+-", 1); sign != notation.npos;
         sign = notation.find_first_of("+-", sign + 1)) {
        const auto start = parse_number(notation.substr(0, sign));
        auto slope = notation.substr(sign);
        const bool negative = slope.starts_with('-');
        const auto step = parse_number(slope.substr(1));
        if (!start || !step) continue;
        double value = *start; // Added up, with the rounding that comes of it, as there.
        for (std::size_t i = 0; i <= times; ++i, value += negative ? -*step : *step)
            into.push_back(value);
        return {};
    }
    return malformed_word();
}

inline Result<SeriesLine> parse_series(std::string_view line) {
    SeriesLine series;
    KW_TRY(series.labels, take_labels(line));
    if (line.find("{{") != line.npos) series.foreign = Foreign::NativeHistogram;
    while (!line.empty() && series.foreign == Foreign::No) {
        if (auto read = parse_slots(take_word(line), series.values); !read)
            return std::move(read).error();
    }
    return series;
}

} // namespace keepwatch::promql::script
