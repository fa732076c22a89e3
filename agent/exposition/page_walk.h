#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/known_page.h"
#include "exposition/line_index.h"
#include "exposition/line_rules.h"
#include "exposition/page_layout.h"
#include "exposition/page_reader.h"
#include "exposition/report_writer.h"

namespace keepwatch::exposition {

// Reads one page by what it has in common with the last one. Most lines of a page stand where they
// stood, byte for byte: they are only compared, many at once. A line that begins with the bytes of
// the series that stood there is that series, and only its value is parsed. Where lines came, went
// or moved it looks some lines ahead, and then looks the labels up among all of the last page. What
// it reports is what PageIntake would.
class PageWalk {
public:
    enum class Ask : std::uint8_t { New, All }; // Which series are to be resolved.
    PageWalk(const Resolve& resolve, const Limits& limits, KnownPage& last, Ask ask)
        : resolve_(resolve), limits_(limits), last_(last), asks_all_(ask == Ask::All),
          parser_(limits) {}

    // Once. `last` becomes this page, unless it is refused.
    void run(std::string_view page, const LineRules& rules, PageReport& report, PageChanges& into);

private:
    // Lines that stand together in the new layout: of the old one, or of those that were added.
    struct Piece {
        bool old = false;
        std::size_t first = 0;
        std::size_t count = 0;
    };

    void step();
    void keep_equal(std::size_t equal_until);
    bool is_dead(std::size_t line) const;
    std::string_view take_line(std::size_t equal);
    bool same_series(std::string_view line, std::size_t equal) const;
    std::optional<std::size_t> look_ahead(std::string_view line) const;
    void keep(std::size_t line);
    void known_line(std::string_view line);
    void new_line(std::string_view line);
    void new_sample(std::string_view line, std::string_view text);
    void mark();
    void stop();
    bool is_unterminated() const { return at_ == page_.size() && !page_.ends_with('\n'); }

    std::optional<std::uint32_t> find(const Labels& labels, std::uint32_t hash,
                                      std::string_view text);
    std::uint32_t hash_of(std::uint32_t number) const;
    std::string_view text_of(std::uint32_t number) const;
    void build_index();
    Labels labels_of(std::string_view text);

    void add(std::uint32_t prefix, SeriesRef ref, std::uint32_t hash);
    void add_unread() { add(0, kUnwanted, PageLayout::kUnread); }
    void add_plain() { add(0, kUnwanted, 0); }
    void put(bool old, std::size_t first, std::size_t count);
    void stage(SeriesRef ref, const Measure& measure);

    void finish();
    bool is_ended() const;
    bool is_as_before() const;
    PageLayout new_layout() const;
    void count_gone();
    void check_sample_count(const PageLayout& layout);
    void commit(PageLayout* layout);

    const Resolve& resolve_;
    const Limits& limits_;
    KnownPage& last_;
    const bool asks_all_;
    SeriesParser parser_;
    std::string_view page_;
    const LineRules* rules_ = nullptr;
    PageReport* report_ = nullptr;
    ReportWriter* notes_ = nullptr;
    PageChanges* changes_ = nullptr;

    std::size_t at_ = 0;     // Where on the new page the next line begins,
    std::size_t old_ = 0;    // and which line of the old one is expected there.
    std::size_t misses_ = 0; // Lines since the last that stood where it was expected.
    bool timed_ = false;
    bool stopped_ = false; // By what follows the end of the page.

    // Of the lines of the old page those that were met on the new one; kept only once some line was
    // not where it was expected. Until then it is all before `old_`.
    bool marked_ = false;
    std::vector<std::uint8_t> used_;

    std::vector<Piece> pieces_;
    std::vector<std::uint32_t> ends_; // Of the new page.
    PageLayout added_;                // Without ends.
    std::vector<std::uint32_t> added_starts_;
    std::size_t added_series_ = 0;
    LineIndex index_; // Old lines by their number, then those of added_.
};

} // namespace keepwatch::exposition
