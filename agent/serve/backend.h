#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "model/event.h"
#include "model/result.h"
#include "series/extraction.h"
#include "serve/snapshot.h"

namespace keepwatch::serve {

// On the machine's steady clock.
using Deadline = std::chrono::steady_clock::time_point;

// For what takes the agent no time, unless it is too busy to be asked.
inline Deadline soon() {
    constexpr std::chrono::seconds patience{30};
    return std::chrono::steady_clock::now() + patience;
}

// What the handlers may ask of the rest of the agent. May be called from several threads, and each
// call waits for its answer: never call it on the thread that serves HTTP. The error is Timeout
// after the deadline, Cancelled once the agent stops, or what is said below.
class Backend {
public:
    virtual ~Backend() = default;

    virtual Result<std::shared_ptr<const Snapshot>> snapshot(Deadline deadline) = 0;

    // An excerpt for each want, in the same order. LimitExceeded if there is too much.
    virtual Result<std::vector<series::Excerpt>> extract(std::vector<series::Want> wants,
                                                         series::Extraction::Limits limits,
                                                         Deadline deadline) = 0;

    // Stores them; queries see them once it has returned. LimitExceeded if there was no room for
    // some of them.
    virtual Result<void> push(std::vector<PushedSeries> series, Deadline deadline) = 0;

    // These do not wait, and any thread may call them.
    virtual std::string not_ready() const = 0; // The reason; "" when the agent is ready.
    virtual bool is_closing() const = 0;       // The agent stops.
    virtual Timestamp now() const = 0;
};

} // namespace keepwatch::serve
