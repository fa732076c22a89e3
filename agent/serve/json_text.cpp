#include "serve/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "model/number.h"
#include "model/utf8.h"

namespace keepwatch::serve {
namespace {

// What may not stand in a JSON string as it is, and what Go escapes so that it may stand in HTML.
bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' &&
           c != '&';
}

void append_escaped(std::string& out, char c) {
    switch (c) {
    case '"':
    case '\\':
        out += '\\';
        out += c;
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    }
}

} // namespace

void append_json(std::string& out, std::string_view text) {
    const auto valid = valid_utf8(text);
    out += '"';
    for (const char c : valid) {
        if (is_plain(c))
            out += c;
        else
            append_escaped(out, c);
    }
    out += '"';
}

void append_json(std::string& out, const Labels& labels) {
    out += '{';
    bool first = true;
    for (const auto& [name, value] : labels) {
        if (!std::exchange(first, false)) out += ',';
        append_json(out, name);
        out += ':';
        append_json(out, value);
    }
    out += '}';
}

void append_json(std::string& out, Timestamp t) {
    constexpr std::uint64_t kSecond = 1000;
    if (t.ms < 0) out += '-';
    const auto ms = t.ms < 0 ? -static_cast<std::uint64_t>(t.ms) : static_cast<std::uint64_t>(t.ms);
    fmt::format_to(std::back_inserter(out), "{}", ms / kSecond);
    if (ms % kSecond != 0) fmt::format_to(std::back_inserter(out), ".{:03}", ms % kSecond);
}

void append_json(std::string& out, double value) {
    constexpr double kSmall = 1e-6;
    constexpr double kLarge = 1e21;
    out += '"';
    const double size = std::fabs(value);
    if (std::isfinite(value) && size != 0 && (size < kSmall || size >= kLarge)) {
        std::array<char, 32> digits{}; // The longest double has 24 characters.
        const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                           std::chars_format::scientific);
        out.append(digits.data(), written.ptr);
    } else {
        out += format_number(value);
    }
    out += '"';
}

void append_json(std::string& out, const Sample& sample) {
    out += '[';
    append_json(out, sample.t);
    out += ',';
    append_json(out, sample.value);
    out += ']';
}

} // namespace keepwatch::serve
