#include "net/clock.h"

namespace keepwatch::net {
namespace {

using std::chrono::duration_cast;

Duration since(std::chrono::nanoseconds epoch) {
    return {duration_cast<std::chrono::milliseconds>(epoch).count()};
}

} // namespace

Timestamp RealClock::now() const {
    return Timestamp{} + since(std::chrono::system_clock::now().time_since_epoch());
}

Duration RealClock::steady() const {
    return since(std::chrono::steady_clock::now().time_since_epoch());
}

std::chrono::nanoseconds RealClock::real(Duration d) const {
    return std::chrono::milliseconds(d.ms);
}

ScaledClock::ScaledClock(Timestamp start, double factor)
    : start_(start), factor_(factor), began_(std::chrono::steady_clock::now()) {}

Timestamp ScaledClock::now() const {
    return start_ + steady();
}

Duration ScaledClock::steady() const {
    const std::chrono::duration<double, std::milli> passed =
        std::chrono::steady_clock::now() - began_;
    return {static_cast<std::int64_t>(passed.count() * factor_)};
}

std::chrono::nanoseconds ScaledClock::real(Duration d) const {
    const std::chrono::duration<double, std::milli> scaled(static_cast<double>(d.ms) / factor_);
    return duration_cast<std::chrono::nanoseconds>(scaled);
}

} // namespace keepwatch::net
