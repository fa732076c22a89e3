#include "templating/lexer.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "model/labels.h"

namespace keepwatch::templating {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

bool is_space(char c) {
    return kSpaces.find(c) != std::string_view::npos;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_name(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

void append_utf8(std::string& into, std::uint32_t code) {
    const auto tail = [&](unsigned shift) {
        into += static_cast<char>(0x80 | (code >> shift & 0x3F));
    };
    if (code < 0x80) {
        into += static_cast<char>(code);
    } else if (code < 0x800) {
        into += static_cast<char>(0xC0 | code >> 6);
        tail(0);
    } else if (code < 0x10000) {
        into += static_cast<char>(0xE0 | code >> 12);
        tail(6), tail(0);
    } else {
        into += static_cast<char>(0xF0 | code >> 18);
        tail(12), tail(6), tail(0);
    }
}

// The escapes of Go's quoted strings, from the character behind the backslash on.
bool append_escape(std::string_view& rest, std::string& into) {
    constexpr std::string_view letters = "abfnrtv\\'\"";
    constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"";
    const char c = rest.front();
    if (const auto found = letters.find(c); found != std::string_view::npos) {
        into += meanings[found];
        rest.remove_prefix(1);
        return true;
    }
    const bool octal = c >= '0' && c <= '7';
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : octal ? 3 : 0;
    const std::size_t skip = octal ? 0 : 1;
    if (digits == 0 || rest.size() < skip + digits) return false;
    std::uint32_t code = 0;
    const char* first = rest.data() + skip;
    const auto [end, failed] = std::from_chars(first, first + digits, code, octal ? 8 : 16);
    if (failed != std::errc() || end != first + digits || code > 0x10FFFF) return false;
    if (digits <= 3 && code > 0xFF) return false;
    if (digits <= 3)
        into += static_cast<char>(code);
    else
        append_utf8(into, code);
    rest.remove_prefix(skip + digits);
    return true;
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        if (text_.size() > kTemplateBytesMax)
            return Error{ErrorKind::LimitExceeded,
                         fmt::format("a template of {} bytes; at most {} are allowed", text_.size(),
                                     kTemplateBytesMax)};
        while (at_ < text_.size()) {
            plain();
            if (at_ == text_.size()) break;
            if (auto failed = braces()) return std::move(*failed);
        }
        add(Token::Kind::End, "");
        return std::move(tokens_);
    }

private:
    using Failure = std::optional<Error>;

    std::string_view rest() const { return text_.substr(at_); }
    bool follows(std::string_view what) const { return rest().starts_with(what); }

    Error error(std::string message, std::size_t at) {
        return {ErrorKind::InvalidInput, std::move(message), location(at)};
    }

    // Calls come in rising order, so a text is walked through once.
    Location location(std::size_t at) {
        if (at < counted_) {
            counted_ = 0;
            place_ = {.file = {}, .line = 1, .column = 1};
        }
        for (; counted_ < at; ++counted_) {
            if (text_[counted_] == '\n') {
                ++place_.line;
                place_.column = 1;
            } else {
                ++place_.column;
            }
        }
        return place_;
    }

    void add(Token::Kind kind, std::string value) {
        tokens_.push_back({kind, std::move(value), after_space_, location(at_)});
        after_space_ = false;
    }

    // Everything up to the next {{, without the space that a trim marker on either side eats.
    void plain() {
        const auto begin = at_;
        const auto open = std::min(text_.find("{{", at_), text_.size());
        auto words = text_.substr(begin, open - begin);
        if (trim_next_)
            words.remove_prefix(std::min(words.find_first_not_of(kSpaces), words.size()));
        trim_next_ = false;
        const auto marker = text_.substr(open).substr(0, 4);
        if (marker.size() == 4 && marker[2] == '-' && is_space(marker[3]))
            words = words.substr(0, words.find_last_not_of(kSpaces) + 1);
        if (!words.empty()) add(Token::Kind::Text, std::string(words));
        at_ = open;
    }

    Failure braces() {
        const auto open = at_;
        const bool trims = rest().size() > 3 && text_[at_ + 2] == '-' && is_space(text_[at_ + 3]);
        const auto inside = at_ + (trims ? 4 : 2);
        if (text_.substr(inside).starts_with("/*")) {
            at_ = inside;
            return comment(open);
        }
        add(Token::Kind::Open, "");
        at_ = inside;
        after_space_ = true;
        return action(open);
    }

    Failure comment(std::size_t open) {
        const auto end = text_.find("*/", at_);
        if (end == std::string_view::npos) return error("unclosed comment", open);
        at_ = end + 2;
        if (rest().size() >= 4 && is_space(rest()[0]) && rest().substr(1).starts_with("-}}")) {
            trim_next_ = true;
            at_ += 4;
            return std::nullopt;
        }
        if (!follows("}}")) return error("comment ends before closing delimiter", open);
        at_ += 2;
        return std::nullopt;
    }

    // From behind {{ to behind }}.
    Failure action(std::size_t open) {
        while (at_ < text_.size()) {
            if (is_space(text_[at_])) {
                if (rest().substr(1).starts_with("-}}")) {
                    ++at_;
                    add(Token::Kind::Close, "");
                    at_ += 3;
                    trim_next_ = true;
                    return std::nullopt;
                }
                ++at_;
                after_space_ = true;
            } else if (follows("}}")) {
                add(Token::Kind::Close, "");
                at_ += 2;
                return std::nullopt;
            } else if (auto failed = token()) {
                return failed;
            }
        }
        return error("unclosed action: {{ has no }}", open);
    }

    Failure token() {
        const char c = text_[at_];
        if (follows(":=")) return symbol(Token::Kind::Declare, 2);
        switch (c) {
        case '=':
            return symbol(Token::Kind::Assign, 1);
        case '|':
            return symbol(Token::Kind::Pipe, 1);
        case '(':
            return symbol(Token::Kind::OpenParen, 1);
        case ')':
            return symbol(Token::Kind::CloseParen, 1);
        case ',':
            return symbol(Token::Kind::Comma, 1);
        case '"':
            return quoted_string();
        case '`':
            return raw_string();
        case '\'':
            return rune();
        default:
            break;
        }
        if (c == '.' && !(rest().size() > 1 && is_digit(rest()[1]))) return field();
        if (c == '$') return word(Token::Kind::Variable, 1, 0);
        if (is_digit(c) || c == '.' || c == '+' || c == '-') return number();
        if (is_name(c)) return word(Token::Kind::Identifier, 0, 0);
        return error(fmt::format("unexpected {} in an action", quoted(text_.substr(at_, 1))), at_);
    }

    Failure symbol(Token::Kind kind, std::size_t bytes) {
        add(kind, std::string(text_.substr(at_, bytes)));
        at_ += bytes;
        return std::nullopt;
    }

    // `skip` bytes in front belong to the word, of which `drop` are not part of its text.
    Failure word(Token::Kind kind, std::size_t skip, std::size_t drop) {
        auto end = at_ + skip;
        while (end < text_.size() && is_name(text_[end])) ++end;
        add(kind, std::string(text_.substr(at_ + drop, end - at_ - drop)));
        at_ = end;
        return std::nullopt;
    }

    Failure field() {
        const bool named = rest().size() > 1 && is_name(rest()[1]);
        if (!named) return symbol(Token::Kind::Dot, 1);
        return word(Token::Kind::Field, 1, 1);
    }

    Failure number() {
        auto end = at_ + 1;
        while (end < text_.size()) {
            const bool sign = (text_[end] == '+' || text_[end] == '-') &&
                              (text_[end - 1] == 'e' || text_[end - 1] == 'E');
            if (!is_name(text_[end]) && text_[end] != '.' && !sign) break;
            ++end;
        }
        add(Token::Kind::Number, std::string(text_.substr(at_, end - at_)));
        at_ = end;
        return std::nullopt;
    }

    Failure quoted_string() {
        std::string value;
        auto left = rest().substr(1);
        while (!left.empty() && left.front() != '"' && left.front() != '\n') {
            if (left.front() != '\\') {
                value += left.front();
                left.remove_prefix(1);
                continue;
            }
            left.remove_prefix(1);
            if (left.empty()) break;
            if (!append_escape(left, value))
                return error("unknown escape in a quoted string", text_.size() - left.size() - 1);
        }
        if (left.empty() || left.front() == '\n') return error("unterminated quoted string", at_);
        add(Token::Kind::String, std::move(value));
        at_ = text_.size() - left.size() + 1;
        return std::nullopt;
    }

    Failure raw_string() {
        const auto end = text_.find('`', at_ + 1);
        if (end == std::string_view::npos) return error("unterminated raw quoted string", at_);
        add(Token::Kind::String, std::string(text_.substr(at_ + 1, end - at_ - 1)));
        at_ = end + 1;
        return std::nullopt;
    }

    Failure rune() {
        std::string value;
        auto left = rest().substr(1);
        if (!left.empty() && left.front() == '\\') {
            left.remove_prefix(1);
            if (left.empty() || !append_escape(left, value))
                return error("unknown escape in a character constant", at_);
        } else {
            const auto close = std::min(left.find('\''), left.size());
            value = left.substr(0, close);
            left.remove_prefix(close);
        }
        if (left.empty() || left.front() != '\'' || value.empty() || value.size() > 4)
            return error("malformed character constant", at_);
        add(Token::Kind::Rune, std::move(value));
        at_ = text_.size() - left.size() + 1;
        return std::nullopt;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool after_space_ = false;
    bool trim_next_ = false;
    std::size_t counted_ = 0; // How far `place_` has come.
    Location place_{.file = {}, .line = 1, .column = 1};
    std::vector<Token> tokens_;
};

} // namespace

Result<std::vector<Token>> tokenize(std::string_view text) {
    return Lexer(text).run();
}

} // namespace keepwatch::templating
