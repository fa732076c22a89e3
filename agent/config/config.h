#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/rule_param.h"
#include "config/secret.h"
#include "model/labels.h"
#include "model/result.h"
#include "model/target.h"
#include "model/time.h"

// Plain values with their defaults in place: what an operator may write is what is declared here.
// Relative paths have been resolved against the folder of the file they are written in.
namespace keepwatch::config {

enum class TargetKind : std::uint8_t {
    Kafka,
    Zookeeper,
    Connect,
    Mirrormaker,
    Client,
    Host,
    Prometheus,
};
std::string_view name(TargetKind kind); // "kafka", …; becomes the label `job`.

// Which process of this machine is watched for its end, besides the target's pages.
struct ProcessWatch {
    enum class By : std::uint8_t {
        None,
        Listener, // The process that listens on the URL's port, on this machine.
        Pidfile,
        Match, // The one process whose command line contains the text.
    };
    By by = By::None;
    std::string text; // A path, or a part of a command line.
};

struct Target {
    std::string name; // Becomes the label `instance`.
    TargetKind kind = TargetKind::Prometheus;
    // Valid. Its scheme says how the target is asked: http, https, zookeeper, or proc:ROOT for the
    // machine itself, which is what kind host has unless one is written, as proc:/proc.
    std::string url;
    Duration interval = seconds(15);
    Duration timeout = seconds(10);        // At most the interval.
    std::size_t page_bytes_max = 64 << 20; // After decompression.
    std::vector<std::pair<std::string, std::string>> labels;
    ProcessWatch process;
    Location at;
};

enum class SinkKind : std::uint8_t {
    Webhook,
    Pagerduty,
    Alertmanager,
    Opsgenie,
    Slack,
    Teams,
    SplunkOncall,
    Kafka,
    Email,
};
std::string_view name(SinkKind kind);

struct Sink {
    std::string name;
    SinkKind kind = SinkKind::Webhook;
    // Unset for PagerDuty, Opsgenie and Slack with a channel: the service's own.
    SecretSource url;
    // PagerDuty's routing key, Opsgenie's API key, Slack's bot token, a webhook's or Alertmanager's
    // bearer token.
    SecretSource key;
    SecretSource signing_key; // Signs the bodies of a webhook; see notify/signature.h.
    std::string channel;      // Slack's, for chat.postMessage; "" for an incoming webhook.
    bool send_resolved = true;
    Duration timeout = seconds(10);
    // After how long it is told the same again; nullopt for sinks that are told once.
    std::optional<Duration> repeat_after;
    Location at;
};

// How sinks are reached, all of them.
struct Egress {
    std::string proxy; // An http:// URL, valid; "" for none.
    std::vector<std::string> no_proxy;
    bool allow_link_local = false;
    std::string ca_file; // These three are PEM files; "" for none.
    std::string certificate_file;
    std::string key_file;
};

// Which series are kept, besides those that rules and SOPs read.
struct Retain {
    enum class What : std::uint8_t { Rules, Dashboards, All, Selectors };
    What what = What::Rules;
    std::vector<std::string> selectors; // As written; besides what rules read.
    std::vector<Location> selectors_at; // Of each.
};

// What pages and series may take; beyond it they are refused or left out, counted and named.
// Memory in use stays below bytes_max and about 2.5 times the page_bytes_max of each target.
struct Bounds {
    std::size_t series_max = 500'000;                  // That are kept.
    std::size_t bytes_max = std::size_t{512} << 20;    // Of kept series, estimated.
    std::size_t samples_max = 2'000'000;               // On one page,
    std::size_t line_bytes_max = std::size_t{1} << 20; // of one of its lines,
    std::size_t labels_max = 64;                       // of one of its series,
    std::size_t label_value_bytes_max = 16 << 10;      // and of one of their values.
};

// Names of promql/features.h, as written.
struct PromqlFeatures {
    std::vector<std::string> names;
    std::vector<Location> at; // Of each.
};

struct Config {
    std::string cluster;        // Becomes the label `cluster`; "" for none.
    bool whole_cluster = false; // All brokers of the cluster are targets here.
    std::string data_dir = "/var/lib/keepwatch";
    std::string listen = "127.0.0.1:9797"; // HOST:PORT, valid.
    std::string external_url; // Where people find this agent, no slash at the end; "": nowhere.
    bool receive_remote_write = false;
    // Of queries over HTTP and of rules in YAML. Unset: all of the one, none of the other.
    std::optional<PromqlFeatures> promql_features;
    Retain retain;
    std::vector<std::string> dashboard_paths; // For Retain::What::Dashboards.
    Duration retention = hours(2);
    Bounds bounds;
    std::vector<Target> targets;
    std::vector<std::string> rule_paths;
    std::vector<RuleParam> rule_params; // By pack and name.
    std::vector<std::string> runbook_paths;
    std::string runbook_base_url; // Without a slash at the end; "" for none.
    std::vector<Sink> sinks;
    Egress egress;
};

struct LoadedConfig {
    Config config;             // Not to be used if there are errors.
    std::vector<Error> errors; // All that were found, each at file:line:column.
};

// Reads and checks a whole file. Unknown keys are errors: a misspelt limit must not be a missing
// limit. Whether the files and folders named in it exist is not checked here.
LoadedConfig load_config(const std::string& path);

// The same from text in memory; the name appears in errors, its folder is that of relative paths.
LoadedConfig parse_config(std::string_view text, const std::string& file_name);

// What the pure core needs to know of the targets, in their order; a TargetId is the position.
std::vector<TargetInfo> target_infos(const Config& config);

} // namespace keepwatch::config
