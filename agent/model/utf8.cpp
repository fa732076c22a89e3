#include "model/utf8.h"

namespace keepwatch {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

bool is_continuation(unsigned char byte) {
    return (byte & 0xC0U) == 0x80U;
}

// The length that a lead byte announces; 0 if no character starts with it.
std::size_t announced_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

// Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
bool is_second_byte(unsigned char lead, unsigned char byte) {
    switch (lead) {
    case 0xE0:
        return byte >= 0xA0 && byte <= 0xBF;
    case 0xED:
        return byte >= 0x80 && byte <= 0x9F;
    case 0xF0:
        return byte >= 0x90 && byte <= 0xBF;
    case 0xF4:
        return byte >= 0x80 && byte <= 0x8F;
    default:
        return is_continuation(byte);
    }
}

struct Piece {
    std::size_t bytes = 1;
    bool valid = false;
};

// The character, or the maximal broken part, that the text (not empty) starts with.
Piece first_piece(std::string_view text) {
    const auto lead = byte_at(text, 0);
    const auto length = announced_length(lead);
    if (length == 0) return {};
    std::size_t seen = 1;
    while (seen < length && seen < text.size()) {
        const auto byte = byte_at(text, seen);
        if (seen == 1 ? !is_second_byte(lead, byte) : !is_continuation(byte)) break;
        ++seen;
    }
    return {seen, seen == length};
}

} // namespace

std::string valid_utf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const auto piece = first_piece(text);
        valid += piece.valid ? text.substr(0, piece.bytes) : kReplacement;
        text.remove_prefix(piece.bytes);
    }
    return valid;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    auto end = bytes_max;
    // A character has at most three continuation bytes; longer runs are broken text, cut anywhere.
    for (int back = 0; back < 3 && end > 0 && is_continuation(byte_at(text, end)); ++back) --end;
    return text.substr(0, is_continuation(byte_at(text, end)) ? bytes_max : end);
}

} // namespace keepwatch
