#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "model/time.h"

namespace keepwatch::series {

// Counts the updates of one source from 1 and is never reset, whatever the clock does.
using Tick = std::uint32_t;

// When the updates of one source were: one entry for all of its series.
class Timeline {
public:
    // Must be after the last.
    Tick push(Timestamp t) {
        times_.push_back(t);
        return next() - 1;
    }
    void drop_until(Timestamp horizon);
    void shift(Duration by);

    Tick first() const { return first_; } // The oldest that is kept; next() if none is.
    Tick next() const { return first_ + static_cast<Tick>(times_.size()); }
    bool empty() const { return times_.empty(); }
    std::size_t size() const { return times_.size(); }

    Timestamp time(Tick tick) const { return times_[tick - first_]; }
    // The first tick after `t`; next() if there is none.
    Tick first_after(Timestamp t) const;

private:
    std::deque<Timestamp> times_;
    Tick first_ = 1;
};

} // namespace keepwatch::series
