#include "engine/push_feed.h"

#include <algorithm>

namespace keepwatch::engine {

void PushFeed::take(const SeriesPushed& pushed, Timestamp now) {
    bool swept = false; // Once a push is enough: what is quiet does not change within it.
    for (const auto& series : pushed.series) {
        if (series.samples.empty()) continue;
        auto id = find(series.labels);
        if (!id && !swept) {
            forget_quiet(now);
            swept = true;
            id = find(series.labels);
        }
        (id && store(*id, series, now) ? stats_.samples : stats_.samples_refused) +=
            series.samples.size();
    }
}

void PushFeed::restore(const SeriesPast& past, Timestamp written) {
    if (const auto id = find(past.labels)) (void)store(*id, {past.labels, past.samples}, written);
}

bool PushFeed::store(series::SeriesId id, const PushedSeries& series, Timestamp now) {
    scratch_ = series.samples;
    if (!store_.append(id, scratch_)) {
        store_.halve();
        ++stats_.history_cuts;
        const auto again = find(series.labels); // It may have been forgotten itself.
        if (!again || !store_.append(*again, scratch_)) return false;
        id = *again;
    }
    written_[id] = now;
    return true;
}

std::optional<series::SeriesId> PushFeed::find(const Labels& labels) {
    const auto before = store_.generation();
    const auto id = store_.series(labels);
    if (id && store_.generation() != before) appeared_(labels);
    return id;
}

void PushFeed::forget_quiet(Timestamp now) {
    std::vector<series::SeriesId> quiet;
    for (const auto& [id, at] : written_)
        if (at < now - quiet_max_) quiet.push_back(id);
    std::sort(quiet.begin(), quiet.end());
    std::erase_if(quiet, [this](auto id) { return store_.labels(id).empty(); });
    store_.forget(quiet);
    stats_.series_forgotten += quiet.size();
    std::erase_if(written_,
                  [this](const auto& entry) { return store_.labels(entry.first).empty(); });
}

void PushFeed::shift(Duration by) {
    for (auto& [id, at] : written_) at = at + by;
}

} // namespace keepwatch::engine
