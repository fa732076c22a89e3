#include "cli/import.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "config/config.h"

using namespace keepwatch;

namespace {

Result<cli::Imported> imported(std::string_view yaml) {
    const auto find_files = [](const std::string& pattern) -> std::vector<std::string> {
        if (pattern == "rules/*.yml") return {"/etc/p/rules/a.yml", "/etc/p/rules/b.yml"};
        return {};
    };
    return cli::import_prometheus(yaml, "p.yml", find_files);
}

std::string toml(std::string_view yaml) {
    const auto result = imported(yaml);
    return result ? result->toml : "error: " + result.error().to_string();
}

std::string left_behind(std::string_view yaml) {
    const auto result = imported(yaml);
    return result ? fmt::format("{}", fmt::join(result->not_carried, "\n"))
                  : "error: " + result.error().to_string();
}

// What our own loader makes of it; the sink that a configuration needs is added.
config::Config loaded(std::string_view yaml) {
    const auto text =
        toml(yaml) + "[[sink]]\nname = \"s\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:1/\"\n";
    auto result = config::parse_config(text, "keepwatch.toml");
    for (const auto& error : result.errors) FAIL_CHECK(error.to_string() << "\n" << text);
    return std::move(result.config);
}

std::string job(const std::string& fields) {
    return "scrape_configs:\n- job_name: j\n  static_configs: [{targets: ['h:1']}]\n" + fields;
}

std::string kind(const std::string& name) {
    const auto config = loaded(fmt::format(
        "scrape_configs: [{{job_name: '{}', static_configs: [{{targets: ['h:1']}}]}}]", name));
    return std::string(config::name(config.targets.at(0).kind));
}

} // namespace

TEST_CASE("cli::import_prometheus: the configuration that Debian installs") {
    const auto* yaml = R"(
global:
  scrape_interval:     15s
  evaluation_interval: 15s
  external_labels:
      monitor: 'example'
alerting:
  alertmanagers:
  - static_configs:
    - targets: ['localhost:9093']
rule_files:
  # - "first_rules.yml"
scrape_configs:
  - job_name: 'prometheus'
    scrape_interval: 5s
    scrape_timeout: 5s
    static_configs:
      - targets: ['localhost:9090']
  - job_name: node
    static_configs:
      - targets: ['localhost:9100']
)";
    CHECK(toml(yaml) == R"([[target]]
name = "localhost:9090"
url = "http://localhost:9090/metrics"
kind = "prometheus"
interval = "5s"
timeout = "5s"

[[target]]
name = "localhost:9100"
url = "http://localhost:9100/metrics"
kind = "host"
interval = "15s"
timeout = "10s"

[[sink]]
name = "localhost:9093"
kind = "alertmanager"
url = "http://localhost:9093"

)");
    CHECK(left_behind(yaml) == "p.yml:6:7: global.external_labels.monitor is not carried over\n"
                               "p.yml:4:3: global.evaluation_interval is not carried over");
    CHECK(loaded(yaml).targets.size() == 2);
}

TEST_CASE("cli::import_prometheus: targets keep scheme, path, times and labels") {
    const auto config = loaded(R"(
global: {external_labels: {cluster: pay-eu}}
scrape_configs:
- job_name: kafka
  scheme: https
  metrics_path: /jmx
  scrape_interval: 1m30s
  static_configs:
  - targets: ['b1:7071', 'b2:7071']
    labels: {rack: "a\"\u0007\\", zone: é}
)");
    CHECK(config.cluster == "pay-eu");
    REQUIRE(config.targets.size() == 2);
    const auto& target = config.targets[1];
    CHECK(target.name == "b2:7071");
    CHECK(target.url == "https://b2:7071/jmx");
    CHECK(target.kind == config::TargetKind::Kafka);
    CHECK(target.interval == seconds(90));
    CHECK(target.timeout == seconds(10));
    REQUIRE(target.labels.size() == 2);
    CHECK(target.labels[0].second == "a\"\a\\");
    CHECK(target.labels[1].second == "é");
}

TEST_CASE("cli::import_prometheus: kinds are guessed from the job's name") {
    CHECK(kind("kafka") == "kafka");
    CHECK(kind("Prod-Broker") == "kafka");
    CHECK(kind("zookeeper") == "zookeeper");
    CHECK(kind("zk-prod") == "zookeeper");
    CHECK(kind("kafka-connect") == "connect");
    CHECK(kind("mirrormaker2") == "mirrormaker");
    CHECK(kind("node") == "host");
    CHECK(kind("node_exporter") == "host");
    CHECK(kind("kafka_exporter") == "prometheus");
    CHECK(kind("app") == "prometheus");
}

