#include "series/extraction.h"

#include <utility>

#include <fmt/format.h>

namespace keepwatch::series {
namespace {

constexpr std::size_t kSamplesPerWork = 64;

} // namespace

Extraction::Extraction(const JoinedSource& source, std::vector<Want> wants, Limits limits)
    : source_(source), limits_(limits) {
    excerpts_.reserve(wants.size());
    for (auto& want : wants) excerpts_.push_back({std::move(want), {}});
}

bool Extraction::step(std::size_t work) {
    std::size_t done = 0;
    while (current_ < excerpts_.size() && !error_) {
        auto& excerpt = excerpts_[current_];
        if (!candidates_) candidates_ = source_.candidates(excerpt.want.matchers);
        for (; looked_at_ < candidates_->size() && !error_; ++looked_at_) {
            if (done >= work) return false;
            done += look_at((*candidates_)[looked_at_], excerpt);
        }
        candidates_.reset();
        looked_at_ = 0;
        ++current_;
    }
    return true;
}

std::size_t Extraction::look_at(SeriesId id, Excerpt& excerpt) {
    const auto& want = excerpt.want;
    const auto& labels = source_.labels(id);
    if (!matches_all(want.matchers, labels)) return 1;
    if (!source_.shows(id, want.after, want.until)) return 1;
    Excerpt::Series found{labels, {}};
    if (want.part == Want::Part::Newest)
        found.samples.push_back(*source_.latest(id, want.after, want.until));
    if (want.part == Want::Part::Samples) source_.read(id, want.after, want.until, found.samples);
    samples_ += found.samples.size();
    ++series_;
    if (samples_ > limits_.samples_max)
        error_ = Error{ErrorKind::LimitExceeded, "query processing would load too many samples "
                                                 "into memory in query execution"};
    else if (series_ > limits_.series_max)
        error_ = Error{ErrorKind::LimitExceeded,
                       fmt::format("more than {} series match", limits_.series_max)};
    const auto work = 1 + found.samples.size() / kSamplesPerWork;
    excerpt.series.push_back(std::move(found));
    return work;
}

Result<std::vector<Excerpt>> Extraction::take() {
    if (error_) return *std::move(error_);
    return std::move(excerpts_);
}

} // namespace keepwatch::series
