#include "promql/lexer.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/labels.h"
#include "promql/number_scan.h"
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

// Follows Prometheus's lexer state by state, so that the place and words of an error are the same.
class Lexer {
public:
    Lexer(std::string_view text, const Features& features) : text_(text), features_(features) {}

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
    std::string_view rest(std::size_t ahead = 0) const {
        return text_.substr(std::min(at_ + ahead, text_.size()));
    }

    void skip_spaces() {
        while (is_space(peek())) ++at_;
    }
    void skip_blank() {
        for (skip_spaces(); peek() == '#'; skip_spaces())
            while (peek() != kEnd && peek() != '\n' && peek() != '\r') ++at_;
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

    void refuse(std::string why) { refuse_at(token_begin_, std::move(why)); }
    // Where the token itself was read before it turned out to be wrong, the place is behind it.
    void refuse_behind(std::size_t size, std::string why) {
        at_ += size;
        refuse_at(at_, std::move(why));
    }
    void refuse_at(std::size_t begin, std::string why) {
        tokens_.push_back({TokenKind::Error, std::move(why), span_from(begin)});
    }

    std::string character(std::size_t ahead = 0) const { return quoted_character(rest(ahead)); }

    void next() {
        const bool in_duration = in_brackets_ && begins_duration_;
        if (in_duration)
            skip_spaces();
        else
            skip_blank();
        token_begin_ = at_;
        const int c = peek();
        if (in_duration) return inside_brackets(c);
        if (c == '"' || c == '\'' || c == '`') return string(static_cast<char>(c));
        if (in_braces_) return inside_braces(c);
        if (c == kEnd) return end();
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number_or_duration();
        if (name_start_size(rest()) > 0 || c == ':')
            return in_brackets_ ? word_in_brackets(c) : word();
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
            return emit(TokenKind::Symbol, 1);
        case '@':
        case '+':
        case '-':
        case '*':
        case '/':
        case '%':
        case '^':
            return emit(TokenKind::Operator, 1);
        case '<':
        case '>':
            return emit(TokenKind::Operator, after == '=' || after == '/' ? 2 : 1);
        case '=':
            if (after == '~') return refuse("unexpected character after '=': " + character(1));
            return after == '=' ? emit(TokenKind::Operator, 2) : emit(TokenKind::Symbol, 1);
        case '!':
            if (after != '=') return refuse("unexpected character after '!': " + character(1));
            return emit(TokenKind::Operator, 2);
        case '(':
        case ')':
            return paren(c);
        case '{':
            in_braces_ = true;
            return emit(TokenKind::Symbol, 1);
        case '[':
        case ']':
            return bracket(c);
        default:
            return refuse("unexpected character: " + character());
        }
    }

    void paren(int c) {
        paren_depth_ += c == '(' ? 1 : -1;
        if (paren_depth_ < 0) return refuse_behind(1, "unexpected right parenthesis ')'");
        emit(TokenKind::Symbol, 1);
    }

    void bracket(int c) {
        if (c == '[' && in_brackets_) return refuse("unexpected left bracket '['");
        if (c == ']' && !in_brackets_) return refuse("unexpected right bracket ']'");
        in_brackets_ = begins_duration_ = c == '[';
        had_colon_ = had_duration_ = false;
        emit(TokenKind::Symbol, 1);
    }

