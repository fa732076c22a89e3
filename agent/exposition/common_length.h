#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace keepwatch::exposition {

// How many bytes two texts have in common at their beginning; both have `size` bytes.
inline std::size_t common_length(const char* a, const char* b, std::size_t size) {
    const auto word = [](const char* at) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, at, sizeof(bytes));
        return bytes;
    };
    std::size_t at = 0;
    for (; at + 32 <= size; at += 32) {
        const auto differ = (word(a + at) ^ word(b + at)) | (word(a + at + 8) ^ word(b + at + 8)) |
                            (word(a + at + 16) ^ word(b + at + 16)) |
                            (word(a + at + 24) ^ word(b + at + 24));
        if (differ != 0) break;
    }
    for (; at + 8 <= size; at += 8) {
        const auto differ = word(a + at) ^ word(b + at);
        if (differ == 0) continue;
        if constexpr (std::endian::native == std::endian::little)
            return at + static_cast<std::size_t>(std::countr_zero(differ)) / 8;
        break;
    }
    while (at < size && a[at] == b[at]) ++at;
    return at;
}

} // namespace keepwatch::exposition
