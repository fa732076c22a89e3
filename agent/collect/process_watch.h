#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "collect/process_finder.h"
#include "model/event.h"
#include "model/time.h"
#include "net/clock.h"

namespace keepwatch::collect {

// What a watch needs and whom it tells.
struct ProcessWatching {
    explicit ProcessWatching(ProcessFinder with_finder) : finder(std::move(with_finder)) {}

    ProcessFinder finder;
    std::string root = "/proc";
    std::string name; // Of the target, for the log.
    Duration interval = seconds(15);
    std::function<void(std::vector<Fact>)> learn;
    std::function<void(std::string_view)> log;
};

// Watches one process until cancelled. While it runs, tells every interval that it is up and what
// it uses; when it ends, at once that keepwatch_process_up is 0, and again every interval; when
// there is one again, at once that it is up. Before the first was found nothing is told but, once,
// to the log. The clock outlives the coroutine.
asio::awaitable<void> watch_process(asio::any_io_executor executor, const net::Clock& clock,
                                    ProcessWatching watching);

} // namespace keepwatch::collect
