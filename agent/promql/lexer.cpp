#include "promql/lexer.h"

#include <cctype>
#include <cstdio>

#include <fmt/format.h>

#include "promql/utf8.h"

namespace keepwatch::promql {
namespace {

constexpr int kEnd = -1;

bool is_space(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(int c) {
    return c >= '0' && c <= '9';
}
bool is_alpha(int c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(int c) {
    return is_alpha(c) || is_digit(c);
}
bool is_hex(int c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        while (tokens_.empty() ||
               (tokens_.back().kind != TokenKind::End && tokens_.back().kind != TokenKind::Error))
            next();
        return std::move(tokens_);
    }

private:
    int peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? static_cast<unsigned char>(text_[at_ + ahead]) : kEnd;
    }

    void skip_blank() {
        while (is_space(peek()) || peek() == '#') {
            if (peek() == '#')
                while (peek() != kEnd && peek() != '\n') ++at_;
            else
                ++at_;
        }
    }

    Span span_from(std::size_t begin) {
        for (; line_scanned_ < begin; ++line_scanned_) {
            if (text_[line_scanned_] != '\n') continue;
            ++line_;
            line_begin_ = line_scanned_ + 1;
        }
        const auto narrow = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
        return {narrow(begin), narrow(at_), line_, narrow(begin - line_begin_ + 1)};
    }

    void emit(TokenKind kind, std::size_t size) {
        const auto begin = at_;
        at_ += size;
        tokens_.push_back({kind, std::string(text_.substr(begin, size)), span_from(begin)});
    }

    void refuse(std::string why) {
        tokens_.push_back({TokenKind::Error, std::move(why), span_from(token_begin_)});
    }

    // `'x'`, as Go's %q writes a character.
    std::string character(std::size_t ahead = 0) const {
        if (peek(ahead) == kEnd) return "end of input";
        const auto size = std::max<std::size_t>(1, utf8_sequence_size(text_.substr(at_ + ahead)));
        if (peek(ahead) < 0x20 || peek(ahead) == 0x7f)
            return fmt::format("'\\x{:02x}'", peek(ahead));
        return fmt::format("'{}'", text_.substr(at_ + ahead, size));
    }

    void next() {
        skip_blank();
        token_begin_ = at_;
        const int c = peek();
        if (c == '"' || c == '\'' || c == '`') return string(static_cast<char>(c));
        if (in_braces_) return inside_braces(c);
        if (c == kEnd) return end();
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number_or_duration();
        if (in_brackets_) return inside_brackets(c);
        if (is_alpha(c) || c == ':') return word();
        symbol(c);
    }

    void end() {
        if (paren_depth_ > 0) return refuse("unclosed left parenthesis");
        if (in_brackets_) return refuse("unclosed left bracket");
        emit(TokenKind::End, 0);
    }

    void symbol(int c) {
        const int after = peek(1);
        switch (c) {
        case ',':
        case '@':
            return emit(TokenKind::Symbol, 1);
        case '+':
        case '-':
        case '*':
        case '/':
        case '%':
        case '^':
            return emit(TokenKind::Operator, 1);
        case '<':
        case '>':
            return emit(TokenKind::Operator, after == '=' ? 2 : 1);
        case '=':
            if (after == '~') return refuse("unexpected character after '=': " + character(1));
            return after == '=' ? emit(TokenKind::Operator, 2) : emit(TokenKind::Symbol, 1);
        case '!':
            if (after != '=') return refuse("unexpected character after '!': " + character(1));
            return emit(TokenKind::Operator, 2);
        case '(':
            ++paren_depth_;
            return emit(TokenKind::Symbol, 1);
        case ')':
            if (paren_depth_-- == 0) return refuse("unexpected right parenthesis ')'");
            return emit(TokenKind::Symbol, 1);
        case '{':
            in_braces_ = true;
            return emit(TokenKind::Symbol, 1);
        case '[':
            in_brackets_ = true;
            return emit(TokenKind::Symbol, 1);
        case ']':
            return refuse("unexpected right bracket ']'");
        default:
            return refuse("unexpected character: " + character());
        }
    }

    void inside_brackets(int c) {
        switch (c) {
        case ':':
            return emit(TokenKind::Symbol, 1);
        case '[':
            return refuse("unexpected left bracket '['");
        case ']':
            in_brackets_ = false;
            return emit(TokenKind::Symbol, 1);
        case '-':
        case '+':
            return emit(TokenKind::Operator, 1);
        default:
            return refuse("unexpected character in duration expression: " + character());
        }
    }

    void inside_braces(int c) {
        const int after = peek(1);
        if (is_alpha(c)) {
            std::size_t size = 1;
            while (is_word(peek(size))) ++size;
            return emit(TokenKind::Identifier, size);
        }
        switch (c) {
        case kEnd:
            return refuse("unexpected end of input inside braces");
        case ',':
            return emit(TokenKind::Symbol, 1);
        case '=':
            return emit(TokenKind::Symbol, after == '~' ? 2 : 1);
        case '!':
            if (after == '~' || after == '=') return emit(TokenKind::Symbol, 2);
            return refuse("unexpected character after '!' inside braces: " + character(1));
        case '{':
            return refuse("unexpected left brace '{'");
        case '}':
            in_braces_ = false;
            return emit(TokenKind::Symbol, 1);
        default:
            return refuse("unexpected character inside braces: " + character());
        }
    }

    void word() {
        std::size_t size = 1;
        while (is_word(peek(size)) || peek(size) == ':') ++size;
        const auto text = text_.substr(at_, size);
        const auto lower = lower_case(text);
        if (lower == "inf" || lower == "nan") return emit(TokenKind::Number, size);
        if (is_keyword_name(text)) return emit(TokenKind::Keyword, size);
        const bool has_colon = text.find(':') != text.npos;
        emit(has_colon ? TokenKind::MetricIdentifier : TokenKind::Identifier, size);
    }

    // Digits, one dot, an exponent; hexadecimal after 0x; underscores between digits.
    std::size_t number_size() const {
        std::size_t size = 0;
        const bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
        if (hex) size = 2;
        const auto digits = [&] {
            while (peek(size) == '_' || (hex ? is_hex(peek(size)) : is_digit(peek(size)))) ++size;
        };
        digits();
        if (peek(size) == '.') ++size, digits();
        const int mark = peek(size);
        const bool exponent = hex ? mark == 'p' || mark == 'P' : mark == 'e' || mark == 'E';
        const std::size_t sign = peek(size + 1) == '+' || peek(size + 1) == '-' ? 2 : 1;
        if (exponent && is_digit(peek(size + sign))) {
            size += sign;
            while (is_digit(peek(size))) ++size;
        }
        return size;
    }

    // The size of `1h30m` from here, or 0 and in `read` how far it went.
    std::size_t duration_size(std::size_t& read) const {
        std::size_t size = 0;
        while (is_digit(peek(size))) {
            while (is_digit(peek(size))) ++size;
            const int unit = peek(size);
            read = size;
            if (unit == kEnd ||
                std::string_view("smhdwy").find(static_cast<char>(unit)) == std::string_view::npos)
                return 0;
            size += unit == 'm' && peek(size + 1) == 's' ? 2 : 1;
            read = size;
        }
        return is_word(peek(size)) || peek(size) == '.' ? 0 : size;
    }

    void number_or_duration() {
        const auto number = number_size();
        if (!is_word(peek(number)) && peek(number) != '.') return emit(TokenKind::Number, number);
        auto read = number;
        if (const auto size = duration_size(read)) return emit(TokenKind::Duration, size);
        const auto shown = text_.substr(at_, std::max(read, number) + 1);
        refuse(fmt::format("bad number or duration syntax: \"{}\"", shown));
    }

    void string(char quote) {
        std::size_t size = 1;
        for (;; ++size) {
            const int c = peek(size);
            if (quote == '`' && c == kEnd) return refuse("unterminated raw string");
            if (quote != '`' && (c == kEnd || c == '\n'))
                return refuse("unterminated quoted string");
            if (c == quote) return emit(TokenKind::String, size + 1);
            if (c >= 0x80) {
                const auto sequence = utf8_sequence_size(text_.substr(at_ + size));
                if (sequence == 0) return refuse("invalid UTF-8 rune");
                size += sequence - 1;
            } else if (c == '\\' && quote != '`') {
                if (peek(++size) == kEnd) return refuse("escape sequence not terminated");
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t token_begin_ = 0;
    std::vector<Token> tokens_;
    bool in_braces_ = false;
    bool in_brackets_ = false;
    int paren_depth_ = 0;
    std::size_t line_scanned_ = 0; // Up to here line breaks have been counted.
    std::size_t line_begin_ = 0;
    std::uint32_t line_ = 1;
};

} // namespace

std::vector<Token> tokenize(std::string_view text) {
    return Lexer(text).run();
}

} // namespace keepwatch::promql
