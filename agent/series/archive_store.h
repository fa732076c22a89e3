#pragma once

#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "model/labels.h"
#include "model/sample.h"
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

    // Forgets samples at and before `t`. The series stay.
    void drop_until(Timestamp t);

    // An archive counts as complete unless it is told where its history begins.
    void set_known_since(Timestamp t) { known_since_ = t; }

    std::size_t sample_count() const { return sample_count_; }
    std::size_t series_count() const { return series_.size(); }

    std::vector<SeriesId> select(std::span<const Matcher> matchers, Timestamp after,
                                 Timestamp until) const override;
    const Labels& labels(SeriesId series) const override { return series_[series].labels; }
    std::optional<Sample> latest(SeriesId series, Timestamp after, Timestamp until) const override;
    void read(SeriesId series, Timestamp after, Timestamp until,
              std::vector<Sample>& into) const override;
    Timestamp known_since() const override { return known_since_; }
    std::uint64_t generation() const override { return series_.size(); }

private:
    struct Series {
        Labels labels;
        std::vector<Sample> samples; // By rising time, each time once.
    };
    Limits limits_;
    std::vector<Series> series_;
    std::unordered_map<Labels, SeriesId> ids_;
    LabelIndex index_;
    std::size_t sample_count_ = 0;
    // Far enough from the lowest that a duration can be subtracted.
    Timestamp known_since_{std::numeric_limits<std::int64_t>::min() / 2};
};

} // namespace keepwatch::series
