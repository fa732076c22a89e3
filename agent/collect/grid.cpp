#include "collect/grid.h"

#include <algorithm>

#include "model/fnv1a.h"

namespace keepwatch::collect {
Grid::Grid(std::string_view name, Duration interval)
    : interval_(interval),
      offset_{static_cast<std::int64_t>(fnv1a(name) % static_cast<std::uint64_t>(interval.ms))} {}

Timestamp Grid::at_or_before(Timestamp t) const {
    auto into = (t.ms - offset_.ms) % interval_.ms;
    if (into < 0) into += interval_.ms;
    return {t.ms - into};
}

Timestamp Grid::after(Timestamp t) const {
    return at_or_before(t) + interval_;
}

Timestamp Grid::next(Timestamp scheduled, Timestamp now) const {
    // A scheduled time far ahead of now is one from before the clock was set back.
    const auto last = scheduled > now + interval_ ? now : std::max(scheduled, now);
    const auto tick = after(last);
    const bool too_near = tick - scheduled < Duration{interval_.ms / 2} && tick > scheduled;
    return too_near ? tick + interval_ : tick;
}

Timestamp Grid::scheduled(Timestamp planned, Timestamp now) const {
    const auto late = now - planned;
    return late < interval_ && -late < interval_ ? planned : at_or_before(now);
}

} // namespace keepwatch::collect
