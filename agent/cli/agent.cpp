#include "cli/agent.h"

#include <chrono>
#include <random>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "cli/status_info.h"

namespace keepwatch::cli {
namespace {

// Smaller steps are the ordinary work of a clock that is kept in time.
constexpr Duration kClockStepMin = milliseconds(500);
// How often it is looked whether the loop comes to its timers in time.
constexpr std::chrono::seconds kLoopWatchEvery{1};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// "" while all is well, else what is wrong with the target.
std::string condition_of(const engine::TargetState& state) {
    if (!state.up) return "down: " + state.reason;
    return state.partial ? "partial: " + state.reason : "up";
}

net::TlsOptions tls_of(const config::Egress& egress) {
    return {egress.ca_file, egress.certificate_file, egress.key_file};
}

net::Egress egress_of(const config::Egress& egress) {
    net::Egress ways;
    if (const auto proxy = parse_url(egress.proxy)) ways.proxy = *proxy;
    ways.no_proxy = egress.no_proxy;
    ways.refuse_link_local = !egress.allow_link_local;
    return ways;
}

} // namespace

Agent::Agent(asio::any_io_executor executor, const net::Clock& clock, Loaded loaded,
             AgentHooks hooks, std::unique_ptr<Keeper> keeper)
    : executor_(executor), clock_(clock), hooks_(std::move(hooks)),
      config_(std::move(loaded.config)),
      engine_(keeper ? engine::Engine(std::move(loaded.setup), keeper->memory())
                     : engine::Engine(std::move(loaded.setup))),
      keeper_(std::move(keeper)), telemetry_(KEEPWATCH_VERSION, clock.now()),
      backend_(executor, engine_, config_.targets, clock,
               [this](SeriesPushed pushed) { take({clock_.now(), std::move(pushed)}); }),
      parts_{backend_,
             telemetry_.metrics(),
             telemetry_,
             {KEEPWATCH_VERSION, ""},
             {},
             config_.receive_remote_write,
             status_info(config_, {}, clock.now()),
             loaded.query_features},
      http_(executor, clock, tls_of(config_.egress), egress_of(config_.egress)),
      collector_(
          executor, clock, [this](const Event& event) { take(event); },
          [this](std::string_view line) { log(line); }),
      deadline_(executor), loop_watch_(executor),
      wall_ahead_of_steady_(clock.now() - (Timestamp{} + clock.steady())),
      conditions_(config_.targets.size()), tasks_(executor) {}

Agent::~Agent() {
    backend_.close(); // Else the server would wait for those who wait for the io thread.
}

Result<void> Agent::start(std::string_view listen) {
    KW_TRY(server_, serve::Server::start(listen, serve::standard_routes(parts_)));
    start_keeper();
    start_couriers();
    collector_.start(config_.targets);
    take({clock_.now(), Tick{}});
    watch_loop();
    backend_.set_ready();
    return {};
}

void Agent::count_content_errors(std::size_t count) {
    telemetry_.metrics().content_errors().Set(static_cast<double>(count));
}

void Agent::start_keeper() {
    if (!keeper_) return;
    auto& metrics = telemetry_.metrics();
    Keeper::Hooks hooks;
    hooks.log = [this](std::string_view line) { log(line); };
    hooks.released = [this] {
        for (auto& courier : couriers_) courier->wake();
    };
    hooks.troubled = [this, &metrics](bool troubled) {
        metrics.journal_degraded().Set(troubled ? 1 : 0);
        if (engine_.target_count() == 0) return;
        // A fact about the machine, so that a rule can page for it.
        FactsLearned learned{0, {{"keepwatch_journal_degraded", {}, troubled ? 1.0 : 0.0}}};
        asio::post(executor_, [this, what = std::move(learned)] { take({clock_.now(), what}); });
    };
    hooks.told = [&metrics](const journal::Report& report) {
        if (report.what != journal::Report::What::Durable) return;
        const std::chrono::duration<double> took = report.took;
        metrics.journal_commit_seconds().Observe(took.count());
        metrics.journal_bytes().Set(static_cast<double>(report.bytes));
    };
    hooks.stalled = [&metrics] { metrics.limit_hits("journal_stall").Increment(); };
    keeper_->start(engine_, std::move(hooks));
}

void Agent::start_couriers() {
    std::random_device seed;
    for (const auto& sink : config_.sinks) {
        notify::CourierParts parts;
        parts.sink = sink;
        parts.destination.external_url = engine_.setup().external_url;
        parts.destination.external_labels = engine_.setup().external_labels;
        parts.destination.find = [this](const Labels& alert) {
            return engine_.rules().find(alert);
        };
        parts.desired = [this, name = sink.name]() -> const routing::Desired& {
            return engine_.desired(name);
        };
        for (const auto& [key, notification] : engine_.desired(sink.name))
            if (notification.settled > 0) parts.settled.emplace(key, notification.settled);
        if (keeper_)
            parts.may_send = [this](const routing::Notification& notification) {
                return keeper_->may_send(notification);
            };
        parts.outcome = [this](const DeliveryOutcome& outcome) { take({clock_.now(), outcome}); };
        parts.attempted = [this, name = sink.name](notify::Verdict verdict) {
            telemetry_.attempted(name, verdict);
        };
        parts.limited = [this] { telemetry_.metrics().limit_hits("sink_rate").Increment(); };
        parts.log = [this](const std::string& line) { log(line); };
        parts.random = [engine = std::minstd_rand(seed()),
                        spread = std::uniform_real_distribution<>()]() mutable {
            return spread(engine);
        };
        couriers_.push_back(std::make_unique<notify::Courier>(executor_, http_, clock_, parts));
        tasks_.spawn("courier " + sink.name, couriers_.back()->run());
    }
}

void Agent::stop() {
    collector_.stop();
    tasks_.stop();
    deadline_.cancel();
    loop_watch_.cancel();
    if (recorder_) {
        write_down({clock_.now(), Tick{}}); // So that a replay runs what was due until now.
        if (auto flushed = recorder_->flush(); !flushed) log(flushed.error().to_string());
    }
    backend_.close();
    server_.reset();
    if (keeper_) keeper_->stop();
}

void Agent::take(Event event) {
    notice_clock_step();
    event.at = std::max(event.at, engine_.now()); // Collectors may deliver a moment late.
    apply(event);
    for (auto& courier : couriers_) courier->wake();
    arm_deadline();
}

void Agent::notice_clock_step() {
    const auto ahead = clock_.now() - (Timestamp{} + clock_.steady());
    const auto step = ahead - wall_ahead_of_steady_;
    if (step < kClockStepMin && -step < kClockStepMin) return;
    wall_ahead_of_steady_ = ahead;
    log(fmt::format("the wall clock was set by {} ms; stored times follow", step.ms));
    apply({clock_.now(), ClockStepped{step}});
}

void Agent::apply(const Event& event) {
    const auto started = std::chrono::steady_clock::now();
    write_down(event);
    const auto outcomes = engine_.apply(event);
    if (keeper_) keeper_->applied(event);
    telemetry_.applied(engine_, seconds_since(started));
    for (const auto& outcome : outcomes)
        if (hooks_.outcome) hooks_.outcome(outcome);
    if (const auto* page = std::get_if<PageArrived>(&event.what)) {
        tell_of_target(page->target);
        tell_of_refused_series(page->target);
    }
    if (const auto* failure = std::get_if<ScrapeFailed>(&event.what))
        tell_of_target(failure->target);
    for (const auto& courier : couriers_)
        telemetry_.metrics()
            .notifications_outstanding(courier->sink())
            .Set(static_cast<double>(courier->outstanding()));
}

void Agent::write_down(const Event& event) {
    if (!recorder_) return;
    if (auto written = recorder_->add(event); !written) {
        telemetry_.metrics().limit_hits("recorder_write").Increment();
        log(written.error().to_string());
    }
}

void Agent::tell_of_target(TargetId id) {
    const auto& state = engine_.target(id);
    telemetry_.scraped(state);
    auto condition = condition_of(state);
    if (condition == conditions_[id]) return;
    log(fmt::format("{}: {}", state.info.name, condition));
    conditions_[id] = std::move(condition);
    if (hooks_.state) hooks_.state(state);
}

void Agent::tell_of_refused_series(TargetId id) {
    const auto refused = engine_.store().stats().series_refused;
    if (refused == series_refused_) return;
    log(fmt::format("{}: {} new series are not kept: the store is at its series_max or bytes_max",
                    engine_.target(id).info.name, refused - series_refused_));
    series_refused_ = refused;
}

void Agent::watch_loop() {
    loop_watch_.expires_after(kLoopWatchEvery);
    loop_watch_.async_wait([this](boost::system::error_code cancelled) {
        if (cancelled) return;
        const std::chrono::duration<double> late =
            std::chrono::steady_clock::now() - loop_watch_.expiry();
        telemetry_.metrics().loop_late_seconds().Observe(late.count());
        watch_loop();
    });
}

void Agent::arm_deadline() {
    const auto next = engine_.next_deadline();
    if (!next) return;
    const auto wait = std::max(*next - clock_.now(), Duration{});
    deadline_.expires_after(
        std::chrono::duration_cast<asio::steady_timer::duration>(clock_.real(wait)));
    deadline_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled) take({clock_.now(), Tick{}});
    });
}

void Agent::log(std::string_view line) const {
    if (hooks_.log) hooks_.log(line);
}

} // namespace keepwatch::cli
