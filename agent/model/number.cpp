#include "model/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace keepwatch {
namespace {

std::string print(double value, std::chars_format format) {
    std::array<char, 400> buffer; // The longest are those near -1e-308 without exponent.
    const auto [end, failed] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
    return failed == std::errc() ? std::string(buffer.data(), end) : std::string();
}

constexpr double kExactIntegerMax = 9007199254740992; // 2^53.

// An integer so large that its last digits say nothing. to_chars would give those of the binary
// number, 9223372036854775808; Go gives as many as are needed and then zeros, 9223372036854776000.
std::string padded_with_zeros(double value) {
    const auto text = print(value, std::chars_format::scientific); // -9.223372036854776e+18
    const auto e = text.find('e');
    std::string digits = text.substr(0, e);
    std::size_t exponent = 0;
    std::from_chars(text.data() + e + 2, text.data() + text.size(), exponent);
    if (const auto point = digits.find('.'); point != std::string::npos) digits.erase(point, 1);
    const std::size_t sign = value < 0 ? 1 : 0;
    digits.resize(std::max(digits.size(), sign + 1 + exponent), '0');
    return digits;
}

std::optional<std::string> special(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return std::nullopt;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((text[i] | 0x20) != lower[i]) return false;
    return true;
}

// Whether a decimal number without a sign, which from_chars found out of range, is so by being too
// small; it does not tell.
bool is_below_one(std::string_view text) {
    const auto e = std::min(text.find_first_of("eE"), text.size());
    const auto digits = text.substr(0, e);
    const auto point = static_cast<std::int64_t>(std::min(digits.find('.'), digits.size()));
    const auto first = static_cast<std::int64_t>(digits.find_first_of("123456789"));
    auto written = text.substr(std::min(e + 1, text.size()));
    const bool negative = written.starts_with('-');
    if (written.starts_with('+') || negative) written.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [end, failed] =
        std::from_chars(written.data(), written.data() + written.size(), exponent);
    if (failed == std::errc::result_out_of_range) return negative;
    return point - first + (negative ? -exponent : exponent) < 0;
}

} // namespace

std::string format_number(double value) {
    if (auto word = special(value)) return *word;
    if (std::fabs(value) > kExactIntegerMax) return padded_with_zeros(value);
    return print(value, std::chars_format::fixed);
}

std::string format_number_go(double value) {
    if (auto word = special(value)) return *word;
    const double size = std::fabs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e6))
        return print(value, std::chars_format::scientific);
    return print(value, std::chars_format::fixed);
}

std::optional<double> parse_number(std::string_view text) {
    auto rest = text;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative || (!rest.empty() && rest.front() == '+')) rest.remove_prefix(1);
    if (rest.empty()) return std::nullopt;
    double value = 0;
    const char first = rest.front();
    if ((first >= '0' && first <= '9') || first == '.') {
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        if (failed == std::errc::invalid_argument || end != rest.data() + rest.size())
            return std::nullopt;
        // As Go: what is too large is an error, what is too small is nothing.
        if (failed == std::errc::result_out_of_range) {
            if (!is_below_one(rest)) return std::nullopt;
            value = 0;
        }
    } else if (equals_ignoring_case(rest, "inf") || equals_ignoring_case(rest, "infinity")) {
        value = std::numeric_limits<double>::infinity();
    } else if (equals_ignoring_case(text, "nan")) {
        return std::numeric_limits<double>::quiet_NaN();
    } else {
        return std::nullopt;
    }
    return negative ? -value : value;
}

} // namespace keepwatch
