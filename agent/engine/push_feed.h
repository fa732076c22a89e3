#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/memory.h"
#include "model/event.h"
#include "series/archive_store.h"

namespace keepwatch::engine {

struct PushStats {
    std::uint64_t samples = 0;          // That were stored.
    std::uint64_t samples_refused = 0;  // There was no room for their series.
    std::uint64_t series_forgotten = 0; // They were quiet, and made room for others.
    std::uint64_t history_cuts = 0;     // How often old samples had to make room.
};

// Brings what others write to us into the archive, and keeps it within its limits.
class PushFeed {
public:
    // Told of each series that appears.
    using Appeared = std::function<void(const Labels&)>;

    // The store outlives it. A series that was not written to for so long may be forgotten.
    PushFeed(series::ArchiveStore& store, Duration quiet_max, Appeared appeared)
        : store_(store), quiet_max_(quiet_max), appeared_(std::move(appeared)) {}

    void take(const SeriesPushed& pushed, Timestamp now);
    void restore(const SeriesPast& past, Timestamp written); // After a restart.
    void shift(Duration by);                                 // After the wall clock was set.

    const PushStats& stats() const { return stats_; }

private:
    std::optional<series::SeriesId> find(const Labels& labels);
    bool store(series::SeriesId id, const PushedSeries& series,
               Timestamp now); // False: there is no room.
    void forget_quiet(Timestamp now);

    series::ArchiveStore& store_;
    Duration quiet_max_;
    Appeared appeared_;
    PushStats stats_;
    std::unordered_map<series::SeriesId, Timestamp> written_; // When each was last.
    std::vector<Sample> scratch_;
};

} // namespace keepwatch::engine
