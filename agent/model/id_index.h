#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace keepwatch {

// A hash in half the bits. The upper half of a product is where every bit of it has its say.
inline std::uint32_t folded(std::uint64_t hash) {
    return static_cast<std::uint32_t>((hash * 0x9E3779B97F4A7C15) >> 32);
}

// Finds ids by a hash of what they stand for, with linear probing: 8 bytes a slot, of which at most
// two thirds are taken. Whether an id is the one that is looked for is asked of the caller.
class IdIndex {
public:
    void add(std::uint64_t hash, std::uint32_t id) {
        if ((size_ + 1) * 3 > slots_.size() * 2) grow();
        place({folded(hash), id});
        ++size_;
    }

    template <class Same>
    std::optional<std::uint32_t> find(std::uint64_t whole, const Same& same) const {
        if (slots_.empty()) return std::nullopt;
        const std::uint32_t hash = folded(whole);
        for (std::size_t at = hash & mask(); slots_[at].id != kEmpty; at = (at + 1) & mask())
            if (slots_[at].hash == hash && same(slots_[at].id)) return slots_[at].id;
        return std::nullopt;
    }

    // The id must have been added with this hash.
    void erase(std::uint64_t hash, std::uint32_t id) {
        std::size_t hole = folded(hash) & mask();
        while (slots_[hole].id != id) hole = (hole + 1) & mask();
        // Those behind it move up, unless they would come to stand before where they are looked
        // for.
        for (std::size_t at = (hole + 1) & mask(); slots_[at].id != kEmpty;
             at = (at + 1) & mask()) {
            const std::size_t home = slots_[at].hash & mask();
            if (((at - home) & mask()) < ((at - hole) & mask())) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole] = Slot{};
        --size_;
    }

private:
    static constexpr std::uint32_t kEmpty = ~std::uint32_t{0};
    static constexpr std::size_t kFirst = 16;
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t id = kEmpty;
    };
    std::size_t mask() const { return slots_.size() - 1; }
    void place(Slot slot) {
        std::size_t at = slot.hash & mask();
        while (slots_[at].id != kEmpty) at = (at + 1) & mask();
        slots_[at] = slot;
    }
    void grow() {
        const auto old =
            std::exchange(slots_, std::vector<Slot>(slots_.empty() ? kFirst : slots_.size() * 2));
        for (const Slot& slot : old)
            if (slot.id != kEmpty) place(slot);
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

} // namespace keepwatch
