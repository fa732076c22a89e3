#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cli/agent_backend.h"
#include "cli/keeper.h"
#include "cli/load.h"
#include "cli/telemetry.h"
#include "collect/collector.h"
#include "engine/engine.h"
#include "net/clock.h"
#include "net/http_client.h"
#include "net/task_group.h"
#include "notify/courier.h"
#include "recording/recorder.h"
#include "serve/handlers/handlers.h"
#include "serve/server.h"

namespace keepwatch::cli {

namespace asio = boost::asio;

// Told what the agent does, on its thread.
struct AgentHooks {
    std::function<void(std::string_view)> log;           // A line for people.
    std::function<void(const engine::Outcome&)> outcome; // A step of an alert.
    std::function<void(const engine::TargetState&)>
        state; // A target came up, went down, is partial.
};

// The live agent: joins the stages, which do not know each other.
//
//     collectors -> Event -> Engine -> what each sink should know -> couriers
//
// All of it runs on the executor's one thread, so nothing needs a lock; the HTTP server has its own
// threads, and asks.
class Agent {
public:
    // The clock outlives the agent. Without a keeper nothing outlives the process.
    Agent(asio::any_io_executor executor, const net::Clock& clock, Loaded loaded, AgentHooks hooks,
          std::unique_ptr<Keeper> keeper = nullptr);
    ~Agent();
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    // Writes every event to a flight recorder as well. Before start().
    void record(recording::Recorder recorder) { recorder_.emplace(std::move(recorder)); }

    // Rules and SOPs that were left out, for /metrics. Before start().
    void count_content_errors(std::size_t count);

    // Opens the HTTP server at `listen` and begins to collect.
    Result<void> start(std::string_view listen);
    std::uint16_t port() const { return server_->port(); }

    // Ends everything that runs; the loop then runs empty.
    void stop();

    const engine::Engine& engine() const { return engine_; }

private:
    void start_keeper();
    void start_couriers();
    void take(Event event); // The main flow: everything that happens passes here.
    void notice_clock_step();
    void apply(const Event& event);
    void write_down(const Event& event);
    void tell_of_target(TargetId id);
    void tell_of_refused_series(TargetId id);
    void watch_loop();
    void arm_deadline();
    void log(std::string_view line) const;

    asio::any_io_executor executor_;
    const net::Clock& clock_;
    AgentHooks hooks_;
    config::Config config_;
    engine::Engine engine_;
    std::unique_ptr<Keeper> keeper_; // May be null.
    Telemetry telemetry_;
    AgentBackend backend_;
    serve::Parts parts_;
    std::optional<recording::Recorder> recorder_;
    net::HttpClient http_;
    std::vector<std::unique_ptr<notify::Courier>> couriers_;
    collect::Collector collector_;
    asio::steady_timer deadline_;
    asio::steady_timer loop_watch_;
    std::uint64_t series_refused_ = 0; // As was last told.
    Duration wall_ahead_of_steady_;
    std::vector<std::string> conditions_; // What was last said of each target.
    std::unique_ptr<serve::Server> server_;
    net::TaskGroup tasks_; // Last, so that it goes first: its tasks use the rest.
};

} // namespace keepwatch::cli
