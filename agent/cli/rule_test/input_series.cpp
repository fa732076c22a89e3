#include "cli/rule_test/input_series.h"

#include <charconv>

#include <fmt/format.h>

#include "model/sample.h"
#include "promql/literals.h"
#include "promql/parse.h"

namespace keepwatch::cli::rule_test {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Error wanted(std::string_view what, std::string_view got) {
    return {ErrorKind::InvalidInput,
            fmt::format("wanted {}, got {}", what, keepwatch::quoted(got))};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The metric of a line ends at the first blank outside of braces and quotes.
std::size_t metric_bytes(std::string_view line) {
    char quote = 0;
    bool in_braces = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote != 0) {
            if (c == '\\' && quote != '`')
                ++i;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'' || c == '`') {
            quote = c;
        } else if (c == '{' || c == '}') {
            in_braces = c == '{';
        } else if (!in_braces && kBlanks.find(c) != kBlanks.npos) {
            return i;
        }
    }
    return line.size();
}

// Of `{a="b"}`, parsed as the selector that it looks like.
Result<Labels> parse_braces(std::string_view braces, bool named) {
    constexpr std::string_view stand_in = "x"; // A selector must not be empty.
    const auto text = (named ? std::string(stand_in) : std::string()) + std::string(braces);
    KW_TRY(const auto expr, promql::parse(text));
    const auto* selector = std::get_if<promql::VectorSelector>(&expr->node);
    if (selector == nullptr || !braces.ends_with('}')) return wanted("a series", braces);
    LabelsBuilder labels;
    for (const auto& matcher : selector->matchers) {
        if (matcher.op() != series::MatchOp::Equal) return wanted("labels with =", braces);
        if (named && matcher.name() == kNameLabel) continue;
        labels.set(matcher.name(), matcher.value());
    }
    return labels.build();
}

// One item of the values: walks over it from left to right.
class Item {
public:
    Item(std::string_view text, Notation notation)
        : text_(text), rest_(text), notation_(notation) {}

    Result<void> read(Slots& into) {
        if (text_.starts_with("{{"))
            return Error{ErrorKind::InvalidInput,
                         "native histograms such as {{schema:0 …}} are not supported"};
        if (take('_')) return repeat(into, std::nullopt, 0, 0);
        if (take_word("stale")) return repeat(into, stale_marker(), 0, 1);
        KW_TRY(const auto start, number());
        if (rest_.empty() || rest_.front() == 'x') return repeat(into, start, 0, 1);
        if (rest_.front() != '+' && rest_.front() != '-') return malformed();
        KW_TRY(const auto step, number());
        if (rest_.empty()) return malformed();
        return repeat(into, start, step, 1);
    }

private:
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Which promtool takes alone only.
    bool take_word(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        const auto behind = rest_.substr(word.size());
        const bool repeats = notation_ == Notation::Ours && behind.starts_with('x');
        if (!behind.empty() && !repeats) return false;
        rest_ = behind;
        return true;
    }

    Error malformed() const {
        return wanted("values such as 1, _, stale, 1x3, 1+2x3 or 1-2x3", text_);
    }

    // With its sign.
    Result<double> number() {
        const bool negative = rest_.starts_with('-');
        if (negative || rest_.starts_with('+')) rest_.remove_prefix(1);
        const auto token = rest_.substr(0, number_bytes());
        if (token.empty()) return malformed();
        rest_.remove_prefix(token.size());
        const auto value = promql::read_number(token);
        if (!value) return malformed();
        return negative ? -*value : *value;
    }

    std::size_t number_bytes() const {
        if (!rest_.empty() && is_letter(rest_.front())) return word_bytes();
        std::size_t end = 0;
        const auto at = [&](std::size_t i) { return i < rest_.size() ? rest_[i] : '\0'; };
        while (is_digit(at(end)) || at(end) == '.' || at(end) == '_' || at(end) == 'e' ||
               at(end) == 'E') {
            const bool exponent = at(end) == 'e' || at(end) == 'E';
            ++end;
            if (exponent && (at(end) == '+' || at(end) == '-')) ++end;
        }
        return end;
    }

    // `Inf` and `NaN`.
    std::size_t word_bytes() const {
        std::size_t end = 0;
        while (end < rest_.size() && (is_letter(rest_[end]) || is_digit(rest_[end]))) {
            if (notation_ == Notation::Ours && rest_[end] == 'x') break;
            ++end;
        }
        return end;
    }

    // `xN` adds N values, besides the `first` ones that are there without it.
    Result<void> repeat(Slots& into, std::optional<double> value, double step, std::size_t first) {
        std::size_t count = first;
        if (take('x')) {
            std::size_t more = 0;
            const auto [end, wrong] =
                std::from_chars(rest_.data(), rest_.data() + rest_.size(), more);
            if (wrong != std::errc() || end != rest_.data() + rest_.size()) return malformed();
            if (more > kSlotsMax) return too_many();
            count += more;
        } else {
            count = 1;
            if (!rest_.empty()) return malformed();
        }
        if (into.size() + count > kSlotsMax) return too_many();
        for (std::size_t i = 0; i < count; ++i) {
            into.push_back(value);
            if (value) *value += step; // As promtool, rounding errors included.
        }
        return {};
    }

    Error too_many() const {
        return {ErrorKind::LimitExceeded, fmt::format("{}: more than {} values", text_, kSlotsMax)};
    }

    std::string_view text_;
    std::string_view rest_;
    Notation notation_;
};

} // namespace

Result<Labels> parse_metric(std::string_view text) {
    const auto metric = trim(text);
    std::size_t name = 0;
    while (name < metric.size() &&
           (is_letter(metric[name]) || metric[name] == ':' || (name > 0 && is_digit(metric[name]))))
        ++name;
    const auto braces = trim(metric.substr(name));
    if (name == 0 && !braces.starts_with('{')) return wanted("a series", text);
    if (!braces.empty() && !braces.starts_with('{')) return wanted("a series", text);
    Labels labels;
    if (!braces.empty()) {
        auto parsed = parse_braces(braces, name > 0);
        if (!parsed && name == 0) parsed = parse_braces(braces, true); // Such as `{}`.
        if (!parsed) return parsed;
        labels = *std::move(parsed);
    }
    return name == 0 ? labels : labels.with(kNameLabel, metric.substr(0, name));
}

Result<Slots> parse_slots(std::string_view text, Notation notation) {
    Slots slots;
    for (auto rest = trim(text); !rest.empty(); rest = trim(rest)) {
        if (rest.starts_with("{{")) return Item(rest, notation).read(slots).error();
        const auto item = rest.substr(0, rest.find_first_of(kBlanks));
        if (auto read = Item(item, notation).read(slots); !read) return std::move(read).error();
        rest.remove_prefix(item.size());
    }
    return slots;
}

Result<InputSeries> parse_input_series(std::string_view line) {
    const auto text = trim(line);
    const auto end = metric_bytes(text);
    KW_TRY(auto labels, parse_metric(text.substr(0, end)));
    KW_TRY(auto slots, parse_slots(text.substr(end)));
    return InputSeries{std::move(labels), std::move(slots)};
}

} // namespace keepwatch::cli::rule_test
