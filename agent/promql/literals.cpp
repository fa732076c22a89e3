#include "promql/literals.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "model/labels.h"
#include "model/number.h"
#include "model/time.h"
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

// `U+002E '.'`, as Go's %#U writes a character.
std::string code_point(std::string_view text) {
    const auto size = utf8_sequence_size(text);
    auto code = static_cast<std::uint32_t>(static_cast<unsigned char>(text.front()));
    if (size > 1) code &= 0x7fU >> size;
    for (std::size_t i = 1; i < size; ++i)
        code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
    return fmt::format("U+{:04X} {}", code, quoted_character(text));
}

Error unknown_escape(std::string_view rest) {
    return {ErrorKind::InvalidInput, "unknown escape sequence " + code_point(rest)};
}

Error bad_digit(std::string_view rest) {
    if (rest.empty()) return {ErrorKind::InvalidInput, "escape sequence not terminated"};
    return {ErrorKind::InvalidInput,
            fmt::format("illegal character {} in escape sequence", code_point(rest))};
}

// A numeric escape of `count` digits; moves `rest` behind it.
Result<std::uint32_t> take_code(std::string_view& rest, std::size_t count, std::uint32_t base) {
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const int digit = rest.empty() ? -1 : hex_value(rest.front());
        if (digit < 0 || digit >= static_cast<int>(base)) return bad_digit(rest);
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
    if (!octal && c != 'x' && c != 'u' && c != 'U') return unknown_escape(rest);
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

std::optional<double> number_of(std::string_view text) {
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

} // namespace

Result<double> read_number(std::string_view text) {
    const auto value = number_of(text);
    if (value) return *value;
    // What has one dot at most, no stray underscore and a digit at its end is a number, so it can
    // only be too large.
    const bool is_number = without_underscores(text) &&
                           std::count(text.begin(), text.end(), '.') <= 1 &&
                           hex_value(text.back()) >= 0 && text.back() != 'e' && text.back() != 'E';
    return Error{ErrorKind::InvalidInput,
                 fmt::format("error parsing number: strconv.ParseFloat: parsing {}: {}",
                             quoted(text), is_number ? "value out of range" : "invalid syntax")};
}

Result<double> read_duration(std::string_view text) {
    constexpr std::string_view units[] = {"ms", "s", "m", "h", "d", "w", "y"};
    constexpr std::string_view digits = "0123456789";
    for (auto rest = text; !rest.empty();) {
        rest.remove_prefix(std::min(rest.find_first_not_of(digits), rest.size()));
        const auto unit = rest.substr(0, rest.find_first_of(digits));
        if (std::find(std::begin(units), std::end(units), unit) == std::end(units))
            return Error{ErrorKind::InvalidInput,
                         fmt::format("unknown unit {} in duration {}", quoted(unit), quoted(text))};
        rest.remove_prefix(unit.size());
    }
    KW_TRY(const auto length, parse_duration(text));
    return length.seconds();
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
