#include <algorithm>
#include <array>
#include <charconv>

#include "exposition/line_rules.h"
#include "exposition/metadata.h"
#include "model/number.h"

namespace keepwatch::exposition {

namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::array<std::string_view, 5> kTypes{"counter", "gauge", "histogram", "summary",
                                                 "untyped"};

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(kBlanks, at), text.size());
}

std::size_t token_end(std::string_view text, std::size_t at) {
    return std::min(text.find_first_of(kBlanks, at), text.size());
}

std::optional<Fault> read_timestamp(std::string_view token, std::size_t offset, Measure& into) {
    std::int64_t ms = 0;
    const char* const end = token.data() + token.size();
    const auto [stopped, failed] = std::from_chars(token.data(), end, ms);
    // Prometheus's lexer knows no sign here.
    if (failed == std::errc() && stopped == end && token.front() != '-') {
        into.at = Timestamp{ms};
        return std::nullopt;
    }
    return Fault{offset, "expected a time in milliseconds or the end of the line, got " +
                             seen_at(token, 0)};
}

// ` VALUE [MILLISECONDS]`
std::optional<Fault> read_measure(std::string_view rest, const Limits&, Measure& into) {
    const std::size_t at = skip_blanks(rest, 0);
    const std::size_t end = token_end(rest, at);
    const auto value = parse_number(rest.substr(at, end - at));
    if (!value) {
        if (rest.ends_with('\r') && parse_number(rest.substr(at, end - at - 1)))
            return Fault{rest.size() - 1, "expected the end of the line, got a carriage return"};
        return Fault{at, "expected a number, got " + seen_at(rest, at)};
    }
    into.value = *value;
    const std::size_t time = skip_blanks(rest, end);
    if (time == rest.size()) return std::nullopt;
    const std::size_t time_end = token_end(rest, time);
    if (auto wrong = read_timestamp(rest.substr(time, time_end - time), time, into)) return wrong;
    const std::size_t more = skip_blanks(rest, time_end);
    if (more == rest.size()) return std::nullopt;
    return Fault{more, "expected the end of the line after the time, got " + seen_at(rest, more)};
}

// `# HELP name text`, `# TYPE name type`; everything else after `#` is a comment.
std::optional<Fault> check_comment(std::string_view line) {
    const std::size_t word = skip_blanks(line, 1);
    const std::size_t word_end = token_end(line, word);
    const auto kind = line.substr(word, word_end - word);
    const bool spoken = word > 1 && word_end < line.size();
    if (!spoken || (kind != "HELP" && kind != "TYPE")) return std::nullopt;
    const auto body = line.substr(skip_blanks(line, word_end));
    MetadataLine metadata;
    auto wrong = parse_metadata(body, metadata);
    std::size_t base = line.size() - body.size();
    if (!wrong) {
        base = line.size() - metadata.text.size();
        wrong = kind == "HELP" ? check_help(metadata.text) : check_type(metadata.text, kTypes);
    }
    if (wrong) wrong->offset += base;
    return wrong;
}

LineRules::Kind kind(std::string_view& line) {
    line.remove_prefix(skip_blanks(line, 0));
    if (line.empty()) return LineRules::Kind::Nothing;
    return line.front() == '#' ? LineRules::Kind::Comment : LineRules::Kind::Sample;
}

bool is_cut(std::string_view page) {
    const auto last = page.find_last_not_of(kBlanks);
    return last != page.npos && page[last] != '\n';
}

} // namespace

const LineRules kTextRules{Blanks::Allowed, "", kind, check_comment, read_measure, is_cut};

} // namespace keepwatch::exposition
