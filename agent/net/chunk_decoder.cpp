#include "net/chunk_decoder.h"

#include <algorithm>
#include <cstring>

namespace keepwatch::net {
namespace {

constexpr std::uint64_t kChunkBytesMax = std::uint64_t{1} << 48; // More is nonsense.

Error malformed() {
    return {ErrorKind::Unavailable, "read: the chunked body is malformed"};
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

} // namespace

Result<ChunkDecoder::Decoded> ChunkDecoder::decode(std::span<char> piece) {
    Decoded decoded;
    std::size_t at = 0;
    while (at < piece.size() && state_ != State::Done) {
        if (state_ != State::Data) {
            if (auto taken = take(piece[at]); !taken) return std::move(taken).error();
            ++at;
            continue;
        }
        const auto bytes =
            static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size() - at));
        std::memmove(piece.data() + decoded.body, piece.data() + at, bytes);
        decoded.body += bytes;
        at += bytes;
        left_ -= bytes;
        if (left_ == 0) state_ = State::DataReturn;
    }
    decoded.after = piece.size() - at;
    if (decoded.after > 0)
        std::memmove(piece.data() + decoded.body, piece.data() + at, decoded.after);
    return decoded;
}

bool ChunkDecoder::take_digit(char c) {
    const int value = digit_value(c);
    if (value < 0) return false;
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    state_ = State::Size;
    return left_ <= kChunkBytesMax;
}

Result<void> ChunkDecoder::take(char c) {
    const auto expect = [this, c](char wanted, State next) -> Result<void> {
        if (c != wanted) return malformed();
        state_ = next;
        return {};
    };
    const bool in_line = state_ == State::Extension || state_ == State::Trailer;
    if (in_line && ++line_bytes_ > kLineBytesMax) return malformed();
    switch (state_) {
    case State::FirstDigit:
        left_ = 0;
        line_bytes_ = 0;
        if (!take_digit(c)) return malformed();
        return {};
    case State::Size:
        if (c == '\r')
            state_ = State::SizeEnd;
        else if (c == ';' || c == ' ' || c == '\t')
            state_ = State::Extension;
        else if (!take_digit(c))
            return malformed();
        return {};
    case State::Extension:
        if (c == '\r') state_ = State::SizeEnd;
        return {};
    case State::SizeEnd:
        return expect('\n', left_ == 0 ? State::TrailerStart : State::Data);
    case State::DataReturn:
        return expect('\r', State::DataEnd);
    case State::DataEnd:
        return expect('\n', State::FirstDigit);
    case State::TrailerStart:
        state_ = c == '\r' ? State::End : State::Trailer;
        return {};
    case State::Trailer:
        if (c == '\r') state_ = State::TrailerEnd;
        return {};
    case State::TrailerEnd:
        return expect('\n', State::TrailerStart);
    case State::End:
        return expect('\n', State::Done);
    case State::Data:
    case State::Done:
        break;
    }
    return malformed();
}

} // namespace keepwatch::net
