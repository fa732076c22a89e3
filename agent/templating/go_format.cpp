#include "templating/go_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "templating/value.h"

namespace keepwatch::templating {
namespace {

// One directive of a format: %[flags][width][.precision]verb.
struct Directive {
    bool plus = false;
    bool minus = false;
    bool sharp = false;
    bool space = false;
    bool zero = false;
    std::optional<int> width;
    std::optional<int> precision;
    std::string_view verb; // One character, which may take several bytes.
};

std::size_t rune_bytes(std::string_view text) {
    std::size_t n = 1;
    while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) ++n;
    return n;
}

std::size_t rune_count(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string padded(std::string text, const Directive& directive) {
    const auto width = static_cast<std::size_t>(directive.width.value_or(0));
    const auto length = rune_count(text);
    if (length >= width) return text;
    const std::string fill(width - length, ' ');
    return directive.minus ? text + fill : fill + text;
}

// Zeros go between the sign and the digits, and never into Inf or NaN.
std::string padded_number(std::string text, const Directive& directive) {
    const bool negative = !text.empty() && text[0] == '-';
    const bool word = text.find_first_of("IN") != std::string::npos;
    if (!negative && text[0] != '+' && directive.plus) text.insert(0, 1, '+');
    if (!negative && text[0] != '+' && directive.space) text.insert(0, 1, ' ');
    const auto width = static_cast<std::size_t>(directive.width.value_or(0));
    if (directive.zero && !directive.minus && !word && text.size() < width)
        text.insert(text.find_first_not_of("+- "), width - text.size(), '0');
    return padded(std::move(text), directive);
}

std::string bad_verb(const Directive& directive, const Value& value) {
    const auto shown =
        value.as<std::monostate>() != nullptr ? "<nil>" : type_name(value) + "=" + to_text(value);
    return fmt::format("%!{}({})", directive.verb, shown);
}

std::string utf8(std::int64_t code) {
    if (code < 0 || code > 0x10FFFF) code = 0xFFFD;
    const auto c = static_cast<std::uint32_t>(code);
    const auto tail = [c](unsigned shift) { return static_cast<char>(0x80 | (c >> shift & 0x3F)); };
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), tail(0)};
    if (c < 0x10000) return {static_cast<char>(0xE0 | c >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0)};
}

std::string format_integer(std::int64_t value, const Directive& directive, const Value& whole) {
    const auto magnitude =
        value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
    const std::string sign = value < 0 ? "-" : "";
    const std::string mark = directive.sharp ? "0" : "";
    switch (directive.verb.front()) {
    case 'v':
    case 'd':
        return padded_number(sign + std::to_string(magnitude), directive);
    case 'x':
        return padded_number(sign + (mark.empty() ? "" : "0x") + fmt::format("{:x}", magnitude),
                             directive);
    case 'X':
        return padded_number(sign + (mark.empty() ? "" : "0X") + fmt::format("{:X}", magnitude),
                             directive);
    case 'o':
        return padded_number(sign + mark + fmt::format("{:o}", magnitude), directive);
    case 'b':
        return padded_number(sign + fmt::format("{:b}", magnitude), directive);
    case 'c':
        return padded(utf8(value), directive);
    case 'q':
        return padded("'" + utf8(value) + "'", directive);
    case 'U':
        return padded(fmt::format("U+{:04X}", magnitude), directive);
    default:
        return bad_verb(directive, whole);
    }
}

std::string format_float(double value, const Directive& directive, const Value& whole) {
    const char verb = directive.verb.front();
    switch (verb) {
    case 'v':
    case 'g':
    case 'G': {
        auto text = directive.precision
                        ? float_with_precision(value, verb == 'G' ? 'G' : 'g', *directive.precision)
                        : shortest_float(value);
        if (verb == 'G') std::replace(text.begin(), text.end(), 'e', 'E');
        return padded_number(std::move(text), directive);
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
        return padded_number(float_with_precision(value, verb, directive.precision.value_or(6)),
                             directive);
    default:
        return bad_verb(directive, whole);
    }
}

std::string hex_of(std::string_view text, bool capitals) {
    std::string hex;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        hex += capitals ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
    }
    return hex;
}

std::string format_string(std::string text, const Directive& directive, const Value& whole) {
    if (directive.precision) {
        std::size_t keep = 0;
        for (int n = 0; n < *directive.precision && keep < text.size(); ++n)
            keep += rune_bytes(std::string_view(text).substr(keep));
        text.resize(keep);
    }
    switch (directive.verb.front()) {
    case 'v':
    case 's':
        return padded(std::move(text), directive);
    case 'q':
        return padded(quoted(text), directive);
    case 'x':
        return padded(hex_of(text, false), directive);
    case 'X':
        return padded(hex_of(text, true), directive);
    default:
        return bad_verb(directive, whole);
    }
}

