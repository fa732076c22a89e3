#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/sample.h"
#include "series/run_list.h"
#include "series/timeline.h"

namespace keepwatch::series {

// The values of one series at the ticks of its source, as runs of equal ones: a series that does
// not change costs nothing, one that does costs 12 bytes a change. Values are compared and kept bit
// by bit. A staleness marker stands for one sample at the tick it was set, and nothing after.
class RunHistory {
public:
    // Ticks must not fall. A second value for one tick takes the place of the first.
    void set(Tick tick, double value) { put(tick, storable(value)); }
    void set_absent(Tick tick) { put(tick, kAbsentBits); } // No sample from here on.

    // Ended by a staleness marker, or never begun.
    bool closed() const { return runs_.empty() || runs_.back().bits() == kStaleNaNBits; }
    bool absent() const { return runs_.empty() || runs_.back().bits() == kAbsentBits; }

    // Makes room: forgets runs that ended before `first`.
    void trim(Tick first);
    // The next change would grow what is more than one run.
    bool full() const { return runs_.size() > 1 && runs_.size() == runs_.capacity(); }
    // Whether all its samples are older than what the timeline keeps.
    bool outdated(const Timeline& timeline) const;

    // Samples in (after, until]; see SeriesSource.
    std::optional<Sample> latest(const Timeline& timeline, Timestamp after, Timestamp until) const;
    void read(const Timeline& timeline, Timestamp after, Timestamp until,
              std::vector<Sample>& into) const;

    std::size_t bytes() const { return runs_.bytes(); } // Besides the object's own.
    std::size_t run_count() const { return runs_.size(); }

private:
    // A NaN that stands for "no sample"; nothing on a page is read as one with these bits.
    static constexpr std::uint64_t kAbsentBits = 0x7ff0000000000003;
    static std::uint64_t storable(double value);

    void put(Tick tick, std::uint64_t bits);
    const Run* run_at(Tick tick) const; // end() if before the first run.

    RunList runs_; // No two neighbours are equal.
};

} // namespace keepwatch::series
