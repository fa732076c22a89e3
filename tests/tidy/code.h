#pragma once

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

namespace keepwatch::tidy {

inline bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

namespace detail {

// The end of the comment or literal that starts at `at`, or `at` where none does.
inline std::size_t end_of_prose(std::string_view text, std::size_t at) {
    const auto after = [&](std::string_view mark, std::size_t from) {
        const auto end = text.find(mark, from);
        return end == std::string_view::npos ? text.size() : end + mark.size();
    };
    if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
    if (text.substr(at, 2) == "/*") return after("*/", at + 2);
    if (text.substr(at, 2) == "R\"" && (at == 0 || !is_word(text[at - 1]))) {
        const auto open = text.find('(', at);
        return after(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
    }
    const char quote = text[at];
    const bool separates_digits = quote == '\'' && at > 0 && is_word(text[at - 1]);
    if ((quote != '"' && quote != '\'') || separates_digits) return at;
    for (++at; at < text.size() && text[at] != quote; ++at)
        if (text[at] == '\\') ++at;
    return std::min(at + 1, text.size());
}

} // namespace detail

// The text with comments and literals blanked, so that each place stays where it was.
inline std::string code_of(std::string_view text) {
    std::string code(text);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = detail::end_of_prose(text, at);
        for (auto i = at; i < end; ++i)
            if (code[i] != '\n') code[i] = ' ';
        at = end > at ? end : at + 1;
    }
    return code;
}

// Where `word` stands by itself, from `from` on.
inline std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0) {
    for (auto at = text.find(word, from); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
            return at;
    }
    return std::string_view::npos;
}

} // namespace keepwatch::tidy
