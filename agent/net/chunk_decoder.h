#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/result.h"

namespace keepwatch::net {

// Takes the chunks of a body apart (RFC 9112, section 7.1), in place and in pieces of any size.
class ChunkDecoder {
public:
    static constexpr std::size_t kLineBytesMax = 4096; // A chunk's extensions, or all trailers.

    struct Decoded {
        std::size_t body = 0;  // So many bytes at the beginning of the piece are of the body,
        std::size_t after = 0; // and so many behind them came after the end of the body.
    };
    Result<Decoded> decode(std::span<char> piece);
    bool done() const { return state_ == State::Done; }

private:
    enum class State : std::uint8_t {
        FirstDigit,
        Size,
        Extension,
        SizeEnd,
        Data,
        DataReturn,
        DataEnd,
        TrailerStart,
        Trailer,
        TrailerEnd,
        End,
        Done,
    };
    Result<void> take(char c); // One byte that is not of the body.
    bool take_digit(char c);

    State state_ = State::FirstDigit;
    std::uint64_t left_ = 0; // Of the current chunk.
    std::size_t line_bytes_ = 0;
};

} // namespace keepwatch::net
