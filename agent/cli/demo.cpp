#include "cli/demo.h"

#include <algorithm>
#include <csignal>
#include <set>

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "cli/agent.h"
#include "cli/exit_code.h"
#include "cli/pager_view.h"
#include "cli/report.h"
#include "cli/stand_ins.h"
#include "net/http_server.h"
#include "recording/recording.h"

namespace keepwatch::cli {
namespace {

// After the recording's end, so that what it made is told to its end.
constexpr Duration kEpilogue = seconds(20);

int complain(const Error& error) {
    fmt::print(stderr, "{}\n", error.to_string());
    return kFailure;
}

class Demo {
public:
    Demo(const DemoOptions& options, recording::Header header, Lives lives, Timestamp first,
         Timestamp last)
        : options_(options), header_(std::move(header)), lives_(std::move(lives)), last_(last),
          clock_(first, options.speedup), stand_ins_(options.recording, options.speedup),
          pager_(io_.get_executor(),
                 [this](const net::IncomingRequest& request) { return page(request); }),
          timer_(io_), signals_(io_, SIGINT, SIGTERM),
          colour_(::isatty(STDOUT_FILENO) == 1 ? Colour::Yes : Colour::No) {}

    Result<void> start() {
        KW_TRY(const auto pager_port, pager_.listen("127.0.0.1:0"));
        KW_TRY(auto loaded, prepare(pager_port));
        AgentHooks hooks;
        hooks.outcome = [this](const engine::Outcome& outcome) { tell(outcome); };
        hooks.state = [this](const engine::TargetState& state) { tell(state); };
        agent_ = std::make_unique<Agent>(io_.get_executor(), clock_, std::move(loaded), hooks);
        advance();
        stand_ins_.await_all();
        if (auto started = agent_->start("127.0.0.1:0"); !started) return started;
        signals_.async_wait([this](boost::system::error_code cancelled, int) {
            if (!cancelled) stop();
        });
        return {};
    }

    int run() {
        io_.run();
        fmt::print("\n{} pages and {} resolutions received over HTTP\n", pages_, resolutions_);
        return pages_ > 0 && open_.empty() ? kOk : kFailure;
    }

private:
    // The configuration an operator would write for these targets and this pager.
    Result<Loaded> prepare(std::uint16_t pager_port) {
        auto made = load_for(header_, or_default(options_.packs));
        if (!made.errors.empty()) return made.errors.front();
        Loaded loaded;
        loaded.setup = std::move(made.setup);
        loaded.setup.runbook_base_url = "https://sop.example.com";
        loaded.setup.sinks = {{"pager"}};
        for (TargetId id = 0; id < header_.targets.size(); ++id) {
            const auto& info = header_.targets[id];
            const bool serves =
                std::find(lives_.targets.begin(), lives_.targets.end(), id) != lives_.targets.end();
            if (!serves) continue;
            KW_TRY(const auto port, stand_ins_.add(id, info.name));
            ids_.push_back(id);
            config::Target target;
            target.name = info.name;
            target.url = fmt::format("http://127.0.0.1:{}/metrics", port);
            target.interval = info.interval;
            target.timeout = std::min(info.interval, seconds(10));
            target.process.by = config::ProcessWatch::By::Listener;
            loaded.config.targets.push_back(std::move(target));
        }
        std::vector<TargetInfo> infos;
        for (const auto id : ids_) infos.push_back(header_.targets[id]);
        loaded.setup.targets = std::move(infos);
        config::Sink sink;
        sink.name = "pager";
        sink.url =
            config::SecretSource::from_value(fmt::format("http://127.0.0.1:{}/", pager_port));
        loaded.config.sinks.push_back(std::move(sink));
        return loaded;
    }

    // Lets the stand-ins live and die as it is written, and ends the demonstration.
    void advance() {
        const auto now = clock_.now();
        for (; next_ < lives_.changes.size() && lives_.changes[next_].at <= now; ++next_) {
            const auto& change = lives_.changes[next_];
            if (!change.alive) {
                say(now, fmt::format("(the process of {} is killed, as it was when recorded)",
                                     header_.targets[change.target].name));
                stand_ins_.kill(change.target);
            } else if (auto started = stand_ins_.start(change.target, now); !started) {
                complain(started.error());
            }
        }
        if (now >= last_ + kEpilogue) return stop();
        const auto next =
            next_ < lives_.changes.size() ? lives_.changes[next_].at : last_ + kEpilogue;
        timer_.expires_after(clock_.real(std::max(next - now, milliseconds(1))));
        timer_.async_wait([this](boost::system::error_code cancelled) {
            if (!cancelled) advance();
        });
    }

    void stop() {
        timer_.cancel();
        signals_.cancel();
        agent_->stop();
        pager_.stop();
    }

    net::Response page(const net::IncomingRequest& request) {
        const auto view = pager_view(request.body, colour_);
        ++(view.firing ? pages_ : resolutions_);
        fmt::print("{}", view.text);
        std::fflush(stdout);
        return net::Response(200);
    }

    void tell(const engine::Outcome& outcome) {
        const auto& step = outcome.step;
        if (step.to == alert::Transition::To::Firing) open_.insert(step.alert.labels);
        if (step.to == alert::Transition::To::Resolved) open_.erase(step.alert.labels);
        if (step.to == alert::Transition::To::Dropped) return;
        say(step.at,
            fmt::format("{:<9}{}  {}", name(step.to), step.rule, step.alert.source.to_string()));
    }

    void tell(const engine::TargetState& state) {
        say(clock_.now(),
            fmt::format("target   {} {}", state.info.name,
                        state.up ? fmt::format("is up: {} samples, {} KB", state.report.samples,
                                               state.bytes / 1000)
                                 : "is down: " + state.reason));
    }

    static void say(Timestamp at, std::string_view text) {
        fmt::print("{}  {}\n", format_rfc3339({at.ms / 1000 * 1000}).substr(11, 8), text);
        std::fflush(stdout);
    }

    DemoOptions options_;
    recording::Header header_;
    Lives lives_;
    std::size_t next_ = 0;
    Timestamp last_;
    asio::io_context io_{1};
    net::ScaledClock clock_;
    StandIns stand_ins_;
    net::HttpServer pager_;
    asio::steady_timer timer_;
    asio::signal_set signals_;
    Colour colour_;
    std::vector<TargetId> ids_; // Of the recording, by the agent's TargetId.
    std::set<Labels> open_;     // Alerts that fire.
    std::size_t pages_ = 0;
    std::size_t resolutions_ = 0;
    std::unique_ptr<Agent> agent_;
};

} // namespace

int demo(const DemoOptions& options) {
    auto recording = recording::Recording::open(options.recording);
    if (!recording) return complain(recording.error());
    auto lives = lives_in(options.recording);
    if (!lives) return complain(lives.error());
    fmt::print(
        "A recording of {} in which every second lasts {:.2g} s: real exporters' pages, served "
        "over HTTP to a real agent.\n\n",
        format_duration({(recording->last() - recording->first()).ms / 1000 * 1000}),
        1 / options.speedup);
    Demo demo(options, recording->header(), *std::move(lives), recording->first(),
              recording->last());
    if (auto started = demo.start(); !started) return complain(started.error());
    return demo.run();
}

} // namespace keepwatch::cli
