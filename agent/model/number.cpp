#include "model/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace keepwatch {
namespace {

std::string print(double value, std::chars_format format) {
    std::array<char, 400> buffer; // The longest is -1.8e308 without exponent: 310 characters.
    const auto [end, failed] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
    return failed == std::errc() ? std::string(buffer.data(), end) : std::string();
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

} // namespace

std::string format_number(double value) {
    if (auto word = special(value)) return *word;
    return print(value, std::chars_format::fixed);
}

std::string format_number_go(double value) {
    if (auto word = special(value)) return *word;
    const double size = std::fabs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e6)) return print(value, std::chars_format::scientific);
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
        if (failed == std::errc::result_out_of_range) return std::nullopt; // As Go: a range error.
    } else if (equals_ignoring_case(rest, "inf") || equals_ignoring_case(rest, "infinity")) {
        value = std::numeric_limits<double>::infinity();
    } else if (equals_ignoring_case(rest, "nan")) {
        return std::numeric_limits<double>::quiet_NaN();
    } else {
        return std::nullopt;
    }
    return negative ? -value : value;
}

} // namespace keepwatch
