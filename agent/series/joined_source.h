#pragma once

#include "series/archive_store.h"
#include "series/live_store.h"

namespace keepwatch::series {

// What the agent sees itself and what others wrote to it, as one. Where both have samples of a
// series with the same labels, what the agent saw itself stands.
class JoinedSource : public SeriesSource {
public:
    // Both outlive it.
    JoinedSource(const LiveStore& live, const ArchiveStore& archive)
        : live_(live), archive_(archive) {}

    // First those of the live store, then those of the archive.
    std::vector<SeriesId> select(std::span<const Matcher> matchers, Timestamp after,
                                 Timestamp until) const override;
    const Labels& labels(SeriesId series) const override; // {} if it is gone.
    std::optional<Sample> latest(SeriesId series, Timestamp after, Timestamp until) const override;
    void read(SeriesId series, Timestamp after, Timestamp until,
              std::vector<Sample>& into) const override;
    Timestamp known_since() const override { return live_.known_since(); }
    bool knows(Timestamp after, Timestamp until) const override {
        return live_.knows(after, until);
    }
    std::uint64_t generation() const override {
        return live_.generation() + archive_.generation(); // Neither ever falls.
    }

    // select() in two steps, for whoever looks through the series a few at a time: all that may
    // match, and whether select() would give one of them, if its labels match.
    std::vector<SeriesId> candidates(std::span<const Matcher> matchers) const;
    bool shows(SeriesId series, Timestamp after, Timestamp until) const;

private:
    // Whether the agent itself has samples of a series that others wrote.
    bool is_shadowed(SeriesId series, Timestamp after, Timestamp until) const;

    const LiveStore& live_;
    const ArchiveStore& archive_;
};

} // namespace keepwatch::series
