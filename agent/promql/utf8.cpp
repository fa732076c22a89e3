#include "promql/utf8.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace keepwatch::promql {

std::size_t utf8_sequence_size(std::string_view text) {
    if (text.empty()) return 0;
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool surrogate = first == 0xed && byte(1) >= 0xa0;
    const bool too_large = first == 0xf4 && byte(1) >= 0x90;
    return overlong || surrogate || too_large ? 0 : size;
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto size = utf8_sequence_size(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::size_t utf8_letter_size(std::string_view text) {
    static const re2::RE2 letter("\\p{L}");
    const auto size = utf8_sequence_size(text);
    return size > 0 && re2::RE2::FullMatch(re2::StringPiece(text.data(), size), letter) ? size : 0;
}

void append_utf8(std::string& text, std::uint32_t code_point) {
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    const auto tail = [&](unsigned shift) { put(0x80 | ((code_point >> shift) & 0x3f)); };
    if (code_point < 0x80) return put(code_point);
    if (code_point < 0x800) return put(0xc0 | (code_point >> 6)), tail(0);
    if (code_point < 0x10000) return put(0xe0 | (code_point >> 12)), tail(6), tail(0);
    put(0xf0 | (code_point >> 18)), tail(12), tail(6), tail(0);
}

std::string quoted_character(std::string_view text) {
    constexpr std::string_view controls = "\a\b\f\n\r\t\v\\'";
    constexpr std::string_view names = "abfnrtv\\'";
    const auto size = utf8_sequence_size(text);
    if (size == 0) return "'\xef\xbf\xbd'";
    const char c = text.front();
    if (const auto known = controls.find(c); known != controls.npos)
        return fmt::format("'\\{}'", names[known]);
    if (size == 1 && (c < ' ' || c == '\x7f'))
        return fmt::format("'\\x{:02x}'", static_cast<unsigned>(c));
    return fmt::format("'{}'", text.substr(0, size));
}

} // namespace keepwatch::promql
