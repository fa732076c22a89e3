#include "series/live_store.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace keepwatch::series {

namespace {

// A sweep goes through a source within so many updates.
constexpr std::size_t kSweepUpdates = 16;
constexpr std::size_t kSweepMin = 64;

// What a series costs besides its values: the object, its node among the ids, and its places in the
// index. Measured roughly; it only has to grow with the truth.
std::size_t fixed_cost(const Labels& labels) {
    std::size_t cost = 96;
    for (const auto& [name, value] : labels) cost += name.size() + value.size() + 8;
    return cost;
}

std::size_t timed_bytes(const std::unique_ptr<std::vector<Sample>>& timed) {
    return timed ? timed->capacity() * sizeof(Sample) : 0;
}

} // namespace

SourceId LiveStore::add_source() {
    sources_.push_back(std::make_unique<Source>());
    return static_cast<SourceId>(sources_.size() - 1);
}

void LiveStore::retire(SourceId source, Timestamp t) {
    mark_all_stale(source, t);
    sources_[source]->retired = true;
}

std::optional<SeriesId> LiveStore::series(SourceId source, const Labels& labels) {
    Source& owner = *sources_[source];
    if (const auto found = find(labels)) {
        Series& known = *series_.find(*found);
        if (known.source != source) {
            ++stats_.series_in_dispute;
            return std::nullopt;
        }
        known.asked = owner.coming();
        return found;
    }
    if (series_.size() >= limits_.series_max || bytes() > limits_.bytes_max ||
        series_.exhausted()) {
        ++stats_.series_refused;
        return std::nullopt;
    }
    Series added;
    added.labels = labels;
    added.source = source;
    added.asked = owner.coming();
    const auto id = series_.add(std::move(added)).first;
    ids_.add(labels.hash(), id);
    index_.add(id, labels);
    owner.series.push_back(id);
    series_bytes_ += fixed_cost(labels);
    ++generation_;
    return id;
}

std::optional<SeriesId> LiveStore::find(const Labels& labels) const {
    return ids_.find(labels.hash(),
                     [&](SeriesId id) { return series_.find(id)->labels == labels; });
}

bool LiveStore::begin(SourceId source, Timestamp t) {
    Source& owner = *sources_[source];
    assert(!owner.updating);
    if ((owner.started && t <= owner.last) || (started_ && t <= horizon_)) return false;
    if (!started_) {
        started_ = true;
        now_ = t;
        horizon_ = t - limits_.retention;
        if (!known_since_) known_since_ = t;
    }
    owner.timeline.push(t);
    ++tick_count_;
    owner.last = t;
    owner.started = true;
    owner.updating = true;
    owner.hits = 0;
    forget_before(t);
    return true;
}

bool LiveStore::set(SeriesId series, double value) {
    Series* const found = series_.find(series);
    if (!found) return false;
    Source& owner = *sources_[found->source];
    assert(owner.updating);
    RunHistory& runs = found->runs;
    const Tick tick = owner.current();
    const bool was_open = !runs.closed();
    const bool was_hit = was_open && found->seen == tick;
    const std::size_t before = runs.bytes();
    if (runs.full()) runs.trim(owner.timeline.first());
    runs.set(tick, value);
    found->seen = tick;
    series_bytes_ += runs.bytes() - before;
    const bool is_open = !runs.closed();
    owner.open = owner.open - (was_open ? 1 : 0) + (is_open ? 1 : 0);
    owner.hits = owner.hits - (was_hit ? 1 : 0) + (is_open ? 1 : 0);
    return true;
}

bool LiveStore::append(SeriesId series, Timestamp t, double value) {
    Series* const found = series_.find(series);
    if (!found) return false;
    const auto last = latest(series, horizon_, Timestamp{std::numeric_limits<std::int64_t>::max()});
    if (t <= horizon_ || t > now_ + kFutureMax || (last && t <= last->t)) {
        ++stats_.samples_refused;
        return true;
    }
    const std::size_t before = timed_bytes(found->timed);
    if (!found->timed) found->timed = std::make_unique<std::vector<Sample>>();
    found->timed->push_back({t, value});
    series_bytes_ += timed_bytes(found->timed) - before;
    return true;
}

void LiveStore::end(SourceId source, Update update) {
    Source& owner = *sources_[source];
    assert(owner.updating);
    owner.updating = false;
    if (update != Update::Changes && owner.hits != owner.open) end_missing(owner, update);
    sweep(owner, std::max(kSweepMin, owner.series.size() / kSweepUpdates));
    if (bytes() > limits_.bytes_max) keep_within_bytes();
}

void LiveStore::end_missing(Source& source, Update update) {
    const Tick tick = source.current();
    for (const SeriesId id : source.series) {
        Series& missing = *series_.find(id);
        if (missing.seen != tick && !missing.runs.closed()) end_series(source, missing, update);
    }
}

void LiveStore::leave(SeriesId series, Update how) {
    Series* const found = series_.find(series);
    if (found && !found->runs.closed()) end_series(*sources_[found->source], *found, how);
}

