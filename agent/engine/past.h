#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/memory.h"

namespace keepwatch::engine {

// Takes the samples that a rule could not do without after a restart: those of the series that it
// reads over a range, through a subquery or with an offset. Where only the newest value is asked
// for, it will be on the next page; of series that are pushed, it is taken too.
class Past {
public:
    explicit Past(const Setup& setup);

    // What came since the last call. The first call, and the one after start_over(), takes all.
    Chunk take(const Engine& engine);
    void start_over() { taken_until_.clear(), pushed_until_.clear(), fresh_ = true; }

    // Beyond it no series is added to a chunk, which then says so by the number 0.
    static constexpr std::size_t kSamplesMax = 2'000'000;

    std::uint64_t wanted() const { return number_; } // See Chunk.

private:
    void note(const promql::Expr& expr); // Of a rule.
    void take_seen(const Engine& engine, Chunk& chunk);
    void take_pushed(const Engine& engine, Chunk& chunk);
    void read(const series::SeriesSource& store, series::SeriesId id, Timestamp after,
              SeriesPast& into);

    std::vector<std::vector<series::Matcher>> wanted_; // Over a range.
    std::vector<std::vector<series::Matcher>> read_;   // In any way.
    std::uint64_t number_ = 0;
    Duration reach_; // How far back the rules look that want them.
    bool fresh_ = true;
    std::size_t samples_ = 0; // In the chunk that is being taken.
    std::map<series::SourceId, Timestamp> taken_until_;
    // A sample that is written later than a newer one of its series was taken is not.
    std::map<series::SeriesId, Timestamp> pushed_until_;
};

// Writes the samples of one source into the store, in the order of time. Tells of each series.
void write_past(const SourcePast& past, series::SourceId source, series::LiveStore& store,
                const std::function<void(const Labels&)>& told);

} // namespace keepwatch::engine