    // From a bracket to the first number.
    void inside_brackets(int c) {
        if (c == kEnd) return refuse("unexpected end of input in duration expression");
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
            begins_duration_ = false;
            had_duration_ = true;
            return number_or_duration();
        }
        if (duration_keyword_size() > 0) {
            had_duration_ = true;
            return emit(TokenKind::Keyword, duration_keyword_size());
        }
        switch (c) {
        case ']':
            return bracket(c);
        case ':':
            return colon_in_duration();
        case '(':
        case ')':
            return paren(c);
        case ',':
            return emit(TokenKind::Symbol, 1);
        case '-':
        case '+':
        case '*':
        case '/':
        case '%':
        case '^':
            return emit(TokenKind::Operator, 1);
        default:
            return refuse("unexpected character in duration expression: " + character());
        }
    }

    void colon_in_duration() {
        if (!had_duration_)
            return refuse_behind(1, "unexpected colon before duration in duration expression");
        if (had_colon_) return refuse_behind(1, "unexpected repeated colon in duration expression");
        had_colon_ = true;
        emit(TokenKind::Symbol, 1);
    }

    // Behind the first number in brackets.
    void word_in_brackets(int c) {
        if (c == ':') {
            if (had_colon_) return refuse("unexpected colon ':'");
            had_colon_ = true;
            return emit(TokenKind::Symbol, 1);
        }
        if (duration_keyword_size() > 0) return emit(TokenKind::Keyword, duration_keyword_size());
        refuse(fmt::format("unexpected character: {}, expected ':'", character()));
    }

    // The size of `step`, `range`, `min_of` or `max_of`, if one stands here.
    std::size_t duration_keyword_size() const {
        std::size_t size = 0;
        while (is_alpha(peek(size))) ++size;
        return is_duration_keyword(rest().substr(0, size)) ? size : 0;
    }

    void inside_braces(int c) {
        const int after = peek(1);
        if (name_start_size(rest()) > 0) return emit(TokenKind::Identifier, name_size(rest()));
        switch (c) {
        case kEnd:
            return refuse("unexpected end of input inside braces");
        case ',':
            return emit(TokenKind::Symbol, 1);
        case '=':
            return after == '~' ? emit(TokenKind::Operator, 2) : emit(TokenKind::Symbol, 1);
        case '!':
            if (after == '~' || after == '=') return emit(TokenKind::Operator, 2);
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

    // The size of the character that a name may begin with; 0 if the text begins with no such.
    std::size_t name_start_size(std::string_view text) const {
        if (text.empty()) return 0;
        const auto c = static_cast<unsigned char>(text.front());
        if (c < 0x80) return is_alpha(c) ? 1 : 0;
        return features_.unquoted_utf8_names ? utf8_letter_size(text) : 0;
    }

    std::size_t name_size(std::string_view text, bool with_colons = false) const {
        std::size_t size = 0;
        while (size < text.size()) {
            const char c = text[size];
            const bool plain = is_digit(c) || (with_colons && c == ':') ||
                               (features_.unquoted_utf8_names && c == '.');
            const auto step = plain ? 1 : name_start_size(text.substr(size));
            if (step == 0) break;
            size += step;
        }
        return size;
    }

    void word() {
        const auto size = name_size(rest(), true);
        const auto text = rest().substr(0, size);
        const auto lower = lower_case(text);
        if (lower == "inf" || lower == "nan") return emit(TokenKind::Number, size);
        // A metric of that name is no modifier, unless something in parentheses follows.
        const bool fills = lower.starts_with("fill");
        if (is_keyword_name(text) && (!fills || is_followed_by_paren(size)))
            return emit(TokenKind::Keyword, size);
        const bool has_colon = text.find(':') != text.npos;
        emit(has_colon ? TokenKind::MetricIdentifier : TokenKind::Identifier, size);
    }

    bool is_followed_by_paren(std::size_t size) const {
        while (is_space(peek(size))) ++size;
        return peek(size) == '(';
    }

    void number_or_duration() {
        const auto scan = scan_number(rest());
        switch (scan.kind) {
        case NumberScan::Kind::Number:
            return emit(TokenKind::Number, scan.size);
        case NumberScan::Kind::Duration:
            return emit(TokenKind::Duration, scan.size);
        case NumberScan::Kind::Neither:
            return refuse(fmt::format("bad number or duration syntax: {}",
                                      quoted(rest().substr(0, scan.size))));
        }
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
                const auto sequence = utf8_sequence_size(rest(size));
                if (sequence == 0) return refuse("invalid UTF-8 rune");
                size += sequence - 1;
            } else if (c == '\\' && quote != '`') {
                if (peek(++size) == kEnd) return refuse("escape sequence not terminated");
            }
        }
    }

    std::string_view text_;
    const Features& features_;
    std::size_t at_ = 0;
    std::size_t token_begin_ = 0;
    std::vector<Token> tokens_;
    bool in_braces_ = false;
    bool in_brackets_ = false;
    bool begins_duration_ = false; // No number was seen in the brackets yet.
    bool had_colon_ = false;
    bool had_duration_ = false;
    int paren_depth_ = 0;
    std::size_t line_scanned_ = 0; // Up to here line breaks have been counted.
    std::size_t line_begin_ = 0;
    std::uint32_t line_ = 1;
};

} // namespace

std::vector<Token> tokenize(std::string_view text, const Features& features) {
    return Lexer(text, features).run();
}

} // namespace keepwatch::promql
