#include "series/archive_store.h"

#include <algorithm>

namespace keepwatch::series {

namespace {

bool is_earlier(const Sample& a, const Sample& b) {
    return a.t < b.t;
}

// The first sample after `t`.
template <class Samples> auto first_after(Samples& samples, Timestamp t) {
    return std::upper_bound(samples.begin(), samples.end(), t,
                            [](Timestamp wanted, const Sample& s) { return wanted < s.t; });
}

// Of samples at one time, which stand in the order of their writing, the last stays.
void keep_last_of_each_time(std::vector<Sample>& samples, std::size_t from) {
    auto kept = samples.begin() + static_cast<std::ptrdiff_t>(from);
    for (auto next = kept; next != samples.end(); ++next) {
        const bool repeats = kept != samples.begin() && (kept - 1)->t == next->t;
        if (repeats)
            *(kept - 1) = *next;
        else
            *kept++ = *next;
    }
    samples.erase(kept, samples.end());
}

} // namespace

std::optional<SeriesId> ArchiveStore::series(const Labels& labels) {
    if (const auto found = ids_.find(labels); found != ids_.end()) return found->second;
    if (series_.size() >= limits_.series_max || series_.exhausted()) return std::nullopt;
    const auto id = series_.add({labels, {}}).first;
    ids_.emplace(labels, id);
    index_.add(id, labels);
    ++generation_;
    return id;
}

bool ArchiveStore::append(const Labels& labels, Timestamp t, double value) {
    const auto id = series(labels);
    return id && append(*id, t, value);
}

bool ArchiveStore::append(SeriesId series, Timestamp t, double value) {
    auto& samples = series_.find(series)->samples;
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

bool ArchiveStore::append(SeriesId series, std::vector<Sample>& samples) {
    if (samples.empty()) return true;
    if (sample_count_ + samples.size() > limits_.samples_max) return false;
    std::stable_sort(samples.begin(), samples.end(), is_earlier);
    auto& known = series_.find(series)->samples;
    const auto before = known.size();
    const auto from = first_after(known, samples.front().t) - known.begin();
    known.insert(known.end(), samples.begin(), samples.end());
    const auto middle = known.begin() + static_cast<std::ptrdiff_t>(before);
    std::inplace_merge(known.begin() + from, middle, known.end(), is_earlier);
    keep_last_of_each_time(known, static_cast<std::size_t>(from));
    sample_count_ += known.size() - before;
    return true;
}

void ArchiveStore::drop_until(Timestamp t) {
    for (const auto id : index_.candidates({})) {
        auto& samples = series_.find(id)->samples;
        const auto kept = first_after(samples, t);
        sample_count_ -= static_cast<std::size_t>(kept - samples.begin());
        samples.erase(samples.begin(), kept);
    }
    known_since_ = std::max(known_since_, t);
}

void ArchiveStore::halve() {
    std::vector<SeriesId> gone;
    for (const auto id : index_.candidates({})) {
        auto& samples = series_.find(id)->samples;
        const auto dropped = (samples.size() + 1) / 2;
        sample_count_ -= dropped;
        // Into a new list, because the old one would keep its memory.
        samples = {samples.begin() + static_cast<std::ptrdiff_t>(dropped), samples.end()};
        if (samples.empty()) gone.push_back(id);
    }
    forget(gone);
}

void ArchiveStore::forget(std::span<const SeriesId> gone) {
    if (gone.empty()) return;
    index_.remove(gone, *this);
    for (const auto id : gone) {
        const auto& series = *series_.find(id);
        sample_count_ -= series.samples.size();
        ids_.erase(series.labels);
        series_.erase(id);
    }
    ++generation_;
}

std::vector<SeriesId> ArchiveStore::select(std::span<const Matcher> matchers, Timestamp after,
                                           Timestamp until) const {
    auto found = index_.select(matchers, *this);
    std::erase_if(found, [&](SeriesId id) { return !latest(id, after, until); });
    return found;
}

const Labels& ArchiveStore::labels(SeriesId series) const {
    static const Labels kNone;
    const auto* found = series_.find(series);
    return found ? found->labels : kNone;
}

std::optional<Sample> ArchiveStore::latest(SeriesId series, Timestamp after,
                                           Timestamp until) const {
    const auto* found = series_.find(series);
    if (!found) return std::nullopt;
    const auto& samples = found->samples;
    const auto end = first_after(samples, until);
    if (end == samples.begin() || (end - 1)->t <= after) return std::nullopt;
    return *(end - 1);
}

void ArchiveStore::read(SeriesId series, Timestamp after, Timestamp until,
                        std::vector<Sample>& into) const {
    const auto* found = series_.find(series);
    if (!found) return;
    const auto begin = first_after(found->samples, after);
    into.insert(into.end(), begin, std::max(begin, first_after(found->samples, until)));
}

} // namespace keepwatch::series
