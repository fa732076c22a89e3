#include <algorithm>

#include "series/live_store.h"

// The reading half of LiveStore: what the evaluator sees.
namespace keepwatch::series {

namespace {

using Timed = std::vector<Sample>;

Timed::const_iterator first_after(const Timed& timed, Timestamp t) {
    return std::upper_bound(timed.begin(), timed.end(), t,
                            [](Timestamp wanted, const Sample& s) { return wanted < s.t; });
}

} // namespace

std::vector<SeriesId> LiveStore::select(std::span<const Matcher> matchers, Timestamp after,
                                        Timestamp until) const {
    auto found = index_.select(matchers, *this);
    std::erase_if(found, [&](SeriesId id) { return !latest(id, after, until); });
    return found;
}

const Labels& LiveStore::labels(SeriesId series) const {
    static const Labels kNone;
    const Series* const found = series_.find(series);
    return found ? found->labels : kNone;
}

std::optional<Sample> LiveStore::latest(SeriesId series, Timestamp after, Timestamp until) const {
    const Series* const found = series_.find(series);
    if (!found) return std::nullopt;
    after = std::max(after, horizon_);
    auto newest = found->runs.latest(sources_[found->source]->timeline, after, until);
    if (!found->timed) return newest;
    const auto end = first_after(*found->timed, until);
    if (end == found->timed->begin()) return newest;
    const Sample timed = *(end - 1);
    if (timed.t <= after || (newest && newest->t >= timed.t)) return newest;
    return timed;
}

void LiveStore::read(SeriesId series, Timestamp after, Timestamp until,
                     std::vector<Sample>& into) const {
    const Series* const found = series_.find(series);
    if (!found) return;
    after = std::max(after, horizon_);
    const auto start = static_cast<std::ptrdiff_t>(into.size());
    found->runs.read(sources_[found->source]->timeline, after, until, into);
    if (!found->timed) return;
    const auto end_of_runs = static_cast<std::ptrdiff_t>(into.size());
    const auto first = first_after(*found->timed, after);
    const auto last = std::max(first, first_after(*found->timed, until));
    into.insert(into.end(), first, last);
    const auto earlier = [](const Sample& a, const Sample& b) { return a.t < b.t; };
    std::inplace_merge(into.begin() + start, into.begin() + end_of_runs, into.end(), earlier);
    // At one moment the sample of the update stands, which the merge put first.
    const auto same_time = [](const Sample& a, const Sample& b) { return a.t == b.t; };
    into.erase(std::unique(into.begin() + start, into.end(), same_time), into.end());
}

Timestamp LiveStore::known_since() const {
    if (!started_) return known_since_.value_or(kEndOfTime);
    return std::max(*known_since_, horizon_);
}

bool LiveStore::knows(Timestamp after, Timestamp until) const {
    constexpr std::int64_t kParts = 4;
    if (after < known_since()) return false;
    if (!gap_after_) return true;
    const auto missing_until = std::min(until, gap_until_.value_or(until));
    const auto missing = missing_until - std::max(after, *gap_after_);
    return missing * kParts <= until - after;
}

} // namespace keepwatch::series
