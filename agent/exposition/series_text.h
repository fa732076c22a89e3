#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/page_reader.h"
#include "model/labels.h"

namespace keepwatch::exposition {

// Whether blanks may stand around the parts of a series: in Prometheus's text they may, in
// OpenMetrics they may not.
enum class Blanks : std::uint8_t { Allowed, Refused };

// Where in a text something is wrong.
struct Fault {
    std::size_t offset = 0;
    std::string message;
    bool over_limit = false; // The message names the limit; the page is to be refused.
};

// The length of the series that the line begins with, by its braces and quotes alone. Exact for
// every line that SeriesParser accepts.
std::size_t series_length(std::string_view line, Blanks blanks);

// What came instead, for messages: a short quoted piece, or "the end of the line".
std::string seen_at(std::string_view text, std::size_t at);

// `\\`, `\"` and `\n` stand for the character they escape, any other backslash for itself.
std::string unescape(std::string_view text);

// Whether the text is UTF-8.
bool is_utf8(std::string_view text);

// Parses `name{label="value",…}` or `{"name","label"="value",…}`, as it stands on a page. Names in
// quotes may be any UTF-8. In values \", \\ and \n are escapes; other backslashes stand for
// themselves.
class SeriesParser {
public:
    explicit SeriesParser(const Limits& limits) : limits_(limits) {}

    // Parses what `line` begins with.
    std::optional<Fault> parse(std::string_view line, Blanks blanks);

    // The labels in braces of an exemplar, without a name; `line` begins with the brace.
    std::optional<Fault> parse_exemplar(std::string_view line);

    // After success: where it ended, and what it said.
    std::size_t length() const { return at_; }
    Labels labels() const { return Labels::from_sorted(labels_); }

private:
    std::optional<Fault> name();
    std::optional<Fault> braces();
    std::optional<Fault> label(bool& closed);
    std::optional<Fault> label_name(std::string_view& out, bool& quoted);
    std::optional<Fault> label_value(std::string_view name);
    std::optional<Fault> quoted_text(std::string_view what, std::string_view& out);
    std::optional<Fault> finish();
    std::optional<Fault> fault(std::size_t offset, std::string message) const;
    void skip_blanks();
    bool take(char c);
    char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }

    const Limits& limits_;
    std::string_view text_;
    std::size_t at_ = 0;
    Blanks blanks_ = Blanks::Allowed;
    bool exemplar_ = false;
    bool named_ = false;
    std::vector<LabelView> labels_;
    std::deque<std::string> unescaped_; // What labels_ point to where the text had escapes.
};

} // namespace keepwatch::exposition
