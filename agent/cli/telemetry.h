#pragma once

#include <string>
#include <vector>

#include <prometheus/registry.h>

#include "engine/engine.h"
#include "notify/verdict.h"
#include "serve/metrics.h"

namespace keepwatch::cli {

// Keeps the agent's own metrics true after each event.
class Telemetry {
public:
    explicit Telemetry(const std::string& version) : metrics_(registry_, version) {}
    Telemetry(const Telemetry&) = delete;

    const prometheus::Registry& registry() const { return registry_; }
    serve::Metrics& metrics() { return metrics_; }

    void scraped(const engine::TargetState& target);
    void attempted(const std::string& sink, notify::Verdict verdict);
    void applied(const engine::Engine& engine, double seconds);

private:
    void count_rules(const engine::Engine& engine);

    prometheus::Registry registry_;
    serve::Metrics metrics_;
    std::vector<Timestamp> evaluations_counted_;  // By rule: the newest that was counted.
    std::uint64_t series_refused_ = 0;
    std::uint64_t history_cuts_ = 0;
};

} // namespace keepwatch::cli
