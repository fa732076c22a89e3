#pragma once

#include <cstdint>
#include <functional>
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
};

struct Limits {
    std::size_t samples_max = 2'000'000;
    std::size_t line_bytes_max = 1 << 20;
    std::size_t labels_max = 64;          // Of one series.
    std::size_t label_value_bytes_max = 16 << 10;
    std::size_t problems_kept = 8;        // The rest is only counted.
};

// What a page was like. A page that was `refused` must be treated as a failed scrape, whatever was
// read from it; a `partial` one lacks the lines that did not parse, so that nothing may take their
// absence for recovery.
struct PageReport {
    std::optional<Problem> refused;
    std::vector<Problem> problems; // At most Limits::problems_kept.
    std::size_t problem_count = 0;
    std::size_t samples = 0;       // Lines that are samples, wanted or not.
    std::size_t series_added = 0;  // New since this reader's last page.
    std::size_t lines = 0;
    bool partial() const { return problem_count > 0; }
};

// Told of each series once, when it first appears; the labels are those of the page, with __name__.
using Resolve = std::function<SeriesRef(const Labels&)>;

// Reads the pages of one target. It remembers which text stood for which series, so labels are
// parsed and resolved once per series and not once per scrape.
class PageReader {
public:
    explicit PageReader(Resolve resolve, Limits limits = {});
    ~PageReader();
    PageReader(PageReader&&) noexcept;
    PageReader& operator=(PageReader&&) noexcept;

    // The readings are complete only after the call: values are staged until the end of the page,
    // so that a page that turns out to be cut short changes nothing. Replaces what `into` held.
    PageReport read(std::string_view page, PageFormat format, std::vector<Reading>& into);

    // Asks again for every series, because what is wanted has changed.
    void forget();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::exposition
