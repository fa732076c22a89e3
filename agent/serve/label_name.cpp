#include "serve/label_name.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "promql/utf8.h"

namespace keepwatch::serve {
namespace {

constexpr std::string_view kEscaped = "U__";
constexpr std::size_t kDigitsMax = 6;
constexpr std::uint32_t kCodePointMax = 0x10ffff;

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
            promql::append_utf8(name, *code);
        }
        rest.remove_prefix(end + 1);
    }
    return name;
}

} // namespace keepwatch::serve
