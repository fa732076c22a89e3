#include "serve/label_name.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace keepwatch::serve {
namespace {

constexpr std::string_view kEscaped = "U__";
constexpr std::size_t kDigitsMax = 6;
constexpr std::uint32_t kCodePointMax = 0x10ffff;

void append_utf8(std::string& out, std::uint32_t c) {
    const auto tail = [&](unsigned shift) {
        out += static_cast<char>(0x80U | ((c >> shift) & 0x3fU));
    };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0U | (c >> 6));
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0U | (c >> 12));
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xf0U | (c >> 18));
        tail(12), tail(6), tail(0);
    }
}

// What stands between two underscores as hexadecimal digits.
std::optional<std::uint32_t> code_point(std::string_view digits) {
    if (digits.empty() || digits.size() > kDigitsMax) return std::nullopt;
    std::uint32_t value = 0;
    const auto* const last = digits.data() + digits.size();
    const auto [end, failed] = std::from_chars(digits.data(), last, value, 16);
    const bool surrogate = value >= 0xd800 && value < 0xe000;
    if (failed != std::errc() || end != last || value > kCodePointMax || surrogate)
        return std::nullopt;
    return value;
}

} // namespace

std::string unescaped_label_name(std::string_view text) {
    if (!text.starts_with(kEscaped)) return std::string(text);
    auto rest = text.substr(kEscaped.size());
    std::string name;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c != '_') {
            name += c;
            continue;
        }
        const auto end = rest.find('_');
        if (end == std::string_view::npos) return std::string(text);
        if (end == 0) {
            name += '_';
        } else {
            const auto code = code_point(rest.substr(0, end));
            if (!code) return std::string(text);
            append_utf8(name, *code);
        }
        rest.remove_prefix(end + 1);
    }
    return name;
}

} // namespace keepwatch::serve
