#include "collect/words.h"

#include <algorithm>

#include "model/number.h"

namespace keepwatch::collect {
namespace {

constexpr std::string_view kWhite = " \t\r\n\v\f";

} // namespace

std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (words.size() < kWordsMax) {
        const auto begin = line.find_first_not_of(kWhite);
        if (begin == std::string_view::npos) break;
        line.remove_prefix(begin);
        const auto end = std::min(line.find_first_of(kWhite), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return words;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(kWhite);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

std::optional<double> number_of(std::string_view word) {
    if (word.empty() || word.find_first_not_of("0123456789.-") != std::string_view::npos)
        return std::nullopt;
    return parse_number(word);
}

std::optional<double> value_after(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const auto words = words_of(take_line(text));
        if (words.size() < 2) continue;
        auto first = words[0];
        if (first.ends_with(':')) first.remove_suffix(1);
        if (first == key) return number_of(words[1]);
    }
    return std::nullopt;
}

} // namespace keepwatch::collect
