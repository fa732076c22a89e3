#include "series/archive_store.h"

#include <algorithm>

namespace keepwatch::series {

namespace {

// The first sample after `t`.
template <class Samples> auto first_after(Samples& samples, Timestamp t) {
    return std::upper_bound(samples.begin(), samples.end(), t,
                            [](Timestamp wanted, const Sample& s) { return wanted < s.t; });
}

} // namespace

std::optional<SeriesId> ArchiveStore::series(const Labels& labels) {
    if (const auto found = ids_.find(labels); found != ids_.end()) return found->second;
    if (series_.size() >= limits_.series_max) return std::nullopt;
    const auto id = static_cast<SeriesId>(series_.size());
    series_.push_back({labels, {}});
    ids_.emplace(labels, id);
    index_.add(id, labels);
    return id;
}

bool ArchiveStore::append(const Labels& labels, Timestamp t, double value) {
    const auto id = series(labels);
    return id && append(*id, t, value);
}

bool ArchiveStore::append(SeriesId series, Timestamp t, double value) {
    auto& samples = series_[series].samples;
    const auto at = first_after(samples, t);
    if (at != samples.begin() && (at - 1)->t == t) {
        (at - 1)->value = value;
        return true;
    }
    if (sample_count_ >= limits_.samples_max) return false;
    samples.insert(at, {t, value});
    ++sample_count_;
    return true;
}

void ArchiveStore::drop_until(Timestamp t) {
    for (auto& [labels, samples] : series_) {
        const auto kept = first_after(samples, t);
        sample_count_ -= static_cast<std::size_t>(kept - samples.begin());
        samples.erase(samples.begin(), kept);
    }
    known_since_ = std::max(known_since_, t);
}

std::vector<SeriesId> ArchiveStore::select(std::span<const Matcher> matchers, Timestamp after,
                                           Timestamp until) const {
    auto found = index_.select(matchers, *this);
    std::erase_if(found, [&](SeriesId id) { return !latest(id, after, until); });
    return found;
}

std::optional<Sample> ArchiveStore::latest(SeriesId series, Timestamp after,
                                           Timestamp until) const {
    const auto& samples = series_[series].samples;
    const auto end = first_after(samples, until);
    if (end == samples.begin() || (end - 1)->t <= after) return std::nullopt;
    return *(end - 1);
}

void ArchiveStore::read(SeriesId series, Timestamp after, Timestamp until,
                        std::vector<Sample>& into) const {
    const auto& samples = series_[series].samples;
    const auto begin = first_after(samples, after);
    into.insert(into.end(), begin, std::max(begin, first_after(samples, until)));
}

} // namespace keepwatch::series
