#pragma once

#include <cstdint>

#include "config/config.h"
#include "model/time.h"

namespace keepwatch::notify {

// Of requests to one sink.
struct Rate {
    std::int64_t per_minute = 0; // 0: as often as there is something to say.
    std::int64_t burst = 1;      // So many may come at once.
};

// What services are known to take of one sender:
// https://support.pagerduty.com/main/docs/events-api-v2-overview,
// https://docs.slack.dev/apis/web-api/rate-limits/
Rate usual_rate(config::SinkKind kind);

// When a sink as a whole may be asked again: not more often than its rate allows, and not before
// the time that the receiver named for all requests. Pure: `now` is any clock that never steps.
//
// The rate is a bucket of tokens in the form of the generic cell rate algorithm, which needs one
// number: https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
class Gate {
public:
    explicit Gate(Rate rate);

    // Open if it is not after now.
    Timestamp opens_at() const;

    void pass(Timestamp now); // A request goes out.
    void hold(Timestamp until);

private:
    Duration spacing_; // Of requests at the full rate; zero if there is none.
    Duration slack_;   // By how much a burst may run ahead of it.
    Timestamp next_{}; // When the next request would be due at the full rate.
    Timestamp held_until_{};
};

} // namespace keepwatch::notify
