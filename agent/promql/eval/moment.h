#pragma once

#include "model/time.h"

namespace keepwatch::promql {

// The moments at which an expression is asked for its value: first, first + step, … up to last.
// A query has one, and each subquery in it one of its own.
struct Grid {
    Timestamp first;
    Timestamp last;
    Duration step{1};

    bool is_single() const { return first == last; }
    bool operator==(const Grid&) const = default;
};

// One of them. Within one grid time only moves forward.
struct Moment {
    const Grid& grid;
    Timestamp t;
};

} // namespace keepwatch::promql
