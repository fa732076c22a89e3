#include "exposition/series_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/utf8.h"

namespace keepwatch::exposition {

namespace {

// As much of a wrong text as a message shows.
constexpr std::size_t kShownBytes = 32;

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

} // namespace

std::string unescape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (text[i] != '\\' || (next != 'n' && next != '"' && next != '\\')) {
            out += text[i];
            continue;
        }
        out += next == 'n' ? '\n' : next;
        ++i;
    }
    return out;
}

bool is_utf8(std::string_view text) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    return std::all_of(text.begin(), text.end(), is_ascii) || valid_utf8(text) == text;
}

std::string seen_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) return "the end of the line";
    const auto rest = text.substr(at);
    const std::size_t end =
        std::max<std::size_t>(1, std::min(rest.find_first_of(" \t"), rest.size()));
    return quoted(utf8_prefix(rest.substr(0, end), kShownBytes));
}

std::size_t series_length(std::string_view line, Blanks blanks) {
    std::size_t at = 0;
    while (at < line.size() && line[at] != '{' && !is_blank(line[at])) ++at;
    const std::size_t name_end = at;
    if (blanks == Blanks::Allowed)
        while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size() || line[at] != '{') return name_end;
    for (; at < line.size() && line[at] != '}'; ++at) {
        if (line[at] != '"') continue;
        for (++at; at < line.size() && line[at] != '"'; ++at)
            if (line[at] == '\\') ++at;
    }
    return std::min(at + 1, line.size());
}

std::optional<Fault> SeriesParser::parse(std::string_view line, Blanks blanks) {
    text_ = line;
    at_ = 0;
    blanks_ = blanks;
    exemplar_ = false;
    named_ = false;
    labels_.clear();
    unescaped_.clear();
    if (peek() != '{')
        if (auto wrong = name()) return wrong;
    const std::size_t name_end = at_;
    skip_blanks();
    if (peek() != '{') {
        at_ = name_end;
        return std::nullopt;
    }
    if (auto wrong = braces()) return wrong;
    return finish();
}

std::optional<Fault> SeriesParser::parse_exemplar(std::string_view line) {
    text_ = line;
    at_ = 0;
    blanks_ = Blanks::Refused;
    exemplar_ = true;
    labels_.clear();
    unescaped_.clear();
    if (peek() != '{')
        return fault(0, "expected the labels of an exemplar in braces, got " + seen_at(text_, 0));
    if (auto wrong = braces()) return wrong;
    return finish();
}

std::optional<Fault> SeriesParser::name() {
    const auto is_name = [](char c) { return is_letter(c) || c == ':'; };
    if (!is_name(peek())) return fault(at_, "expected a metric name, got " + seen_at(text_, at_));
    while (is_name(peek()) || is_digit(peek())) ++at_;
    const char next = peek();
    if (at_ < text_.size() && !is_blank(next) && next != '{')
        return fault(at_, fmt::format("expected \"{{\" or a blank after the metric name {}, got {}",
                                      quoted(utf8_prefix(text_.substr(0, at_), kShownBytes)),
                                      seen_at(text_, at_)));
    labels_.push_back({kNameLabel, text_.substr(0, at_)});
    named_ = true;
    return std::nullopt;
}

std::optional<Fault> SeriesParser::braces() {
    ++at_; // The brace.
    for (bool closed = false; !closed;)
        if (auto wrong = label(closed)) return wrong;
    return std::nullopt;
}

// One label and the comma after it, or the closing brace. Prometheus's text does without commas
// between labels.
std::optional<Fault> SeriesParser::label(bool& closed) {
    skip_blanks();
    closed = take('}');
    if (closed) return std::nullopt;
    const std::size_t start = at_;
    std::string_view name;
    bool in_quotes = false;
    if (auto wrong = label_name(name, in_quotes)) return wrong;
    skip_blanks();
    if (in_quotes && !exemplar_ && (peek() == ',' || peek() == '}')) {
        if (named_) return fault(start, "expected a label, got a second metric name");
        labels_.push_back({kNameLabel, name});
        named_ = true;
        take(',');
        return std::nullopt;
    }
    if (!take('='))
        return fault(at_, fmt::format("expected \"=\" after the label name {}, got {}",
                                      quoted(utf8_prefix(name, kShownBytes)), seen_at(text_, at_)));
    if (auto wrong = label_value(name)) return wrong;
    skip_blanks();
    take(',');
    if (labels_.size() > limits_.labels_max + 1)
        return Fault{
            start, fmt::format("a series has more than {} labels (labels_max)", limits_.labels_max),
            true};
    return std::nullopt;
}

std::optional<Fault> SeriesParser::label_name(std::string_view& out, bool& quoted) {
    quoted = peek() == '"';
    if (quoted) {
        const std::size_t start = at_;
        if (auto wrong = quoted_text("a name", out)) return wrong;
        if (out.empty()) return fault(start, "expected a name, got an empty one");
        return std::nullopt;
    }
    const std::size_t start = at_;
    if (!is_letter(peek())) return fault(at_, "expected a label name, got " + seen_at(text_, at_));
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    out = text_.substr(start, at_ - start);
    return std::nullopt;
}

std::optional<Fault> SeriesParser::label_value(std::string_view name) {
    skip_blanks();
    const auto label = [&] { return "label " + quoted(utf8_prefix(name, kShownBytes)) + ": "; };
    if (peek() != '"')
        return fault(at_,
                     label() + "expected a value in double quotes, got " + seen_at(text_, at_));
    const std::size_t start = at_;
    std::string_view value;
    if (auto wrong = quoted_text("the value", value)) {
        wrong->message = label() + wrong->message;
        return wrong;
    }
    if (value.size() > limits_.label_value_bytes_max)
        return Fault{start,
                     fmt::format("{}the value is longer than {} bytes (label_value_bytes_max)",
                                 label(), limits_.label_value_bytes_max),
                     true};
    labels_.push_back({name, value});
    return std::nullopt;
}

std::optional<Fault> SeriesParser::quoted_text(std::string_view what, std::string_view& out) {
    const std::size_t start = ++at_;
    bool escapes = false;
    while (at_ < text_.size() && text_[at_] != '"') {
        escapes |= text_[at_] == '\\';
        at_ += text_[at_] == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size())
        return fault(start - 1, fmt::format("{} is not closed before the end of the line", what));
    out = text_.substr(start, at_ - start);
    ++at_;
    if (!is_utf8(out)) return fault(start - 1, fmt::format("{} is not UTF-8", what));
    if (escapes) out = unescaped_.emplace_back(unescape(out));
    return std::nullopt;
}

// What can only be seen when all labels are there.
std::optional<Fault> SeriesParser::finish() {
    if (!exemplar_ && !named_) return fault(0, "the series has no metric name");
    std::sort(labels_.begin(), labels_.end(),
              [](const LabelView& a, const LabelView& b) { return a.name < b.name; });
    const auto twice =
        std::adjacent_find(labels_.begin(), labels_.end(),
                           [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twice != labels_.end())
        return fault(0, fmt::format("label {} appears twice",
                                    quoted(utf8_prefix(twice->name, kShownBytes))));
    std::erase_if(labels_, [](const LabelView& label) { return label.value.empty(); });
    return std::nullopt;
}

std::optional<Fault> SeriesParser::fault(std::size_t offset, std::string message) const {
    return Fault{std::min(offset, text_.size()), std::move(message)};
}

void SeriesParser::skip_blanks() {
    if (blanks_ == Blanks::Refused) return;
    while (is_blank(peek())) ++at_;
}

bool SeriesParser::take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
}

} // namespace keepwatch::exposition
