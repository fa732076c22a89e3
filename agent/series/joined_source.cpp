#include "series/joined_source.h"

namespace keepwatch::series {
namespace {

// The lowest bit of an id says which store it is of.
constexpr SeriesId kArchived = 1;

SeriesId outer(SeriesId id, SeriesId store) {
    return id << 1 | store;
}
SeriesId inner(SeriesId id) {
    return id >> 1;
}
bool is_archived(SeriesId id) {
    return (id & kArchived) != 0;
}

std::vector<SeriesId> joined(std::vector<SeriesId> live, const std::vector<SeriesId>& archived) {
    live.reserve(live.size() + archived.size());
    for (auto& id : live) id = outer(id, 0);
    for (const auto id : archived) live.push_back(outer(id, kArchived));
    return live;
}

} // namespace

std::vector<SeriesId> JoinedSource::select(std::span<const Matcher> matchers, Timestamp after,
                                           Timestamp until) const {
    auto found =
        joined(live_.select(matchers, after, until), archive_.select(matchers, after, until));
    std::erase_if(found, [&](SeriesId id) { return is_shadowed(id, after, until); });
    return found;
}

std::vector<SeriesId> JoinedSource::candidates(std::span<const Matcher> matchers) const {
    return joined(live_.candidates(matchers), archive_.candidates(matchers));
}

bool JoinedSource::shows(SeriesId series, Timestamp after, Timestamp until) const {
    return latest(series, after, until) && !is_shadowed(series, after, until);
}

bool JoinedSource::is_shadowed(SeriesId series, Timestamp after, Timestamp until) const {
    if (!is_archived(series)) return false;
    const auto twin = live_.find(archive_.labels(inner(series)));
    return twin && live_.latest(*twin, after, until);
}

const Labels& JoinedSource::labels(SeriesId series) const {
    return is_archived(series) ? archive_.labels(inner(series)) : live_.labels(inner(series));
}

std::optional<Sample> JoinedSource::latest(SeriesId series, Timestamp after,
                                           Timestamp until) const {
    return is_archived(series) ? archive_.latest(inner(series), after, until)
                               : live_.latest(inner(series), after, until);
}

void JoinedSource::read(SeriesId series, Timestamp after, Timestamp until,
                        std::vector<Sample>& into) const {
    if (is_archived(series))
        archive_.read(inner(series), after, until, into);
    else
        live_.read(inner(series), after, until, into);
}

} // namespace keepwatch::series