std::string format_value(const Value& value, const Directive& directive) {
    const char verb = directive.verb.front();
    if (verb == 'T') return padded(type_name(value), directive);
    if (const auto* number = value.as<std::int64_t>())
        return format_integer(*number, directive, value);
    if (const auto* number = value.as<double>()) return format_float(*number, directive, value);
    if (const auto* text = value.as<std::string>()) return format_string(*text, directive, value);
    if (const auto* truth = value.as<bool>()) {
        if (verb != 't' && verb != 'v') return bad_verb(directive, value);
        return padded(*truth ? "true" : "false", directive);
    }
    if (value.as<std::monostate>() != nullptr)
        return verb == 'v' ? padded("<nil>", directive) : bad_verb(directive, value);
    if (verb != 'v' && verb != 's') return bad_verb(directive, value);
    return padded(to_text(value), directive);
}

// Reads one directive after its '%' and hands out the values it takes.
class Formatter {
public:
    Formatter(std::string_view format, std::span<const Value> args) : rest_(format), args_(args) {}

    std::string run() {
        while (!rest_.empty()) {
            const auto percent = std::min(rest_.find('%'), rest_.size());
            out_.append(rest_.substr(0, percent));
            rest_.remove_prefix(percent);
            if (rest_.empty()) break;
            rest_.remove_prefix(1);
            directive();
        }
        append_extra();
        return std::move(out_);
    }

private:
    void directive() {
        Directive directive;
        flags(directive);
        directive.width = number();
        if (directive.width && *directive.width < 0) {
            directive.minus = true;
            directive.width = -*directive.width;
        }
        if (take('.')) directive.precision = number().value_or(0);
        if (rest_.empty()) {
            out_ += "%!(NOVERB)";
            return;
        }
        directive.verb = rest_.substr(0, rune_bytes(rest_));
        rest_.remove_prefix(directive.verb.size());
        if (directive.verb == "%") {
            out_ += '%';
        } else if (next_ >= args_.size()) {
            out_ += fmt::format("%!{}(MISSING)", directive.verb);
        } else {
            out_ += format_value(args_[next_++], directive);
        }
    }

    void flags(Directive& directive) {
        for (;;) {
            if (take('+'))
                directive.plus = true;
            else if (take('-'))
                directive.minus = true;
            else if (take('#'))
                directive.sharp = true;
            else if (take(' '))
                directive.space = true;
            else if (take('0'))
                directive.zero = true;
            else
                return;
        }
    }

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // A width or a precision: digits, or `*` for the next argument.
    std::optional<int> number() {
        std::int64_t value = 0;
        if (take('*')) {
            const auto* given = next_ < args_.size() ? args_[next_++].as<std::int64_t>() : nullptr;
            value = given != nullptr ? *given : kWidthMax + 1;
        } else {
            const auto digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
            if (digits == 0) return std::nullopt;
            const auto [end, failed] = std::from_chars(rest_.data(), rest_.data() + digits, value);
            if (failed != std::errc()) value = kWidthMax + 1;
            rest_.remove_prefix(digits);
        }
        if (value > kWidthMax || value < -kWidthMax) {
            out_ += "%!(BADWIDTH)";
            return std::nullopt;
        }
        return static_cast<int>(value);
    }

    void append_extra() {
        if (next_ >= args_.size()) return;
        out_ += "%!(EXTRA ";
        for (std::size_t i = next_; i < args_.size(); ++i) {
            if (i != next_) out_ += ", ";
            out_ += args_[i].as<std::monostate>() != nullptr
                        ? "<nil>"
                        : type_name(args_[i]) + "=" + to_text(args_[i]);
        }
        out_ += ')';
    }

    std::string_view rest_;
    std::span<const Value> args_;
    std::size_t next_ = 0;
    std::string out_;
};

std::optional<std::string> special(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return std::nullopt;
}

std::string operand_text(const Value& value) {
    return value.as<std::monostate>() != nullptr ? "<nil>" : to_text(value);
}

} // namespace

std::string shortest_float(double value) {
    if (auto word = special(value)) return *word;
    std::array<char, 40> buffer; // 17 digits, point, sign and exponent fit easily.
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                             std::chars_format::scientific)
                   .ptr;
    const auto exponent = std::string_view(buffer.data(), end).find('e') + 1;
    const int power = std::atoi(std::string(buffer.data() + exponent, end).c_str());
    if (value != 0 && (power < -4 || power >= 6)) return {buffer.data(), end};
    end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed)
            .ptr;
    return {buffer.data(), end};
}

std::string float_with_precision(double value, char verb, int precision) {
    if (auto word = special(value)) return *word;
    switch (verb) {
    case 'e':
        return fmt::format("{:.{}e}", value, precision);
    case 'E':
        return fmt::format("{:.{}E}", value, precision);
    case 'f':
    case 'F':
        return fmt::format("{:.{}f}", value, precision);
    case 'G':
        return fmt::format("{:.{}G}", value, precision);
    default:
        return fmt::format("{:.{}g}", value, precision);
    }
}

std::string sprintf(std::string_view format, std::span<const Value> args) {
    return Formatter(format, args).run();
}

std::string sprint(std::span<const Value> args) {
    std::string text;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const bool strings = args[i].as<std::string>() != nullptr ||
                             (i > 0 && args[i - 1].as<std::string>() != nullptr);
        if (i > 0 && !strings) text += ' ';
        text += operand_text(args[i]);
    }
    return text;
}

std::string sprintln(std::span<const Value> args) {
    std::string text;
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (i > 0) text += ' ';
        text += operand_text(args[i]);
    }
    return text + "\n";
}

} // namespace keepwatch::templating
