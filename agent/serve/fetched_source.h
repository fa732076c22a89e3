#pragma once

#include <memory>
#include <optional>

#include "series/source.h"
#include "serve/backend.h"

namespace keepwatch::serve {

// The data of one query. What is known to be wanted is fetched at once, so that it is of one
// moment; what else the evaluator asks for is fetched when it asks. For one thread.
class FetchedSource : public series::SeriesSource {
public:
    // The backend outlives it. The limits hold for all that it fetches together.
    FetchedSource(Backend& backend, series::Extraction::Limits limits, Deadline deadline);
    ~FetchedSource() override;

    Result<void> fetch(std::vector<series::Want> wants);

    // Why something that was asked for could not be fetched. From then on there is nothing to see.
    const std::optional<Error>& error() const;

    std::uint64_t sample_count() const; // That were fetched.
    std::uint64_t series_count() const;

    std::vector<series::SeriesId> select(std::span<const series::Matcher> matchers, Timestamp after,
                                         Timestamp until) const override;
    const Labels& labels(series::SeriesId series) const override;
    std::optional<Sample> latest(series::SeriesId series, Timestamp after,
                                 Timestamp until) const override;
    void read(series::SeriesId series, Timestamp after, Timestamp until,
              std::vector<Sample>& into) const override;
    Timestamp known_since() const override; // Long ago.
    std::uint64_t generation() const override { return 1; }

private:
    struct State;
    std::unique_ptr<State> state_; // Fetching on demand changes it; what was shown stays.
};

} // namespace keepwatch::serve
