#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/page_reader.h"
#include "model/id_index.h"
#include "model/labels.h"

namespace keepwatch::exposition {

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
    IdIndex by_text_;
    IdIndex by_labels_;
};

} // namespace keepwatch::exposition
