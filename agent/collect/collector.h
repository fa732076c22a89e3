#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "config/config.h"
#include "model/event.h"
#include "net/clock.h"
#include "net/connector.h"

namespace keepwatch::collect {

namespace asio = boost::asio;

// Asks every target on a grid of its own, and hands on what comes: PageArrived or ScrapeFailed once
// per tick, FactsLearned about a watched process as soon as something is known.
//
// The first scrape is made at once, later ones at fixed moments of the wall clock, spread over the
// interval by the target's name. A tick that comes while the one before is still under way is
// skipped; a target that hangs delays nobody else.
class Collector {
public:
    // Called on the executor's thread. Views in the event are valid during the call. `at` is the
    // clock's time at delivery, and may go back where the wall clock does.
    using Deliver = std::function<void(const Event&)>;
    using Log = std::function<void(std::string_view)>; // For people; once per change, not per tick.

    // The clock outlives the collector.
    Collector(asio::any_io_executor executor, const net::Clock& clock, Deliver deliver, Log log,
              net::TlsOptions tls = {});
    ~Collector();
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;

    // The id of a target is its position in `targets`.
    void start(const std::vector<config::Target>& targets);

    // Nothing is delivered after it. Before the collector is destroyed or started again, the loop
    // must run until it is idle().
    void stop();
    bool idle() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::collect
