#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/labels.h"

// The little that what is kept on disk is made of, recordings as well as the journal: numbers as
// varints (LEB128, signed ones zigzag), texts with their length in front, doubles as their eight
// bytes, little-endian.
namespace keepwatch {

class Writer {
public:
    void number(std::uint64_t n) {
        for (; n >= 0x80; n >>= 7) bytes_ += static_cast<char>((n & 0x7f) | 0x80);
        bytes_ += static_cast<char>(n);
    }
    void signed_number(std::int64_t n) {
        number((static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63));
    }
    void eight(std::uint64_t n) {
        for (int i = 0; i < 8; ++i) bytes_ += static_cast<char>((n >> (8 * i)) & 0xff);
    }
    void real(double value) { eight(std::bit_cast<std::uint64_t>(value)); }
    void text(std::string_view text) {
        number(text.size());
        bytes_ += text;
    }
    void labels(const Labels& labels) {
        number(labels.size());
        for (const auto& [name, value] : labels) {
            text(name);
            text(value);
        }
    }
    const std::string& bytes() const { return bytes_; }
    std::string take() { return std::move(bytes_); }
    void clear() { bytes_.clear(); }

private:
    std::string bytes_;
};

// Reads what a Writer wrote. Every read is checked against the end of the bytes: after the first
// that does not fit, broken() is true and all give zero.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t number();
    std::int64_t signed_number() {
        const auto n = number();
        return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1);
    }
    std::uint64_t eight();
    double real() { return std::bit_cast<double>(eight()); }
    std::string_view text();
    Labels labels();
    // How many things follow, of which each takes a byte at least.
    std::size_t count();

    bool broken() const { return broken_; }
    bool at_end() const { return rest_.empty(); }
    void fail() { broken_ = true, rest_ = {}; }

private:
    std::string_view rest_;
    bool broken_ = false;
};

} // namespace keepwatch
