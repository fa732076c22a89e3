#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "collect/collector.h"
#include "model/number.h"
#include "support/run_coroutine.h"

namespace keepwatch::testing {

// A Collector whose events are kept as text, on a clock that runs faster than the machine's.
class Collecting {
public:
    explicit Collecting(double clock_factor) : clock(Timestamp{1'700'000'000'000}, clock_factor) {}
    ~Collecting() {
        collector.stop();
        run_until(io, [this] { return collector.idle(); });
    }
    Collecting(const Collecting&) = delete;
    Collecting& operator=(const Collecting&) = delete;

    // So rare that during a test it is asked once.
    static config::Target target(const std::string& url) {
        config::Target target;
        target.name = "t";
        target.url = url;
        target.interval = hours(24);
        target.timeout = minutes(10);
        return target;
    }
    void start(config::Target target) { collector.start({std::move(target)}); }

    // Waits until `count` answers of scrapes are there.
    bool wait_for_scrapes(std::size_t count) {
        return run_until(io, [this, count] { return scrapes.size() >= count; });
    }

    // `text: BODY`, `openmetrics: …`, `words: …` or `failed: REASON`, one per scrape.
    std::vector<std::string> scrapes;
    std::vector<Timestamp> scheduled; // Of each.
    std::vector<std::vector<Fact>> facts;
    std::vector<std::string> log;

    boost::asio::io_context io{1};
    net::ScaledClock clock;
    collect::Collector collector{io.get_executor(), clock,
                                 [this](const Event& event) { keep(event); },
                                 [this](std::string_view line) { log.emplace_back(line); }};

private:
    void keep(const Event& event) {
        if (const auto* page = std::get_if<PageArrived>(&event.what)) {
            const auto format = page->format == PageFormat::Text          ? "text"
                                : page->format == PageFormat::OpenMetrics ? "openmetrics"
                                                                          : "words";
            scrapes.push_back(fmt::format("{}: {}", format, page->body));
            scheduled.push_back(page->scheduled);
        } else if (const auto* failed = std::get_if<ScrapeFailed>(&event.what)) {
            scrapes.push_back("failed: " + failed->reason);
            scheduled.push_back(failed->scheduled);
        } else if (const auto* learned = std::get_if<FactsLearned>(&event.what)) {
            facts.push_back(learned->facts);
        }
    }
};

} // namespace keepwatch::testing
