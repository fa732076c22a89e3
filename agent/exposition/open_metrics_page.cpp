#include <algorithm>
#include <array>
#include <cmath>

#include "exposition/line_rules.h"
#include "exposition/metadata.h"
#include "model/number.h"

namespace keepwatch::exposition {

namespace {

constexpr std::string_view kEnd = "# EOF";
constexpr std::array<std::string_view, 8> kTypes{"counter",  "gauge", "histogram", "gaugehistogram",
                                                 "stateset", "info",  "summary",   "unknown"};

// A word after exactly one space.
bool take_word(std::string_view rest, std::size_t& at, std::string_view& word) {
    if (at >= rest.size() || rest[at] != ' ') return false;
    const std::size_t end = std::min(rest.find(' ', at + 1), rest.size());
    word = rest.substr(at + 1, end - at - 1);
    if (word.empty()) return false;
    at = end;
    return true;
}

// ` SECONDS`, with decimals.
std::optional<Fault> take_time(std::string_view rest, std::size_t& at, Timestamp& into) {
    const std::size_t start = at;
    std::string_view word;
    // Beyond this the milliseconds do not fit.
    constexpr double seconds_max = 9e15;
    if (take_word(rest, at, word))
        if (const auto value = parse_number(word); value && std::fabs(*value) <= seconds_max) {
            into.ms = static_cast<std::int64_t>(*value * 1e3);
            return std::nullopt;
        }
    return Fault{start + 1, "expected a time in seconds, got " + seen_at(rest, start + 1)};
}

std::optional<Fault> take_value(std::string_view rest, std::size_t& at, double& into) {
    const std::size_t start = at;
    std::string_view word;
    if (!take_word(rest, at, word))
        return Fault{start, "expected a space and a number, got " + seen_at(rest, start)};
    const auto value = parse_number(word);
    if (!value) return Fault{start + 1, "expected a number, got " + seen_at(rest, start + 1)};
    into = *value;
    return std::nullopt;
}

// ` # {label="value"} VALUE [SECONDS]`
std::optional<Fault> check_exemplar(std::string_view rest, std::size_t at, const Limits& limits) {
    const std::size_t start = at + 3;
    SeriesParser parser(limits);
    auto wrong = parser.parse_exemplar(rest.substr(start));
    if (wrong) {
        wrong->offset += start;
        return wrong;
    }
    at = start + parser.length();
    double value = 0;
    Timestamp time;
    if ((wrong = take_value(rest, at, value))) return wrong;
    if (at < rest.size())
        if ((wrong = take_time(rest, at, time))) return wrong;
    if (at == rest.size()) return std::nullopt;
    return Fault{at, "expected the end of the line after the exemplar, got " + seen_at(rest, at)};
}

// ` VALUE [SECONDS] [EXEMPLAR]`
std::optional<Fault> read_measure(std::string_view rest, const Limits& limits, Measure& into) {
    const auto is_exemplar = [&](std::size_t at) { return rest.substr(at).starts_with(" # "); };
    std::size_t at = 0;
    if (auto wrong = take_value(rest, at, into.value)) return wrong;
    if (at < rest.size() && !is_exemplar(at)) {
        Timestamp time;
        if (auto wrong = take_time(rest, at, time)) return wrong;
        into.at = time;
    }
    if (at == rest.size()) return std::nullopt;
    if (is_exemplar(at)) return check_exemplar(rest, at, limits);
    return Fault{at, "expected an exemplar or the end of the line, got " + seen_at(rest, at)};
}

std::optional<Fault> check_unit(const MetadataLine& metadata) {
    const auto unit = metadata.text.substr(std::min<std::size_t>(1, metadata.text.size()));
    if (unit.empty()) return std::nullopt;
    if (metadata.name.size() > unit.size() && metadata.name.ends_with(unit) &&
        metadata.name[metadata.name.size() - unit.size() - 1] == '_')
        return std::nullopt;
    return Fault{1, "the unit " + quoted(unit.substr(0, 32)) + " is not at the end of the name " +
                        quoted(metadata.name.substr(0, 64))};
}

// `# HELP name text`, `# TYPE name type`, `# UNIT name unit`; there are no other comments.
std::optional<Fault> check_comment(std::string_view line) {
    if (line == kEnd) return std::nullopt;
    if (line.empty()) return Fault{0, "expected a sample or # EOF, got an empty line"};
    constexpr std::size_t word = 2;
    constexpr std::size_t body = word + 5;
    const auto kind = line.starts_with("# ") ? line.substr(word, body - word) : "";
    if (kind != "HELP " && kind != "TYPE " && kind != "UNIT ")
        return Fault{0, "expected # HELP, # TYPE, # UNIT or # EOF, got a comment"};
    MetadataLine metadata;
    auto wrong = parse_metadata(line.substr(body), metadata);
    if (wrong) {
        wrong->offset += body;
        return wrong;
    }
    if (kind == "HELP ")
        wrong = check_help(metadata.text);
    else if (kind == "TYPE ")
        wrong = check_type(metadata.text, kTypes);
    else
        wrong = check_unit(metadata);
    if (wrong) wrong->offset += line.size() - metadata.text.size();
    return wrong;
}

LineRules::Kind kind(std::string_view& line) {
    const bool comment = line.empty() || line.front() == '#';
    return comment ? LineRules::Kind::Comment : LineRules::Kind::Sample;
}

bool is_cut(std::string_view) {
    return false; // Only whoever saw its lines knows whether the last was the end.
}

} // namespace

const LineRules kOpenMetricsRules{Blanks::Refused, kEnd, kind, check_comment, read_measure, is_cut};

} // namespace keepwatch::exposition
