#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/line_rules.h"
#include "exposition/page_reader.h"
#include "exposition/report_writer.h"
#include "exposition/series_memory.h"
#include "exposition/series_text.h"

namespace keepwatch::exposition {

// What a format's walk over the lines hands its finds to: it knows the series, keeps the report and
// stages the readings of one page.
class PageIntake {
public:
    struct Context {
        const Resolve& resolve;
        const Limits& limits;
        SeriesMemory& memory;
        std::uint32_t page; // The number of this page,
        std::uint32_t last; // and of the last that was not refused.
        std::uint32_t
            epoch; // Series that were resolved in an earlier one are to be asked for again.
    };
    PageIntake(Context context, std::string_view page, PageReport& report,
               std::vector<Reading>& into);

    // Reads what follows a series; offsets of faults count from the start of `rest`.
    using ReadMeasure = decltype(LineRules::read_measure);

    // Takes the next line off the page, without its newline; false at the end of the page or after
    // a refusal, as for a line that is too long.
    bool next_line(std::string_view& line);

    // A line, or the rest of one, that is a sample.
    void sample(std::string_view line, Blanks blanks, ReadMeasure read);
    // A sample that does not stand on the page as it is; `place` is where it comes from.
    void derived(std::string_view series, std::string_view place, std::string_view rest,
                 ReadMeasure read);

    // `at` points into the page.
    void problem(const char* at, std::string message) { notes_.problem(at, std::move(message)); }
    void refuse(const char* at, std::string message) { notes_.refuse(at, std::move(message)); }
    ReportWriter& notes() { return notes_; }
    bool refused() const { return notes_.refused(); }

    // Judges the page as a whole, after its last line.
    void finish();

    std::string_view page() const { return page_; }
    const Limits& limits() const { return context_.limits; }

private:
    using TextId = SeriesMemory::TextId;
    std::optional<TextId> expected(std::string_view line) const;
    void known(TextId id, const char* place, std::string_view rest, ReadMeasure read);
    void unknown(std::string_view line, Blanks blanks, const char* place, std::string_view rest,
                 ReadMeasure read);
    void stage(TextId id, const char* place, const Measure& measure);
    void resolve_again(SeriesMemory::Series& series);

    Context context_;
    std::string_view page_;
    PageReport& report_;
    ReportWriter notes_;
    std::vector<Reading>& into_;
    SeriesParser parser_;
    std::size_t next_ = 0; // Where on the page the next line begins.
    TextId expected_ = 0;  // Pages keep their order: the text that likely comes next.
};

} // namespace keepwatch::exposition
