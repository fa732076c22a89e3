#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace keepwatch::exposition {

// Finds lines by the hash of their series, with linear probing. Whether it is the series is asked
// of the caller. Built for a page that has not the lines of the last, and dropped after it.
class LineIndex {
public:
    bool empty() const { return slots_.empty(); }
    void reserve(std::size_t lines);
    // hash_of(line) gives the hash of each line that was added.
    template <class HashOf> void add(std::uint32_t line, const HashOf& hash_of) {
        if ((size_ + 1) * 2 > slots_.size()) grow(hash_of);
        place(line, hash_of(line));
    }

    // The line with this hash for which same(line) holds.
    template <class HashOf, class Same> std::optional<std::uint32_t>
    find(std::uint32_t hash, const HashOf& hash_of, const Same& same) const {
        for (std::size_t at = start(hash); slots_[at] != kEmpty; at = (at + 1) & mask())
            if (hash_of(slots_[at]) == hash && same(slots_[at])) return slots_[at];
        return std::nullopt;
    }

private:
    static constexpr std::uint32_t kEmpty = ~std::uint32_t{0};
    std::size_t mask() const { return slots_.size() - 1; }
    std::size_t start(std::uint32_t hash) const { return hash & mask(); }
    void place(std::uint32_t line, std::uint32_t hash);
    template <class HashOf> void grow(const HashOf& hash_of) {
        const auto old = std::move(slots_);
        reserve(old.size());
        for (const auto line : old)
            if (line != kEmpty) place(line, hash_of(line));
    }

    std::vector<std::uint32_t> slots_;
    std::size_t size_ = 0;
};

} // namespace keepwatch::exposition
