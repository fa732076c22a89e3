#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/labels.h"
#include "model/sample.h"
#include "series/matcher.h"

namespace keepwatch::series {

// Names a series within one source for as long as the source lives; never reused.
using SeriesId = std::uint32_t;

// What the evaluator reads: series by their labels, samples by their time. Ranges are open on the
// left and closed on the right, as in Prometheus 3. Staleness markers are handed out as they are;
// the evaluator gives them their meaning.
class SeriesSource {
public:
    virtual ~SeriesSource() = default;

    // All series that match and may have samples in (after, until], in a stable order.
    virtual std::vector<SeriesId> select(std::span<const Matcher> matchers, Timestamp after,
                                         Timestamp until) const = 0;

    virtual const Labels& labels(SeriesId series) const = 0;

    // The newest sample in (after, until], a staleness marker included.
    virtual std::optional<Sample> latest(SeriesId series, Timestamp after,
                                         Timestamp until) const = 0;

    // Appends the samples in (after, until] in the order of time. Allocates only if `into` grows.
    virtual void read(SeriesId series, Timestamp after, Timestamp until,
                      std::vector<Sample>& into) const = 0;

    // Where the known history begins: a range that starts before it is incomplete.
    virtual Timestamp known_since() const = 0;

    // Whether what happened in (after, until] is known well enough to say that something did not.
    virtual bool knows(Timestamp after, Timestamp) const { return after >= known_since(); }

    // Changes whenever a series is added or dropped, so that a caller may keep what select() gave.
    virtual std::uint64_t generation() const = 0;
};

} // namespace keepwatch::series
