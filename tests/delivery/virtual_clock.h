#pragma once

#include "net/clock.h"

namespace keepwatch::delivery {

// Stands still until it is moved. Whoever waits on it must be woken after that.
class VirtualClock : public net::Clock {
public:
    Timestamp now() const override { return wall_; }
    Duration steady() const override { return steady_; }
    std::chrono::nanoseconds real(Duration) const override { return std::chrono::hours(1); }

    void advance(Duration by) {
        wall_ = wall_ + by;
        steady_ = steady_ + by;
    }
    void set_wall(Duration by) { wall_ = wall_ + by; }

private:
    Timestamp wall_{1'800'000'000'000};
    Duration steady_;
};

} // namespace keepwatch::delivery
