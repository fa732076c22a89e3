#include "promql/number_scan.h"

namespace keepwatch::promql {
namespace {

constexpr char kEnd = '\0'; // No part of a number either.
constexpr std::string_view kDecimal = "0123456789";
constexpr std::string_view kHexadecimal = "0123456789abcdefABCDEF";
constexpr std::string_view kWord =
    "_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool has(std::string_view set, char c) {
    return c != kEnd && set.find(c) != set.npos;
}

class Scan {
public:
    explicit Scan(std::string_view text) : text_(text) {}

    std::size_t size() const { return at_; }

    // Digits with single underscores between them, one dot, one exponent. Hexadecimal digits after
    // `0x` with neither.
    bool number() {
        std::string_view digits = kDecimal;
        if (accept("0") && accept("xX")) {
            accept("_");
            digits = kHexadecimal;
        }
        accept("."); // A leading dot is not the one that may come later: `.5.` is scanned whole.
        accept(digits);
        bool dot = false;
        bool exponent = false;
        while (has(digits, peek()) || has("._eE", peek())) {
            if (!has("._eE", peek())) {
                accept_run(digits);
                continue;
            }
            const char mark = take();
            if (mark == '.') {
                if (dot || accept("_.") || digits == kHexadecimal) return false;
                dot = true;
            } else if (mark == '_') {
                if (accept("._eE") || peek() == kEnd) return false;
            } else {
                if (exponent) return false;
                exponent = true;
                accept("+-");
                if (accept("._eE") || peek() == kEnd) return false;
            }
        }
        return !has(kWord, peek());
    }

    // From behind the first run of digits: a unit, and more digits with units.
    bool duration() {
        if (!unit("smhdwy")) return false;
        while (accept(kDecimal)) {
            accept_run(kDecimal);
            if (!unit("smhdw")) return false;
        }
        if (!has(kWord, peek())) return true;
        take();
        return false;
    }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : kEnd; }
    char take() { return text_[at_++]; }
    bool accept(std::string_view set) {
        if (!has(set, peek())) return false;
        ++at_;
        return true;
    }
    void accept_run(std::string_view set) {
        while (accept(set)) continue;
    }
    // Also `ms`; and `hs`, which is refused when the duration is read.
    bool unit(std::string_view units) {
        if (!accept(units)) return false;
        accept("s");
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

NumberScan scan_number(std::string_view text) {
    Scan scan(text);
    if (scan.number()) return {NumberScan::Kind::Number, scan.size()};
    if (scan.duration()) return {NumberScan::Kind::Duration, scan.size()};
    return {NumberScan::Kind::Neither, scan.size()};
}

} // namespace keepwatch::promql
