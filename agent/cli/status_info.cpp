#include "cli/status_info.h"

#include <iterator>

#include <fmt/format.h>

namespace keepwatch::cli {
namespace {

// The targets as a Prometheus would be told of them, for clients that read its configuration. URLs
// of targets hold no passwords: the configuration refuses those.
std::string as_prometheus_yaml(const config::Config& config) {
    std::string yaml = "global:\n  evaluation_interval: 1m\n";
    auto out = std::back_inserter(yaml);
    if (!config.cluster.empty())
        fmt::format_to(out, "  external_labels:\n    cluster: {}\n", quoted(config.cluster));
    if (!config.targets.empty()) yaml += "scrape_configs:\n";
    for (const auto& target : config.targets)
        fmt::format_to(out,
                       "- job_name: {}\n  scrape_interval: {}\n  scrape_timeout: {}\n"
                       "  static_configs:\n  - targets: [{}]\n    labels:\n      instance: {}\n",
                       quoted(name(target.kind)), format_duration(target.interval),
                       format_duration(target.timeout), quoted(target.url), quoted(target.name));
    return yaml;
}

} // namespace

serve::StatusInfo status_info(const config::Config& config, const serve::QueryLimits& limits,
                              Timestamp started) {
    serve::StatusInfo info;
    info.config_yaml = as_prometheus_yaml(config);
    info.flags = {
        {"query.lookback-delta", format_duration(limits.lookback)},
        {"query.max-samples", fmt::format("{}", limits.data.samples_max)},
        {"query.timeout", format_duration(limits.timeout)},
        {"storage.tsdb.retention.time", format_duration(config.retention)},
        {"web.enable-remote-write-receiver", config.receive_remote_write ? "true" : "false"},
        {"web.listen-address", config.listen},
    };
    info.started = started;
    info.retention = config.retention;
    return info;
}

} // namespace keepwatch::cli
