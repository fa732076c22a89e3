#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/line_rules.h"
#include "exposition/page_layout.h"
#include "exposition/page_reader.h"

namespace keepwatch::exposition {

// The last page of a target that was not refused, and what its lines are.
struct KnownPage {
    std::string text;
    PageLayout layout;
    std::size_t series = 0;
    std::size_t unread = 0;               // Lines that could not be read.
    bool timed = false;                   // A wanted series brought a time of its own.
    std::vector<std::uint32_t> ends_room; // For the ends of the next page.

    bool empty() const { return layout.size() == 0; }
    // Of a line that is a series, from the first letter.
    std::string_view series_text(std::size_t line) const;
    // All wanted series.
    void read(const LineRules& rules, const Limits& limits, std::vector<Reading>& into) const;
};

} // namespace keepwatch::exposition