void LiveStore::end_series(Source& source, Series& series, Update update) {
    const std::size_t before = series.runs.bytes();
    if (update == Update::Full) {
        series.runs.set(source.current(), stale_marker());
        --source.open;
    } else if (!series.runs.absent()) {
        series.runs.set_absent(source.current());
    }
    series_bytes_ += series.runs.bytes() - before;
}

void LiveStore::mark_all_stale(SourceId source, Timestamp t) {
    const Source& owner = *sources_[source];
    if (owner.started) t = std::max(t, owner.last + milliseconds(1));
    if (begin(source, t)) end(source);
}

void LiveStore::advance(Timestamp now) {
    if (!started_) return;
    forget_before(now);
    for (auto& source : sources_) {
        if (!source || source->updating) continue;
        sweep(*source, std::max(kSweepMin, source->series.size() / kSweepUpdates));
        if (source->retired && source->series.empty()) {
            tick_count_ -= source->timeline.size();
            source.reset();
        }
    }
}

void LiveStore::forget_before(Timestamp now) {
    now_ = std::max(now_, now);
    horizon_ = std::max(horizon_, now_ - limits_.retention);
    for (auto& source : sources_) {
        if (!source) continue;
        tick_count_ -= source->timeline.size();
        source->timeline.drop_until(horizon_);
        tick_count_ += source->timeline.size();
    }
}

void LiveStore::keep_within_bytes() {
    // In steps of an eighth, so that it need not be done at each update.
    const Duration step = milliseconds(limits_.retention_min.ms / 8);
    bool cut = false;
    while (bytes() > limits_.bytes_max && now_ - horizon_ > limits_.retention_min + step) {
        const Duration history = now_ - horizon_;
        const Duration kept =
            std::max(history - milliseconds(history.ms / 8 + 1), limits_.retention_min);
        horizon_ = now_ - kept;
        forget_before(now_);
        for (auto& source : sources_)
            if (source && !source->updating) sweep(*source, source->series.size());
        cut = true;
    }
    if (cut) ++stats_.history_cuts;
}

bool LiveStore::outdated(const Series& series, const Source& source) const {
    const Tick first = source.timeline.first();
    return series.runs.outdated(source.timeline) && !series.timed && series.seen < first &&
           (source.retired || series.asked < first);
}

void LiveStore::sweep(Source& source, std::size_t count) {
    std::vector<SeriesId> gone;
    count = std::min(count, source.series.size());
    for (; count > 0; --count) {
        if (source.swept >= source.series.size()) source.swept = 0;
        const SeriesId id = source.series[source.swept++];
        Series& series = *series_.find(id);
        series_bytes_ -= series.runs.bytes() + timed_bytes(series.timed);
        series.runs.trim(source.timeline.first());
        if (series.timed) {
            std::erase_if(*series.timed, [&](const Sample& s) { return s.t <= horizon_; });
            if (series.timed->empty()) series.timed.reset();
        }
        series_bytes_ += series.runs.bytes() + timed_bytes(series.timed);
        if (outdated(series, source)) gone.push_back(id);
    }
    if (!gone.empty()) remove(source, std::move(gone));
}

void LiveStore::remove(Source& source, std::vector<SeriesId> gone) {
    std::sort(gone.begin(), gone.end());
    index_.remove(gone, *this);
    for (const SeriesId id : gone) {
        Series& series = *series_.find(id);
        if (!series.runs.closed()) --source.open;
        series_bytes_ -=
            fixed_cost(series.labels) + series.runs.bytes() + timed_bytes(series.timed);
        ids_.erase(series.labels.hash(), id);
        series_.erase(id);
    }
    std::erase_if(source.series,
                  [&](SeriesId id) { return std::binary_search(gone.begin(), gone.end(), id); });
    source.removals += gone.size();
    stats_.series_removed += gone.size();
    ++generation_;
}

void LiveStore::end_gap(Timestamp t) {
    if (gap_after_ && !gap_until_) gap_until_ = std::max(t, *gap_after_);
}

void LiveStore::shift_time(Duration by) {
    for (auto& source : sources_) {
        if (!source) continue;
        source->timeline.shift(by);
        source->last = source->last + by;
        for (const SeriesId id : source->series)
            if (auto& timed = series_.find(id)->timed)
                for (auto& sample : *timed) sample.t = sample.t + by;
    }
    now_ = now_ + by;
    horizon_ = horizon_ + by;
    for (auto* const moment : {&known_since_, &gap_after_, &gap_until_})
        if (*moment) **moment = **moment + by;
}

std::uint64_t LiveStore::removals(SourceId source) const {
    return sources_[source] ? sources_[source]->removals : 0;
}

std::size_t LiveStore::bytes() const {
    return series_bytes_ + tick_count_ * sizeof(Timestamp);
}

LiveStore::Stats LiveStore::stats() const {
    Stats stats = stats_;
    stats.series = series_.size();
    stats.bytes = bytes();
    stats.history = started_ ? now_ - std::max(horizon_, known_since()) : Duration{};
    return stats;
}

} // namespace keepwatch::series
