#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/id_index.h"
#include "model/labels.h"
#include "model/sample.h"
#include "series/id_table.h"
#include "series/label_index.h"
#include "series/run_history.h"
#include "series/source.h"
#include "series/timeline.h"

namespace keepwatch::series {

// Whoever updates many series at once: the pages of a target, its facts, the outputs of the rules.
// Never reused.
using SourceId = std::uint32_t;

// The recent past of the wanted series, append-only and bounded. The series of a source share one
// list of times, and each keeps its values as runs of equal ones: an update costs 8 bytes and 12
// more for each series whose value changed.
//
// select() gives series in the order in which they were added. A staleness marker is one sample.
class LiveStore : public SeriesSource {
public:
    struct Limits {
        Duration retention = hours(2);
        std::size_t series_max = 500'000;
        // An estimate of the memory in use. Beyond it history is shortened, oldest first, but not
        // below `retention_min`; then new series are refused.
        std::size_t bytes_max = std::size_t{512} << 20;
        Duration retention_min = minutes(10);
    };
    struct Stats {
        std::size_t series = 0;
        std::size_t bytes = 0;               // Estimated.
        std::uint64_t series_refused = 0;    // For series_max or bytes_max.
        std::uint64_t series_in_dispute = 0; // Refused because another source has one like it.
        std::uint64_t series_removed = 0;    // They had no sample for the whole retention.
        std::uint64_t samples_refused = 0;   // With a time of their own: old, or far in the future.
        std::uint64_t history_cuts = 0;      // How often history was shortened for bytes_max.
        Duration history;                    // What is kept now.
    };
    // What an update says of the source's series that it does not name.
    enum class Update : std::uint8_t {
        Full,    // They ended: a staleness marker, once.
        Partial, // Nothing: they have no sample at this time.
        Changes, // They are as they were in the update before; but see leave().
    };

    LiveStore() : LiveStore(Limits{}) {}
    explicit LiveStore(Limits limits) : limits_(limits) {}

    SourceId add_source();

    // The source will not be updated again: all its series end now. It is forgotten with the last.
    void retire(SourceId source, Timestamp t);

    // Finds or adds. Nothing if a limit was hit, or another source has a series with these labels.
    std::optional<SeriesId> series(SourceId source, const Labels& labels);

    // begin(), any number of set() and append(), end(). False, and nothing happens: `t` is not
    // after the source's last update, or older than what is kept.
    [[nodiscard]] bool begin(SourceId source, Timestamp t);
    // Only within the update of the series' source; set twice, the last stays. False: the series is
    // gone, because it had no sample for the whole retention; ask series() again.
    [[nodiscard]] bool set(SeriesId series, double value);
    // A sample that brings its own time. It must be after the series' last one and not more than
    // kFutureMax after the newest update; else it is dropped and counted. Such a sample does not
    // oblige the next update to name the series. False as for set().
    [[nodiscard]] bool append(SeriesId series, Timestamp t, double value);
    void end(SourceId source, Update update = Update::Full);
    // Within an update of changes: the series is not as it was, but as Full or Partial say.
    void leave(SeriesId series, Update how);

    // An update that names no series. Takes the next free moment if `t` is not after the last one.
    void mark_all_stale(SourceId source, Timestamp t);

    // Forgets what is older than `now` allows; begin() does so too. For sources that fell silent.
    void advance(Timestamp now);

    // The wall clock was set: all stored times move.
    void shift_time(Duration by);

    // How many series of the source were removed so far. While it does not change, all ids that
    // series() gave for the source are good.
    std::uint64_t removals(SourceId source) const;

    Stats stats() const;

    std::optional<SeriesId> find(const Labels& labels) const; // Nothing if there is none like it.
    // Series that may match, in rising order: all that do, and others. Costs a copy of the list.
    std::vector<SeriesId> candidates(std::span<const Matcher> matchers) const {
        return index_.candidates(matchers);
    }

    // For a restart with a gap: what is before `t` counts as unknown although some of it is there.
    // Without it, history is known since the first update.
    void set_known_since(Timestamp t) { known_since_ = t; }

    // After a restart, once what was known before it is written: nothing is known from `t` until
    // end_gap(). A range that lies in this gap by more than a quarter is not known.
    void begin_gap(Timestamp t) { gap_after_ = t, gap_until_.reset(); }
    void end_gap(Timestamp t); // Does nothing but for the first time after begin_gap().

    SourceId source(SeriesId series) const { return series_.find(series)->source; } // Must exist.

    std::vector<SeriesId> select(std::span<const Matcher> matchers, Timestamp after,
                                 Timestamp until) const override;
    const Labels& labels(SeriesId series) const override; // {} if it is gone.
    std::optional<Sample> latest(SeriesId series, Timestamp after, Timestamp until) const override;
    void read(SeriesId series, Timestamp after, Timestamp until,
              std::vector<Sample>& into) const override;
    Timestamp known_since() const override;
    bool knows(Timestamp after, Timestamp until) const override;
    std::uint64_t generation() const override { return generation_; }

    static constexpr Duration kFutureMax = minutes(10); // As Prometheus allows.

private:
    struct Series {
        Labels labels;
        SourceId source = 0;
        Tick seen = 0;  // When it was last set; 0 if never.
        Tick asked = 0; // The update it was for when series() last gave it out.
        RunHistory runs;
        std::unique_ptr<std::vector<Sample>> timed; // Samples with times of their own.
    };
    struct Source {
        Timeline timeline;
        Timestamp last; // Of the newest update, kept even if the timeline forgets it.
        bool started = false;
        bool updating = false;
        bool retired = false;
        std::vector<SeriesId> series;
        std::size_t open = 0;  // Series not ended by a staleness marker.
        std::size_t hits = 0;  // Those of them that this update has set.
        std::size_t swept = 0; // Where in `series` the next sweep begins.
        std::uint64_t removals = 0;
        Tick current() const { return timeline.next() - 1; }
        Tick coming() const { return updating ? current() : timeline.next(); }
    };

    void forget_before(Timestamp now);
    void keep_within_bytes();
    void end_missing(Source& source, Update update);
    void end_series(Source& source, Series& series, Update update);
    void sweep(Source& source, std::size_t count);
    void remove(Source& source, std::vector<SeriesId> gone);
    bool outdated(const Series& series, const Source& source) const;
    std::size_t bytes() const;

    Limits limits_;
    IdTable<Series> series_;
    std::vector<std::unique_ptr<Source>> sources_; // By id; null once forgotten.
    IdIndex ids_;                                  // By the hash of their labels.
    LabelIndex index_;
    Stats stats_;
    std::size_t series_bytes_ = 0;
    std::size_t tick_count_ = 0;
    std::uint64_t generation_ = 0;
    bool started_ = false;
    Timestamp now_;     // The newest update, or what advance() was told.
    Timestamp horizon_; // Samples at or before it are forgotten.
    std::optional<Timestamp> known_since_;
    std::optional<Timestamp> gap_after_;
    std::optional<Timestamp> gap_until_; // Not set until the first update after the gap.
};

} // namespace keepwatch::series
