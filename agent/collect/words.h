#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace keepwatch::collect {

// What files of /proc are made of: lines of words between white space.
inline constexpr std::size_t kWordsMax = 256; // Of one line; the rest is left alone.

std::string_view take_line(std::string_view& text); // Without its end; "" at the end.
std::vector<std::string_view> words_of(std::string_view line);
std::string_view trimmed(std::string_view text);

// A whole word as a number in the given base; nothing if it is anything else.
template <class Integer = std::uint64_t>
std::optional<Integer> integer_of(std::string_view word, int base = 10) {
    Integer value = 0;
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    if (failed != std::errc() || end != word.data() + word.size()) return std::nullopt;
    return value;
}

// The same as a double, with a fraction if there is one.
std::optional<double> number_of(std::string_view word);

// The number after the word `key` in a text of lines `key value`; a colon may follow the key.
std::optional<double> value_after(std::string_view text, std::string_view key);

} // namespace keepwatch::collect
