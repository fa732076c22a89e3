#include "series/timeline.h"

#include <algorithm>

namespace keepwatch::series {

void Timeline::drop_until(Timestamp horizon) {
    while (!times_.empty() && times_.front() <= horizon) {
        times_.pop_front();
        ++first_;
    }
}

void Timeline::shift(Duration by) {
    for (auto& time : times_) time = time + by;
}

Tick Timeline::first_after(Timestamp t) const {
    // Nearly everybody asks for now.
    if (times_.empty() || times_.back() <= t) return next();
    const auto found = std::upper_bound(times_.begin(), times_.end(), t);
    return first_ + static_cast<Tick>(found - times_.begin());
}

} // namespace keepwatch::series
