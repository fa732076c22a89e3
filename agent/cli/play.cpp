#include "cli/play.h"

#include <optional>

#include <sys/prctl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <fmt/format.h>

#include "cli/exit_code.h"
#include "net/clock.h"
#include "net/http_server.h"
#include "recording/recording.h"

namespace keepwatch::cli {
namespace {

namespace asio = boost::asio;

// What a target last said at a moment that moves forward.
class Stage {
public:
    Stage(recording::Recording recording, TargetId target, Timestamp start)
        : recording_(std::move(recording)), target_(target) {
        page_at(start);
        if (!page_ && !spoken_) begin();
    }

    // The page, or nothing while the target was down.
    const std::optional<std::string>& page_at(Timestamp now) {
        for (;;) {
            if (!ahead_ && !(ahead_ = recording_.next())) return page_;
            if (ahead_->at > now) return page_;
            take(*ahead_);
            ahead_.reset();
        }
    }

private:
    void take(const Event& event) {
        if (const auto* page = std::get_if<PageArrived>(&event.what)) {
            if (page->target != target_) return;
            page_ = page->body;
            spoken_ = true;
        } else if (const auto* failure = std::get_if<ScrapeFailed>(&event.what)) {
            if (failure->target != target_) return;
            page_.reset();
            spoken_ = true;
        }
    }

    // What is recorded is when an answer came, a moment after it was asked for: a target that has
    // not answered yet would have given its first page.
    void begin() {
        while (!spoken_ && ahead_) {
            take(*ahead_);
            ahead_ = recording_.next();
        }
    }

    recording::Recording recording_;
    TargetId target_;
    std::optional<Event> ahead_; // Its time has not come yet.
    std::optional<std::string> page_;
    bool spoken_ = false; // Whether there was any word of the target so far.
};

std::optional<TargetId> find_target(const recording::Header& header, const std::string& name) {
    for (TargetId id = 0; id < header.targets.size(); ++id)
        if (header.targets[id].name == name) return id;
    return std::nullopt;
}

int complain(const std::string& what) {
    fmt::print(stderr, "{}\n", what);
    return kFailure;
}

} // namespace

int play(const PlayOptions& options) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    auto recording = recording::Recording::open(options.recording);
    if (!recording) return complain(recording.error().to_string());
    const auto target = find_target(recording->header(), options.target);
    if (!target)
        return complain(fmt::format("{}: no target \"{}\"", options.recording, options.target));

    const auto start = options.start_ms == 0 ? recording->first() : Timestamp{options.start_ms};
    const net::ScaledClock clock(start, options.speedup);
    Stage stage(*std::move(recording), *target, start);
    const auto answer = [&](const net::IncomingRequest&) {
        const auto& page = stage.page_at(clock.now());
        if (!page) return net::Response(503, "text/plain", "no page was recorded at this time\n");
        return net::Response(200, "text/plain; version=0.0.4; charset=utf-8", *page);
    };
    asio::io_context io(1);
    net::HttpServer server(io.get_executor(), answer);
    if (const auto port = server.listen(options.listen); !port)
        return complain(port.error().to_string());
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code, int) { server.stop(); });
    io.run();
    return kOk;
}

} // namespace keepwatch::cli
