#include "promql/literals.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/utf8.h"

namespace keepwatch::promql {
namespace {

// Underscores may stand between digits only, or after a base prefix.
std::optional<std::string> without_underscores(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            plain += text[i];
            continue;
        }
        const bool at_edge = i == 0 || i + 1 == text.size();
        if (at_edge || text[i + 1] == '_' || text[i + 1] == '.' || text[i - 1] == '.')
            return std::nullopt;
    }
    return plain;
}

std::optional<double> read_whole(std::string_view digits, int base) {
    std::int64_t value = 0;
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (digits.empty() || failed != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return static_cast<double>(value);
}

std::optional<double> read_hex_float(std::string_view digits) {
    double value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                               std::chars_format::hex);
    if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Error unknown_escape(char c) {
    return {ErrorKind::InvalidInput,
            fmt::format("unknown escape sequence U+{:04X} '{}'", static_cast<unsigned char>(c), c)};
}

// A numeric escape of `count` digits; moves `rest` behind it.
Result<std::uint32_t> take_code(std::string_view& rest, std::size_t count, std::uint32_t base) {
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const int digit = rest.empty() ? -1 : hex_value(rest.front());
        if (digit < 0 || digit >= static_cast<int>(base))
            return Error{ErrorKind::InvalidInput, rest.empty()
                                                      ? "escape sequence not terminated"
                                                      : "illegal character in escape sequence"};
        code = code * base + static_cast<std::uint32_t>(digit);
        rest.remove_prefix(1);
    }
    return code;
}

Result<void> take_escape(std::string_view& rest, char quote, std::string& into) {
    const char c = rest.front();
    constexpr std::string_view names = "abfnrtv\\";
    constexpr std::string_view values = "\a\b\f\n\r\t\v\\";
    if (const auto known = names.find(c); known != names.npos) {
        into += values[known];
        rest.remove_prefix(1);
        return {};
    }
    if (c == quote) {
        into += c;
        rest.remove_prefix(1);
        return {};
    }
    const bool octal = c >= '0' && c <= '7';
    if (!octal && c != 'x' && c != 'u' && c != 'U') return unknown_escape(c);
    if (!octal) rest.remove_prefix(1);
    const std::size_t digits = octal ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : 8;
    KW_TRY(const auto code, take_code(rest, digits, octal ? 8 : 16));
    const bool byte = octal || c == 'x';
    if (code > (byte ? 0xffU : 0x10ffffU) || (!byte && code >= 0xd800 && code < 0xe000))
        return Error{ErrorKind::InvalidInput, "escape sequence is an invalid Unicode code point"};
    if (byte)
        into += static_cast<char>(code);
    else
        append_utf8(into, code);
    return {};
}

} // namespace

std::optional<double> read_number(std::string_view text) {
    const auto plain = without_underscores(text);
    if (!plain) return std::nullopt;
    const std::string_view digits = *plain;
    if (digits.size() > 1 && digits[0] == '0') {
        const char mark = static_cast<char>(digits[1] | 0x20);
        if (mark == 'x') {
            const auto rest = digits.substr(2);
            const auto whole = read_whole(rest, 16);
            return whole ? whole : read_hex_float(rest);
        }
        if (const auto octal = read_whole(digits, 8)) return octal;
    }
    return parse_number(digits);
}

Result<std::string> unquote(std::string_view token) {
    const char quote = token.front();
    auto rest = token.substr(1, token.size() - 2);
    if (quote == '`') return std::string(rest);
    std::string text;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c != '\\') {
            text += c;
            continue;
        }
        if (auto taken = take_escape(rest, quote, text); !taken) return std::move(taken).error();
    }
    return text;
}

} // namespace keepwatch::promql
