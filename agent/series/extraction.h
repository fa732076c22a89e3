#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/result.h"
#include "series/joined_source.h"

namespace keepwatch::series {

// What a reader in another thread wants to have of the series that match.
struct Want {
    enum class Part : std::uint8_t {
        Labels,  // Of those that have samples in (after, until].
        Newest,  // The newest sample in (after, until] besides.
        Samples, // All samples in (after, until].
    };
    std::vector<Matcher> matchers;
    Timestamp after;
    Timestamp until;
    Part part = Part::Samples;
};

// A copy, so that the stores may go on changing.
struct Excerpt {
    struct Series {
        Labels labels;
        std::vector<Sample> samples;
    };
    Want want;
    std::vector<Series> series; // In the order of the source.
};

// Copies what somebody wants, a piece at a time, so that whoever owns the stores is never held up
// for long. Between two pieces the stores may change: what comes or goes meanwhile may be in it or
// not, and all that fits into one piece is of one moment.
class Extraction {
public:
    struct Limits {
        std::uint64_t samples_max = 5'000'000;
        std::uint64_t series_max = 1'000'000;
    };
    // The source outlives it.
    Extraction(const JoinedSource& source, std::vector<Want> wants, Limits limits);

    // Goes on until about so many series were looked at; 64 samples that are copied count as one.
    // True once it is at its end.
    bool step(std::size_t work);

    // After the end, and once: an excerpt for each want, or LimitExceeded.
    Result<std::vector<Excerpt>> take();

private:
    std::size_t look_at(SeriesId id, Excerpt& excerpt); // Returns the work it was.

    const JoinedSource& source_;
    Limits limits_;
    std::vector<Excerpt> excerpts_;
    std::size_t current_ = 0; // The excerpt that is being filled,
    std::optional<std::vector<SeriesId>> candidates_;
    std::size_t looked_at_ = 0; // and how many of its candidates were seen.
    std::uint64_t samples_ = 0;
    std::uint64_t series_ = 0;
    std::optional<Error> error_;
};

} // namespace keepwatch::series
