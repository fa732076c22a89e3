#pragma once

#include <atomic>
#include <functional>

#include "cli/io_desk.h"
#include "config/config.h"
#include "engine/engine.h"
#include "net/clock.h"
#include "serve/backend.h"

namespace keepwatch::cli {

// What the HTTP handlers see of the agent: they ask, and the io thread answers between its own
// work, at most some milliseconds at a time.
class AgentBackend : public serve::Backend {
public:
    // Told of what was pushed, on the io thread.
    using Take = std::function<void(SeriesPushed)>;

    // What it is given outlives it, and the loop's last run too. The targets are the engine's.
    AgentBackend(asio::any_io_executor io, const engine::Engine& engine,
                 const std::vector<config::Target>& targets, const net::Clock& clock, Take take);

    Result<std::shared_ptr<const serve::Snapshot>> snapshot(serve::Deadline deadline) override;
    Result<std::vector<series::Excerpt>> extract(std::vector<series::Want> wants,
                                                 series::Extraction::Limits limits,
                                                 serve::Deadline deadline) override;
    Result<void> push(std::vector<PushedSeries> series, serve::Deadline deadline) override;
    std::string not_ready() const override { return is_ready_ ? "" : "starting"; }
    bool is_closing() const override { return desk_.is_closed(); }
    Timestamp now() const override { return clock_.now(); }

    void set_ready() { is_ready_ = true; }
    void close() { desk_.close(); } // Before the server is stopped.

private:
    IoDesk desk_;
    const engine::Engine& engine_;
    const std::vector<config::Target>& targets_;
    const net::Clock& clock_;
    Take take_;
    std::atomic<bool> is_ready_ = false;
};

// The same series in events of at most so many samples, so that none takes the engine long. What
// fits into one event becomes visible at once.
std::vector<SeriesPushed> split(std::vector<PushedSeries> series, std::size_t samples_max);

} // namespace keepwatch::cli
