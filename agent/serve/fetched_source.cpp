#include "serve/fetched_source.h"

#include <algorithm>
#include <unordered_map>

namespace keepwatch::serve {
namespace {

using series::Excerpt;
using series::SeriesId;
using series::Want;

auto first_after(const std::vector<Sample>& samples, Timestamp t) {
    return std::upper_bound(samples.begin(), samples.end(), t,
                            [](Timestamp wanted, const Sample& s) { return wanted < s.t; });
}

// Whether all that the second asks for is in an excerpt of the first.
bool covers(const Want& have, std::span<const series::Matcher> matchers, Timestamp after,
            Timestamp until) {
    if (after < have.after || until > have.until) return false;
    if (have.part == Want::Part::Newest && until != have.until) return false;
    return std::equal(have.matchers.begin(), have.matchers.end(), matchers.begin(), matchers.end());
}

} // namespace

struct FetchedSource::State {
    struct Place {
        std::size_t excerpt = 0;
        std::size_t series = 0;
    };

    const Excerpt::Series& at(SeriesId id) const {
        return excerpts[places[id].excerpt].series[places[id].series];
    }

    Result<void> fetch(std::vector<Want> wants) {
        if (error) return *error;
        auto left = limits;
        left.samples_max -= samples;
        left.series_max -= series;
        auto fetched = backend.extract(std::move(wants), left, deadline);
        if (!fetched) {
            error = fetched.error();
            return std::move(fetched).error();
        }
        for (auto& excerpt : *fetched) add(std::move(excerpt));
        return {};
    }

    void add(Excerpt excerpt) {
        firsts.push_back(static_cast<SeriesId>(places.size()));
        for (std::size_t i = 0; i < excerpt.series.size(); ++i) {
            samples += excerpt.series[i].samples.size();
            places.push_back({excerpts.size(), i});
        }
        series += excerpt.series.size();
        excerpts.push_back(std::move(excerpt));
    }

    // Somebody reads on where only the newest sample was wanted: now all of them are.
    void complete(std::size_t number) {
        auto want = excerpts[number].want;
        want.part = Want::Part::Samples;
        if (!fetch({want})) return;
        excerpts[number].want.part = Want::Part::Samples;
        std::unordered_map<Labels, std::vector<Sample>*> whole;
        for (auto& found : excerpts.back().series) whole.emplace(found.labels, &found.samples);
        for (auto& known : excerpts[number].series)
            if (const auto found = whole.find(known.labels); found != whole.end())
                known.samples = *found->second;
    }

    // One with all samples is good for whatever follows.
    std::optional<std::size_t> find(std::span<const series::Matcher> matchers, Timestamp after,
                                    Timestamp until) const {
        std::optional<std::size_t> found;
        for (std::size_t i = 0; i < excerpts.size(); ++i) {
            if (!covers(excerpts[i].want, matchers, after, until)) continue;
            if (!found || excerpts[i].want.part == Want::Part::Samples) found = i;
        }
        return found;
    }

    Backend& backend;
    series::Extraction::Limits limits;
    Deadline deadline;
    std::vector<Excerpt> excerpts;
    std::vector<SeriesId> firsts; // Of each excerpt, the id of its first series.
    std::vector<Place> places;    // By id.
    std::uint64_t samples = 0;
    std::uint64_t series = 0;
    std::optional<Error> error;
};

FetchedSource::FetchedSource(Backend& backend, series::Extraction::Limits limits, Deadline deadline)
    : state_(new State{backend, limits, deadline, {}, {}, {}, 0, 0, {}}) {}
FetchedSource::~FetchedSource() = default;

Result<void> FetchedSource::fetch(std::vector<Want> wants) {
    return state_->fetch(std::move(wants));
}

const std::optional<Error>& FetchedSource::error() const {
    return state_->error;
}

std::uint64_t FetchedSource::sample_count() const {
    return state_->samples;
}

std::uint64_t FetchedSource::series_count() const {
    return state_->series;
}

std::vector<SeriesId> FetchedSource::select(std::span<const series::Matcher> matchers,
                                            Timestamp after, Timestamp until) const {
    auto number = state_->find(matchers, after, until);
    if (!number) {
        Want want;
        want.matchers.assign(matchers.begin(), matchers.end());
        want.after = after;
        want.until = until;
        if (!state_->fetch({want})) return {};
        number = state_->excerpts.size() - 1;
    }
    std::vector<SeriesId> found;
    const auto count = state_->excerpts[*number].series.size();
    for (std::size_t i = 0; i < count; ++i) {
        const auto id = state_->firsts[*number] + static_cast<SeriesId>(i);
        if (latest(id, after, until)) found.push_back(id);
    }
    return found;
}

const Labels& FetchedSource::labels(SeriesId series) const {
    return state_->at(series).labels;
}

std::optional<Sample> FetchedSource::latest(SeriesId series, Timestamp after,
                                            Timestamp until) const {
    const auto& samples = state_->at(series).samples;
    const auto end = first_after(samples, until);
    if (end == samples.begin() || (end - 1)->t <= after) return std::nullopt;
    return *(end - 1);
}

void FetchedSource::read(SeriesId series, Timestamp after, Timestamp until,
                         std::vector<Sample>& into) const {
    const auto excerpt = state_->places[series].excerpt;
    if (state_->excerpts[excerpt].want.part == Want::Part::Newest) state_->complete(excerpt);
    const auto& samples = state_->at(series).samples;
    const auto begin = first_after(samples, after);
    into.insert(into.end(), begin, std::max(begin, first_after(samples, until)));
}

Timestamp FetchedSource::known_since() const {
    return kBeginningOfTime;
}

} // namespace keepwatch::serve
