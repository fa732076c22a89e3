#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "model/labels.h"
#include "model/sample.h"
#include "series/id_table.h"
#include "series/label_index.h"
#include "series/source.h"

namespace keepwatch::series {

// A history that is written in any order: for replay, tests of rules, backtests and the
// remote-write receiver. Values are kept bit by bit. select() gives series in the order in which
// they were first written.
class ArchiveStore : public SeriesSource {
public:
    struct Limits {
        std::size_t series_max = 1'000'000;
        std::size_t samples_max = 500'000'000;
    };
    ArchiveStore() = default;
    explicit ArchiveStore(Limits limits) : limits_(limits) {}

    // Of two samples of one series at one time the later written stays. False: a limit was hit and
    // nothing was stored.
    bool append(const Labels& labels, Timestamp t, double value);

    // The same in two steps, for whoever writes many samples of one series. Nothing if the series
    // is new and there are series_max already.
    std::optional<SeriesId> series(const Labels& labels);
    bool append(SeriesId series, Timestamp t, double value);

    // Many samples of one series in any order, all or none of them; costs one walk over what the
    // series has from the earliest of them on. Reorders what it is given.
    bool append(SeriesId series, std::vector<Sample>& samples);

    // Forgets samples at and before `t`. The series stay.
    void drop_until(Timestamp t);

    // Makes room: each series forgets the older half of its samples, and one that had a single
    // sample or none is forgotten whole.
    void halve();

    // Forgets series whole, with their samples. In rising order, all of them there.
    void forget(std::span<const SeriesId> gone);

    // An archive counts as complete unless it is told where its history begins.
    void set_known_since(Timestamp t) { known_since_ = t; }

    std::size_t sample_count() const { return sample_count_; }
    std::size_t series_count() const { return series_.size(); }
    // Series that may match, in rising order: all that do, and others. Costs a copy of the list.
    std::vector<SeriesId> candidates(std::span<const Matcher> matchers) const {
        return index_.candidates(matchers);
    }

    std::vector<SeriesId> select(std::span<const Matcher> matchers, Timestamp after,
                                 Timestamp until) const override;
    const Labels& labels(SeriesId series) const override; // {} if it is gone.
    std::optional<Sample> latest(SeriesId series, Timestamp after, Timestamp until) const override;
    void read(SeriesId series, Timestamp after, Timestamp until,
              std::vector<Sample>& into) const override;
    Timestamp known_since() const override { return known_since_; }
    std::uint64_t generation() const override { return generation_; }

private:
    struct Series {
        Labels labels;
        std::vector<Sample> samples; // By rising time, each time once.
    };
    Limits limits_;
    IdTable<Series> series_;
    std::unordered_map<Labels, SeriesId> ids_;
    LabelIndex index_;
    std::size_t sample_count_ = 0;
    std::uint64_t generation_ = 0;
    Timestamp known_since_ = kBeginningOfTime;
};

} // namespace keepwatch::series
