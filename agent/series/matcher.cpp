#include "series/matcher.h"

#include <algorithm>
#include <utility>

#include <re2/re2.h>

namespace keepwatch::series {

namespace {

// How Go's regexp/syntax names what RE2 refused, because that is what Prometheus users search for.
std::string_view reason_of(RE2::ErrorCode code) {
    switch (code) {
    case RE2::ErrorBadEscape:
        return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
        return "invalid character class";
    case RE2::ErrorBadCharRange:
        return "invalid character class range";
    case RE2::ErrorMissingBracket:
        return "missing closing ]";
    case RE2::ErrorMissingParen:
        return "missing closing )";
    case RE2::ErrorUnexpectedParen:
        return "unexpected )";
    case RE2::ErrorTrailingBackslash:
        return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
        return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
        return "invalid repeat count";
    case RE2::ErrorRepeatOp:
        return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
        return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
        return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
        return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
        return "expression too large";
    default:
        return "internal error";
    }
}

std::string refusal(const RE2& regex) {
    std::string message = "error parsing regexp: ";
    message += reason_of(regex.error_code());
    return message + ": `" + regex.error_arg() + '`';
}

} // namespace

std::string_view symbol(MatchOp op) {
    switch (op) {
    case MatchOp::Equal:
        return "=";
    case MatchOp::NotEqual:
        return "!=";
    case MatchOp::Regex:
        return "=~";
    case MatchOp::NotRegex:
        return "!~";
    }
    return "";
}

Matcher::Matcher(MatchOp op, std::string name, std::string value)
    : op_(op), name_(std::move(name)), value_(std::move(value)) {}

Result<Matcher> Matcher::create(MatchOp op, std::string name, std::string value) {
    Matcher matcher(op, std::move(name), std::move(value));
    if (op == MatchOp::Equal || op == MatchOp::NotEqual) return matcher;

    // What a user got wrong is for the user to read, not for the log.
    RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true);
    options.set_never_capture(true);
    const auto regex = std::make_shared<const RE2>(matcher.value_, options);
    if (!regex->ok()) return Error{ErrorKind::InvalidInput, refusal(*regex)};
    matcher.regex_ = regex;
    return matcher;
}

Matcher Matcher::equal(std::string name, std::string value) {
    return {MatchOp::Equal, std::move(name), std::move(value)};
}

bool Matcher::matches(std::string_view value) const {
    switch (op_) {
    case MatchOp::Equal:
        return value == value_;
    case MatchOp::NotEqual:
        return value != value_;
    case MatchOp::Regex:
        return RE2::FullMatch({value.data(), value.size()}, *regex_);
    case MatchOp::NotRegex:
        return !RE2::FullMatch({value.data(), value.size()}, *regex_);
    }
    return false;
}

std::string Matcher::to_string() const {
    std::string text = is_plain_label_name(name_) ? name_ : quoted(name_);
    text += symbol(op_);
    return text + quoted(value_);
}

bool Matcher::operator==(const Matcher& other) const {
    return op_ == other.op_ && name_ == other.name_ && value_ == other.value_;
}

bool matches_all(std::span<const Matcher> matchers, const Labels& labels) {
    return std::all_of(matchers.begin(), matchers.end(),
                       [&](const Matcher& matcher) { return matcher.matches(labels); });
}

} // namespace keepwatch::series
