#pragma once

#include <chrono>

#include "model/time.h"

namespace keepwatch::net {

// Where the shell gets its time from. Everything that waits asks a clock how long that really is,
// so that a demonstration or a test can live through an hour in a minute.
class Clock {
public:
    virtual ~Clock() = default;

    virtual Timestamp now() const = 0;   // Wall time: it may be set, forwards and backwards.
    virtual Duration steady() const = 0; // Since an arbitrary moment; never goes back.
    // How long the machine's timers have to wait for `d` to pass on this clock.
    virtual std::chrono::nanoseconds real(Duration d) const = 0;
};

class RealClock : public Clock {
public:
    Timestamp now() const override;
    Duration steady() const override;
    std::chrono::nanoseconds real(Duration d) const override;
};

// Begins at `start` and runs `factor` times as fast as the machine's clock, and cannot be set.
class ScaledClock : public Clock {
public:
    ScaledClock(Timestamp start, double factor);
    Timestamp now() const override;
    Duration steady() const override;
    std::chrono::nanoseconds real(Duration d) const override;

private:
    Timestamp start_;
    double factor_;
    std::chrono::steady_clock::time_point began_;
};

} // namespace keepwatch::net
