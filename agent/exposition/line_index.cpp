#include "exposition/line_index.h"

#include <algorithm>
#include <bit>

namespace keepwatch::exposition {

void LineIndex::reserve(std::size_t lines) {
    slots_.assign(std::bit_ceil(std::max<std::size_t>(lines, 8) * 2), kEmpty);
    size_ = 0;
}

void LineIndex::place(std::uint32_t line, std::uint32_t hash) {
    std::size_t at = start(hash);
    while (slots_[at] != kEmpty) at = (at + 1) & mask();
    slots_[at] = line;
    ++size_;
}

} // namespace keepwatch::exposition
