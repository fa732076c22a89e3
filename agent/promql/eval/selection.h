#pragma once

#include <optional>
#include <span>
#include <vector>

#include "promql/eval/evaluation.h"

namespace keepwatch::promql {

// The series that one selector reads, and a cursor into each. For a single moment it asks the
// source directly; for a grid of moments it reads each series once and slides along it.
class Selection : public NodeState {
public:
    // Resolves the selector for a grid of moments. Does nothing if that is done already. Staleness
    // markers are of use only to who asks for the latest sample.
    enum class Markers : std::uint8_t { Kept, Dropped };
    Result<void> prepare(Evaluation& evaluation, const VectorSelector& selector, const Grid& grid,
                         Markers markers);

    std::size_t size() const { return ids_.size(); }
    const Labels& labels(std::size_t i) const { return source_->labels(ids_[i]); }

    // The newest sample of series i in (after, until], a staleness marker included.
    std::optional<Sample> latest(std::size_t i, Timestamp after, Timestamp until);

    // The samples of series i in (after, until] without staleness markers. Valid until the next
    // call.
    std::span<const Sample> window(std::size_t i, Timestamp after, Timestamp until);

private:
    struct Track {
        std::vector<Sample> samples;
        std::size_t begin = 0; // The first that is not before the current window,
        std::size_t end = 0;   // and the first behind it.
    };
    static void slide(Track& track, Timestamp after, Timestamp until);

    const series::SeriesSource* source_ = nullptr;
    std::optional<Grid> grid_;
    std::uint64_t query_number_ = 0;
    std::uint64_t generation_ = 0; // Of the source when it was asked.
    std::vector<series::SeriesId> ids_;
    bool is_buffered_ = false;
    std::vector<Track> tracks_;   // Of each series, if buffered.
    std::vector<Sample> scratch_; // Else the window of the last call.
};

} // namespace keepwatch::promql
