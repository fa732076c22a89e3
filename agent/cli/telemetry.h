#pragma once

#include <set>
#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/registry.h>

#include "engine/engine.h"
#include "notify/verdict.h"
#include "serve/metrics.h"
#include "serve/process_metrics.h"

namespace keepwatch::cli {

// Keeps the agent's own metrics true after each event. Collect() may be called by any thread.
class Telemetry : public prometheus::Collectable {
public:
    Telemetry(const std::string& version, Timestamp started)
        : metrics_(registry_, version), process_(started) {}

    std::vector<prometheus::MetricFamily> Collect() const override;
    serve::Metrics& metrics() { return metrics_; }

    void scraped(const engine::TargetState& target);
    void attempted(const std::string& sink, notify::Verdict verdict);
    void applied(const engine::Engine& engine, double seconds);

private:
    void count_rules(const engine::Engine& engine);
    void look_for_blind_rules(const engine::Engine& engine);

    prometheus::Registry registry_;
    serve::Metrics metrics_;
    serve::ProcessMetrics process_;
    std::vector<Timestamp> evaluations_counted_; // By rule: the newest that was counted.
    std::set<serve::Metrics::Gauge*> blind_;     // One for each rule that is.
    Timestamp looked_for_blind_;
    std::uint64_t series_refused_ = 0;
    std::uint64_t history_cuts_ = 0;
    std::uint64_t pushes_refused_ = 0;
    std::uint64_t push_cuts_ = 0;
};

} // namespace keepwatch::cli
