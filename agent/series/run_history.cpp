#include "series/run_history.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace keepwatch::series {

namespace {

// Below this a history is not worth moving to where it would be smaller.
constexpr std::size_t kSmall = 16;

} // namespace

std::uint64_t RunHistory::storable(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    if (bits != kAbsentBits) return bits;
    return std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
}

void RunHistory::put(Tick tick, std::uint64_t bits) {
    if (!runs_.empty() && runs_.back().first == tick) runs_.pop_back();
    if (!runs_.empty() && runs_.back().bits() == bits) return;
    runs_.push_back({tick, std::bit_cast<std::array<std::uint32_t, 2>>(bits)});
}

void RunHistory::trim(Tick first) {
    // A run ends where the next begins.
    const auto* const kept = std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) {
        return &run == &runs_.back() || (&run + 1)->first > first;
    });
    runs_.drop_front(static_cast<std::size_t>(kept - runs_.begin()));
    if (runs_.capacity() > kSmall && runs_.capacity() / 3 > runs_.size()) runs_.shrink();
}

bool RunHistory::outdated(const Timeline& timeline) const {
    if (runs_.empty()) return true;
    const Run& last = runs_.back();
    if (last.bits() == kStaleNaNBits) return last.first < timeline.first();
    if (last.bits() == kAbsentBits) return last.first <= timeline.first();
    return timeline.empty();
}

const Run* RunHistory::run_at(Tick tick) const {
    if (!runs_.empty() && runs_.back().first <= tick) return runs_.end() - 1;
    const auto* const next =
        std::upper_bound(runs_.begin(), runs_.end(), tick,
                         [](Tick wanted, const Run& run) { return wanted < run.first; });
    return next == runs_.begin() ? runs_.end() : next - 1;
}

std::optional<Sample> RunHistory::latest(const Timeline& timeline, Timestamp after,
                                         Timestamp until) const {
    const Tick end = timeline.first_after(until);
    if (end == timeline.first()) return std::nullopt;
    Tick tick = end - 1;
    for (const auto* run = run_at(tick); run != runs_.end();) {
        if (run->bits() == kStaleNaNBits) tick = run->first;
        if (tick < timeline.first()) return std::nullopt;
        if (run->bits() != kAbsentBits) {
            const auto t = timeline.time(tick);
            if (t <= after) return std::nullopt;
            return Sample{t, std::bit_cast<double>(run->bits())};
        }
        if (run == runs_.begin()) return std::nullopt;
        tick = run->first - 1;
        --run;
    }
    return std::nullopt;
}

void RunHistory::read(const Timeline& timeline, Timestamp after, Timestamp until,
                      std::vector<Sample>& into) const {
    if (runs_.empty()) return;
    const Tick end = timeline.first_after(until);
    Tick tick = std::max(timeline.first_after(after), runs_.front().first);
    if (tick >= end) return;
    for (const auto* run = run_at(tick); run != runs_.end() && tick < end; ++run) {
        const bool last = run + 1 == runs_.end();
        const Tick next = last ? end : std::min(end, (run + 1)->first);
        if (run->bits() == kStaleNaNBits) {
            if (run->first >= tick) into.push_back({timeline.time(run->first), stale_marker()});
        } else if (run->bits() != kAbsentBits) {
            const auto value = std::bit_cast<double>(run->bits());
            for (; tick < next; ++tick) into.push_back({timeline.time(tick), value});
        }
        tick = next;
    }
}

} // namespace keepwatch::series
