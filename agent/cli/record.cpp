#include "cli/record.h"

#include <algorithm>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/load.h"
#include "collect/collector.h"
#include "recording/import.h"
#include "recording/recorder.h"

namespace keepwatch::cli {
namespace {

namespace asio = boost::asio;

int complain(const Error& error) {
    fmt::print(stderr, "{}\n", error.to_string());
    return kFailure;
}

int import(const RecordOptions& options) {
    const auto imported = recording::import_folder(options.import, options.out);
    if (!imported) return complain(imported.error());
    for (const auto& what : imported->skipped) fmt::print(stderr, "skipped {}\n", what);
    fmt::print(stderr, "{} events in {}\n", imported->events, options.out);
    return kOk;
}

} // namespace

int record(const RecordOptions& options) {
    if (!options.import.empty()) return import(options);
    const auto loaded = load(options.config);
    if (!loaded.config_errors.empty()) {
        for (const auto& error : loaded.config_errors) complain(error);
        return kFailure;
    }
    auto recorder = recording::Recorder::create(options.out, header_of(loaded.setup), {});
    if (!recorder) return complain(recorder.error());

    asio::io_context io(1);
    const net::RealClock clock;
    std::size_t events = 0;
    Timestamp newest;
    bool broken = false;
    const auto keep = [&](Event event) {
        event.at = newest = std::max(newest, event.at);
        ++events;
        if (auto added = recorder->add(event); !added) broken = complain(added.error()) != kOk;
    };
    collect::Collector collector(io.get_executor(), clock, keep,
                                 [](std::string_view line) { fmt::print(stderr, "{}\n", line); });
    asio::signal_set signals(io, SIGINT, SIGTERM);
    asio::steady_timer end(io);
    const auto stop = [&] {
        collector.stop();
        signals.cancel();
        end.cancel();
    };
    signals.async_wait([&](boost::system::error_code cancelled, int) {
        if (!cancelled) stop();
    });
    if (options.length) {
        end.expires_after(std::chrono::milliseconds(options.length->ms));
        end.async_wait([&](boost::system::error_code cancelled) {
            if (!cancelled) stop();
        });
    }
    collector.start(loaded.config.targets);
    io.run();
    keep({clock.now(), Tick{}});
    if (auto flushed = recorder->flush(); !flushed) return complain(flushed.error());
    fmt::print(stderr, "{} events in {}\n", events, options.out);
    return broken ? kFailure : kOk;
}

} // namespace keepwatch::cli
