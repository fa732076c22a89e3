#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "exposition/page_reader.h"

namespace keepwatch::exposition {

// Which lines a page has and which series they are: 16 bytes a line. All columns are of one length.
struct PageLayout {
    // Marks a line that could not be read, so that no line of the next page is taken for it.
    static constexpr std::uint32_t kUnread = 1;

    std::vector<std::uint32_t> ends;     // Where the line ends on the page, its newline included.
    std::vector<std::uint32_t> prefixes; // From its start to the end of the series; 0: no series.
    std::vector<SeriesRef> refs;
    std::vector<std::uint32_t> hashes; // Of the series' labels, or kUnread.

    std::size_t size() const { return ends.size(); }
    std::size_t start(std::size_t line) const { return line == 0 ? 0 : ends[line - 1]; }
    bool is_series(std::size_t line) const { return prefixes[line] != 0; }
    bool is_unread(std::size_t line) const {
        return prefixes[line] == 0 && hashes[line] == kUnread;
    }
    std::string_view series(std::size_t line, std::string_view page) const {
        return page.substr(start(line), prefixes[line]);
    }
    std::string_view line(std::size_t line, std::string_view page) const {
        return page.substr(start(line), ends[line] - start(line));
    }

    void append(const PageLayout& from, std::size_t first, std::size_t count); // All but the ends.
    void add(std::uint32_t prefix, SeriesRef ref, std::uint32_t hash);         // The same.
};

} // namespace keepwatch::exposition