TEST_CASE("cli::import_prometheus: a timeout is never longer than its interval") {
    CHECK(loaded(job("  scrape_interval: 5s\n")).targets.at(0).timeout == seconds(5));
    CHECK(loaded("global: {scrape_timeout: 20s}\n" + job("")).targets.at(0).timeout == seconds(20));
    CHECK(toml(job("  scrape_interval: 5s\n  scrape_timeout: 6s\n")) ==
          "error: p.yml:5:19: scrape_timeout 6s is longer than scrape_interval 5s");
}

TEST_CASE("cli::import_prometheus: patterns of rule files become files") {
    const auto* yaml = "rule_files: [first.yml, 'rules/*.yml', 'none/*.yml']\n";
    CHECK(toml(yaml) ==
          "[rules]\npaths = [\"first.yml\", \"/etc/p/rules/a.yml\", \"/etc/p/rules/b.yml\"]\n\n");
    CHECK(left_behind(yaml) == "p.yml:1:40: rule_files: none/*.yml fits no file");
}

TEST_CASE("cli::import_prometheus: labels that mean something else here are left behind") {
    const auto yaml = std::string(R"(
scrape_configs:
- job_name: j
  static_configs:
  - targets: ['h:1']
    labels: {job: a, instance: b, cluster: c, __scheme__: https, "a-b": d, ok: e}
)");
    CHECK(loaded(yaml).targets.at(0).labels ==
          std::vector<std::pair<std::string, std::string>>{{"ok", "e"}});
    CHECK(left_behind(yaml) ==
          "p.yml:6:14: scrape_configs: j: labels.job is not carried over: "
          "a job is the target's kind here\n"
          "p.yml:6:22: scrape_configs: j: labels.instance is not carried over: "
          "an instance is the target's name here\n"
          "p.yml:6:35: scrape_configs: j: labels.cluster is not carried over: "
          "the cluster is that of [agent] here\n"
          "p.yml:6:47: scrape_configs: j: labels.__scheme__ is not carried over: "
          "it only steers Prometheus\n"
          "p.yml:6:66: scrape_configs: j: labels.a-b is not carried over: "
          "a label's name has letters, digits and _ here");
}

TEST_CASE("cli::import_prometheus: two jobs at one address stay two targets") {
    const auto* yaml = R"(
scrape_configs:
- {job_name: a, static_configs: [{targets: ['h:1']}]}
- {job_name: b, metrics_path: /b, static_configs: [{targets: ['h:1']}]}
)";
    CHECK(loaded(yaml).targets.at(1).name == "h:1 b");
    CHECK(left_behind(yaml) ==
          "p.yml:4:63: h:1 is a target of two jobs: here its instance is \"h:1 b\"");
}

TEST_CASE("cli::import_prometheus: what has no counterpart is named") {
    CHECK(left_behind(job("  basic_auth: {username: u}\n  kubernetes_sd_configs: []\n") +
                      "remote_write: []\n") ==
          "p.yml:4:3: scrape_configs: j: basic_auth is not carried over\n"
          "p.yml:5:3: scrape_configs: j: kubernetes_sd_configs is not carried over\n"
          "p.yml:6:1: remote_write is not carried over");
}

TEST_CASE("cli::import_prometheus: errors have their place") {
    CHECK(toml("a: [").starts_with("error: p.yml:1:"));
    CHECK(toml("- 1") == "error: p.yml:1:1: a Prometheus configuration is a map");
    CHECK(toml("scrape_configs:\n- job_name: [a]\n") ==
          "error: p.yml:2:13: job_name must be a string");
    CHECK(
        toml(job("  scrape_interval: soon\n")).starts_with("error: p.yml:4:20: scrape_interval: "));
    CHECK(toml("scrape_configs:\n- job_name: j\n  static_configs: [{targets: [[a]]}]\n") ==
          "error: p.yml:3:31: a target must be a string");
    CHECK(toml("scrape_configs:\n- {}\n") == "error: p.yml:2:3: job_name is required");
    CHECK(toml("scrape_configs:\n- text\n") == "error: p.yml:2:3: a scrape config must be a map");
    CHECK(toml("") == "error: p.yml: a Prometheus configuration is a map");
}

TEST_CASE("cli::files_fitting: looks on the disk, in the order of names") {
    const auto folder = std::string(KEEPWATCH_SOURCE_DIR) + "/agent/cli";
    CHECK(cli::files_fitting("impor?.h", folder) == std::vector<std::string>{folder + "/import.h"});
    CHECK(cli::files_fitting("impor?.*", folder) ==
          std::vector<std::string>{folder + "/import.cpp", folder + "/import.h"});
    CHECK(cli::files_fitting("none*", folder).empty());
}
