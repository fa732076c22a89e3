#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "model/labels.h"
#include "model/time.h"

namespace keepwatch::exposition {

// The owner's name for a series of this target, or kUnwanted for one nobody asked for, whose values
// are then not even parsed.
using SeriesRef = std::uint32_t;
inline constexpr SeriesRef kUnwanted = ~SeriesRef{0};

struct Reading {
    SeriesRef series = kUnwanted;
    double value = 0;
    std::optional<Timestamp> at; // Only where the page gives a time of its own.
};

// One line that could not be read. Lines count from 1, the offset is that of the byte at fault from
// the start of the page.
struct Problem {
    std::uint32_t line = 0;
    std::uint64_t offset = 0;
    std::string message;

    // `line 3, byte 120: expected a number, got "0x1"`; to be put after the target's name.
    std::string to_string() const;
};

struct Limits {
    std::size_t samples_max = 2'000'000;
    std::size_t line_bytes_max = 1 << 20;
    std::size_t labels_max = 64; // Of one series.
    std::size_t label_value_bytes_max = 16 << 10;
    std::size_t problems_kept = 8; // The rest is only counted.
    // A page up to this size is kept until the next, which is then read by what has changed. Longer
    // ones are read line by line, for several times the work.
    std::size_t page_bytes_kept_max = 64 << 20;
};

// What a page was like. A page that was `refused` must be treated as a failed scrape, whatever was
// read from it; a `partial` one lacks the lines that did not parse, so that nothing may take their
// absence for recovery.
//
// A line that repeats a series of the page is a problem too, and the first value stays. Wrong HELP,
// TYPE and UNIT lines are shown among the problems, but no sample is lost with them, so they do not
// make a page partial.
struct PageReport {
    std::optional<Problem> refused;
    std::vector<Problem> problems;     // At most Limits::problems_kept.
    std::size_t problem_count = 0;     // Of samples.
    std::size_t metadata_problems = 0; // Of HELP, TYPE and UNIT.
    std::size_t samples = 0;           // Series that were read, wanted or not.
    std::size_t series_added = 0;      // They were not on the last page that was not refused.
    std::size_t series_gone = 0;       // They were on it, and are not on this one.
    std::size_t lines = 0;
    bool partial() const { return problem_count > 0; }
};

// What a page says of the wanted series.
struct PageChanges {
    // Whether `readings` has all of them. Else it lacks those that the page and the last one that
    // was not refused have alike, value and all; and `ended` has those that only the last had.
    bool whole = true;
    std::vector<Reading> readings;
    std::vector<SeriesRef> ended;
};

// Told of each series when it first appears, and again when it comes back after at least one page
// without it; the labels are those of the page, with __name__.
using Resolve = std::function<SeriesRef(const Labels&)>;

// How many series of a metric a page has.
struct NameCount {
    std::string name;
    std::size_t series = 0;
};

// Reads the pages of one target. It remembers the last page and which line was which series, so
// labels are parsed and resolved once per series and not once per scrape, and a value is parsed
// when its line has changed. Its memory is that of the page and about a sixth of it again; where a
// page is too long to be kept, about twice that of its series.
//
// Text is what Prometheus's parser accepts, with two differences. A label value must end on its
// line. A page without a single sample is refused where Prometheus takes it for a healthy target:
// no exporter worth watching has nothing to say, and to believe it would end all its series, and
// with them the alerts.
class PageReader {
public:
    explicit PageReader(Resolve resolve, Limits limits = {});
    ~PageReader();
    PageReader(PageReader&&) noexcept;
    PageReader& operator=(PageReader&&) noexcept;

    // The readings are complete only after the call: values are staged until the end of the page,
    // so that a page that turns out to be cut short changes nothing. Replaces what `into` held;
    // empty if the page was refused.
    PageReport read(std::string_view page, PageFormat format, std::vector<Reading>& into);

    // The same, but `into` need not have what is as it was on the last page that was not refused.
    PageReport read_changes(std::string_view page, PageFormat format, PageChanges& into);

    // Asks again for every series, because what is wanted has changed.
    void forget();

    // The metrics of the last page that was not refused, wanted or not, by name. Goes through all
    // series: ask when series were added or have gone.
    std::vector<NameCount> names() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::exposition
