#include "promql/eval/selection.h"

#include <algorithm>

#include "promql/windows.h"

namespace keepwatch::promql {
namespace {

void drop_stale(std::vector<Sample>& samples) {
    std::erase_if(samples, [](const Sample& sample) { return is_stale(sample.value); });
}

} // namespace

Result<void> Selection::prepare(Evaluation& evaluation, const VectorSelector& selector,
                                const Grid& grid, Markers markers) {
    if (grid_ == grid && query_number_ == evaluation.query_number()) return {};
    // A standing query is asked for one new moment after another; what it selects stays.
    const bool standing = evaluation.lifetime == Evaluation::Lifetime::Standing;
    const bool selected = standing && grid_ && grid_->is_single() && grid.is_single() &&
                          generation_ == evaluation.generation();
    grid_ = grid;
    query_number_ = evaluation.query_number();
    generation_ = evaluation.generation();
    if (selected) return {};

    source_ = &evaluation.source;
    const auto [back, ahead] = extent(selector, evaluation.options.lookback);
    const auto after = evaluation.shifted(selector.shift, grid.first) - back;
    const auto until = evaluation.shifted(selector.shift, grid.last) + ahead;
    ids_ = source_->select(selector.matchers, standing ? kBeginningOfTime : after,
                           standing ? kEndOfTime : until);
    is_buffered_ = !grid.is_single();
    tracks_.clear();
    if (!is_buffered_) return {};
    tracks_.resize(ids_.size());
    for (std::size_t i = 0; i < ids_.size(); ++i) {
        auto& samples = tracks_[i].samples;
        source_->read(ids_[i], after, until, samples);
        if (markers == Markers::Dropped) drop_stale(samples);
        if (auto fits = evaluation.hold(samples.size()); !fits) return fits;
    }
    return {};
}

void Selection::slide(Track& track, Timestamp after, Timestamp until) {
    const auto& samples = track.samples;
    if (track.end > 0 && samples[track.end - 1].t > until) track.begin = track.end = 0;
    while (track.end < samples.size() && samples[track.end].t <= until) ++track.end;
    while (track.begin < track.end && samples[track.begin].t <= after) ++track.begin;
}

std::optional<Sample> Selection::latest(std::size_t i, Timestamp after, Timestamp until) {
    if (!is_buffered_) return source_->latest(ids_[i], after, until);
    auto& track = tracks_[i];
    slide(track, after, until);
    if (track.begin == track.end) return std::nullopt;
    return track.samples[track.end - 1];
}

std::span<const Sample> Selection::window(std::size_t i, Timestamp after, Timestamp until) {
    if (!is_buffered_) {
        scratch_.clear();
        source_->read(ids_[i], after, until, scratch_);
        drop_stale(scratch_);
        return scratch_;
    }
    auto& track = tracks_[i];
    slide(track, after, until);
    return std::span(track.samples).subspan(track.begin, track.end - track.begin);
}

} // namespace keepwatch::promql
