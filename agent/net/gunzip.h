#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "model/result.h"
#include "net/page_buffer.h"

namespace keepwatch::net {

// Decompresses gzip a piece at a time, so that a big page does not hold up its neighbours, and
// stops where the result exceeds its limit, however small the input.
class Gunzip {
public:
    static constexpr std::size_t kStepBytes = 1 << 20; // Of output, about 3 ms.

    // The input outlives the object. Above `bytes_max` of output it gives up.
    Gunzip(std::string_view input, std::size_t bytes_max);
    ~Gunzip();
    Gunzip(const Gunzip&) = delete;
    Gunzip& operator=(const Gunzip&) = delete;

    // Appends the next piece to a buffer that may hold kStepBytes more than the limit. True if that
    // was the last.
    Result<bool> step(PageBuffer& into);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::net
