#pragma once

#include <cstdint>
#include <string_view>

namespace keepwatch::promql {

// Where something stands in the text: bytes [begin, end), and its first byte as people count.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

// The empty span at a byte of the text.
Span span_at(std::string_view text, std::size_t begin);

// From the beginning of one to the end of the other.
Span join(const Span& first, const Span& last);

} // namespace keepwatch::promql
