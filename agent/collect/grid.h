#pragma once

#include <string_view>

#include "model/time.h"

namespace keepwatch::collect {

// The moments at which one target is asked: `offset + k * interval` of the wall clock. The offset
// is a hash of the target's name, so that targets spread over the interval, and each keeps its
// moments across restarts and on every host.
class Grid {
public:
    Grid(std::string_view name, Duration interval); // The interval is above zero.

    Timestamp at_or_before(Timestamp t) const;
    Timestamp after(Timestamp t) const;
    Duration interval() const { return interval_; }

    // When to ask next after having asked for `scheduled`, given the time it is: the ticks that
    // passed meanwhile are skipped. One that is nearer to `scheduled` than half an interval is
    // too, as it is after the first scrape, which is made off the grid.
    Timestamp next(Timestamp scheduled, Timestamp now) const;

    // The time that a scrape stands for whose timer was set for `planned` and went off at `now`:
    // the plan, unless the clock was set meanwhile.
    Timestamp scheduled(Timestamp planned, Timestamp now) const;

private:
    Duration interval_;
    Duration offset_; // From 0, less than the interval.
};

} // namespace keepwatch::collect
