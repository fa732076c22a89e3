#pragma once

#include <optional>
#include <string>

#include "model/result.h"
#include "model/time.h"
#include "promql/notes.h"
#include "promql/value.h"

namespace keepwatch::cli {

// When a query is evaluated, as far as it was said.
struct QueryTimes {
    std::optional<Timestamp> at{};
    std::optional<Timestamp> start{}; // Any of these three asks for a range.
    std::optional<Timestamp> end{};
    std::optional<Duration> step{};

    bool is_range() const { return start || end || step; }
};

struct Answer {
    promql::Value value;
    promql::Notes notes;
};

// What was not said about a range within [first, last]: all of it, in steps that a terminal shows.
// Refuses an end before the start.
struct Range {
    Timestamp start;
    Timestamp end;
    Duration step;
};
Result<Range> range_of(const QueryTimes& times, Timestamp first, Timestamp last);

// Evaluates over all that a recording holds, at its end unless something else was said.
Result<Answer> ask_recording(const std::string& path, const std::string& expr,
                             const QueryTimes& times);

// Asks the API below `url`; over the hour before `now` if a range was asked for without a start.
// An error in the expression keeps its place in it.
Result<Answer> ask_url(const std::string& url, const std::string& expr, const QueryTimes& times,
                       Timestamp now);

// What the API's envelope says; for ask_url().
Result<Answer> read_envelope(std::string_view body);

} // namespace keepwatch::cli
