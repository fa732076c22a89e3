#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/page_reader.h"
#include "model/labels.h"

namespace keepwatch::exposition {

// Finds numbers by hash, with linear probing. What the numbers stand for is compared by the caller.
class HashIndex {
public:
    HashIndex() { clear(16); }
    void clear(std::size_t expected);
    void add(std::uint32_t hash, std::uint32_t number);

    // The number with this hash for which same(number) holds.
    template <class Same>
    std::optional<std::uint32_t> find(std::uint32_t hash, const Same& same) const {
        for (std::size_t at = hash & mask_; slots_[at].number != kEmpty; at = (at + 1) & mask_)
            if (slots_[at].hash == hash && same(slots_[at].number)) return slots_[at].number;
        return std::nullopt;
    }

private:
    static constexpr std::uint32_t kEmpty = ~std::uint32_t{0};
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t number = kEmpty;
    };
    void place(Slot slot);
    std::vector<Slot> slots_;
    std::size_t mask_ = 0;
    std::size_t size_ = 0;
};

// Which texts of a target's pages stand for which series. One series may be written in several
// ways: `a{b="1",c="2"}` and `a{c="2",b="1"}`. Texts are kept in the order in which they came.
//
// Pages are numbered by the caller, from 1; a text or series carries the number of the newest page
// it was on.
class SeriesMemory {
public:
    using TextId = std::uint32_t;
    struct Series {
        SeriesRef ref = kUnwanted;
        std::uint32_t page = 0;     // The newest it was on, the one being read among them.
        std::uint32_t previous = 0; // The newest before that.
        std::uint32_t epoch = 0;    // Of the asking that gave `ref`.
        TextId text = 0;            // One of its texts.
    };

    std::optional<TextId> find(std::string_view text) const;
    std::string_view text(TextId id) const {
        return {bytes_.data() + texts_[id].offset, texts_[id].size};
    }
    TextId text_count() const { return static_cast<TextId>(texts_.size()); }
    Series& series(TextId id) { return series_[texts_[id].series]; }

    // Remembers a text that was not known, for a known series if one has the same labels: then the
    // second is false.
    std::pair<TextId, bool> add(std::string_view text, const Labels& labels);

    void mark(TextId id, std::uint32_t page);
    // Undoes what mark() did for a page that was refused.
    void unmark(std::uint32_t page);
    // Forgets what is not on this page, if that is more than what is.
    void purge(std::uint32_t page, std::size_t series_on_page);

    const std::vector<Series>& all() const { return series_; }

private:
    struct Text {
        std::uint64_t offset = 0;
        std::uint32_t size = 0;
        std::uint32_t series = 0;
        std::uint32_t page = 0;
    };
    bool has_labels(std::uint32_t series, const Labels& labels) const;

    std::string bytes_;
    std::vector<Text> texts_;
    std::vector<Series> series_;
    HashIndex by_text_;
    HashIndex by_labels_;
};

} // namespace keepwatch::exposition
