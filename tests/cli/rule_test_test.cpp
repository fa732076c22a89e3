#include <doctest/doctest.h>

#include <filesystem>

#include "cli/rule_test/test_file.h"
#include "support/temp_dir.h"

using namespace keepwatch;
using cli::rule_test::FileReport;

namespace {

constexpr std::string_view kYamlRules = R"(groups:
- name: g
  rules:
  - record: double:lag
    expr: lag * 2
  - alert: Lagging
    expr: double:lag > 10
    for: 1m
    labels: {severity: page}
    annotations: {summary: "{{ $labels.instance }} lags by {{ $value }}"}
)";

// The report of a promtool test whose `tests:` has these lines, without the folder's name.
std::string promtool(std::string_view tests, std::string_view rules = kYamlRules) {
    const testing::TempDir dir;
    dir.write("rules.yml", std::string(rules));
    dir.write("test.yml",
              "rule_files: [rules.yml]\nevaluation_interval: 30s\ntests:\n" + std::string(tests));
    const auto report = cli::rule_test::run_file(dir.path("test.yml"));
    auto text = to_text(report);
    const auto folder = dir.path("");
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
        text.erase(at, folder.size());
    return text;
}

constexpr std::string_view kSeries = R"(- interval: 30s
  input_series:
  - {series: 'lag{instance="b1"}', values: 0x1 8x9}
)";

std::string lagging(std::string_view expectation) {
    return promtool(std::string(kSeries) + "  alert_rule_test:\n" + std::string(expectation));
}

constexpr std::string_view kPack = R"([params.lag_max]
default = 5
unit = "records"
reason = "More is not caught up with in time."
[[rule]]
alert = "Lagging"
expr = "lag > ${lag_max}"
for = "30s"
recover = "lag < 2"
severity = "warning"
annotations = { summary = "{{ $labels.instance }} lags by {{ $value }}" }
[[rule]]
alert = "Down"
expr = "up == 0"
severity = "critical"
[[rule]]
alert = "ProcessDown"
expr = "keepwatch_process_up == 0"
severity = "critical"
[[rule]]
alert = "Depth"
expr = "depth > 1"
severity = "info"
)";

// The report of a native test with these lines.
std::string native(std::string_view test, std::string_view head = "") {
    const testing::TempDir dir;
    std::filesystem::create_directory(dir.path("tests"));
    dir.write("pack.toml", std::string(kPack));
    dir.write("tests/test.toml",
              "rules = [\"../pack.toml\"]\n" + std::string(head) + std::string(test));
    const auto report = cli::rule_test::run_file(dir.path("tests/test.toml"));
    auto text = to_text(report);
    const auto folder = dir.path("tests/");
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
        text.erase(at, folder.size());
    return text;
}

std::string expecting(std::string_view series, std::string_view expectation) {
    return native("[[test]]\nname = \"t\"\nseries = [" + std::string(series) +
                  "]\n[[test.expect]]\n" + std::string(expectation) + "\n");
}

constexpr std::string_view kLag =
    R"({ series = 'lag{instance="b1",job="kafka"}', values = "0x3 9x3 4x3 1x9" })";

} // namespace

TEST_CASE("rule_test: promtool's alerts, with labels and annotations to the letter") {
    CHECK(lagging("  - {eval_time: 90s, alertname: Lagging}\n") == "");
    CHECK(lagging("  - {eval_time: 2m, alertname: Lagging, exp_alerts: [{exp_labels: {severity: "
                  "page, instance: b1}, exp_annotations: {summary: b1 lags by 16}}]}\n") == "");
    CHECK(lagging("  - {eval_time: 2m, alertname: Lagging, exp_alerts: [{exp_labels: {severity: "
                  "page}}]}\n") ==
          R"(test.yml: test 1
    test.yml:8: alert Lagging at 2m: wanted 1 firing, got 1
      + {alertname="Lagging", instance="b1", severity="page"} annotations {summary="b1 lags by 16"}
      - {alertname="Lagging", severity="page"} annotations {}
)");
    CHECK(lagging("  - {eval_time: 2m}\n") ==
          "test.yml: test 1\n    an alert_rule_test at 2m lacks its alertname\n");
}

TEST_CASE("rule_test: promtool's queries") {
    const auto query = [](std::string_view expectation) {
        return promtool(std::string(kSeries) + "  promql_expr_test:\n" + std::string(expectation));
    };
    CHECK(query("  - {expr: 'double:lag', eval_time: 1m, exp_samples: [{labels: "
                "'double:lag{instance=\"b1\"}', value: 16}]}\n") == "");
    CHECK(query("  - {expr: 'count(ALERTS)', eval_time: 2m, exp_samples: [{value: 1}]}\n") == "");
    CHECK(query("  - {expr: lag, eval_time: 30s, exp_samples: [{labels: lag, value: 8}]}\n") ==
          R"(test.yml: test 1
    test.yml:8: lag at 30s: another result was wanted
      + {__name__="lag", instance="b1"} 0
      - {__name__="lag"} 8
)");
    CHECK(query("  - {expr: 'sum(', eval_time: 30s}\n") ==
          "test.yml: test 1\n    test.yml:8: sum( at 30s: 1:5: parse error: unclosed left "
          "parenthesis\n");
    CHECK(query("  - {expr: '\"a\"', eval_time: 30s}\n") ==
          "test.yml: test 1\n    test.yml:8: \"a\" at 30s: rule result is not a vector or "
          "scalar\n");
    CHECK(query("  - {expr: lag, eval_time: 30s, exp_samples: [{labels: lag, histogram: "
                "'{{schema:0}}'}]}\n") ==
          "test.yml: test 1\n    test.yml:8: lag at 30s: native histograms such as {{schema:0 …}} "
          "are not supported\n");
}

TEST_CASE("rule_test: a file that promtool would refuse is refused, with its place") {
    CHECK(promtool("- intervall: 1m\n") ==
          "test.yml:4:14: unknown field \"intervall\" in a test\n");
    CHECK(promtool("- interval: 1x\n") == "test.yml:4:13: not a valid duration string: \"1x\"\n");
    CHECK(promtool("- promql_expr_test: [{expr: a, exp_samples: [{value: x}]}]\n") ==
          "test.yml:4:54: must be a number\n");
    CHECK(promtool("- input_series: [{series: a, values: b}]\n") ==
          "test.yml: test 1\n    input series a b: wanted values such as 1, _, stale, 1x3, 1+2x3 "
          "or 1-2x3, got \"b\"\n");
    CHECK(promtool("- {}\n", "groups: [{name: g, rules: [{alert: A}]}]\n") ==
          "test.yml: test 1\n    rules.yml:1:28: group \"g\", rule 1: field 'expr' must be set in "
          "rule\n");
    CHECK(promtool("- {}\n") == "");
    CHECK(to_text(cli::rule_test::run_file("gone.yml")) == "gone.yml: is no file\n");
}

TEST_CASE("rule_test: a rule that cannot be evaluated, or goes beyond its limit, ends the test") {
    CHECK(promtool(std::string(kSeries) + "  promql_expr_test: [{expr: a, eval_time: 1m}]\n",
                   "groups: [{name: g, limit: 1, rules: [{alert: A, expr: 'vector(1) or lag'}]}]"
                   "\n") ==
          "test.yml: test 1\n    rule: A, time: 0s, error: exceeded limit of 1 with 2 alerts\n");
}

TEST_CASE("rule_test: a native test runs the rules as they run live") {
    CHECK(expecting(kLag, "at = \"45s\"\nalert = \"Lagging\"\nfiring = []\npending = []") == "");
    CHECK(expecting(kLag, "at = \"1m\"\nalert = \"Lagging\"\nfiring = []\npending = [{}]") == "");
    CHECK(expecting(kLag, "at = \"90s\"\nalert = \"Lagging\"\nfiring = [{ instance = \"b1\", "
                          "severity = \"warning\" }]\nsummary = [\"b1 lags by 9\"]") == "");
    // The second threshold is not reached before 3m.
    CHECK(expecting(kLag, "at = \"2m45s\"\nalert = \"Lagging\"\nfiring = [{}]") == "");
    CHECK(expecting(kLag, "at = \"3m\"\nalert = \"Lagging\"\nfiring = []") == "");
}

TEST_CASE("rule_test: what came instead is told") {
    CHECK(expecting(kLag, "at = \"90s\"\nalert = \"Lagging\"\nfiring = [{ instance = \"b2\" }]") ==
          R"(test.toml: test "t"
    test.toml:5: Lagging at 1m30s: wanted 1 firing (-), got 1 (+)
      - {instance="b2"}
      + {alertname="Lagging",instance="b1",job="kafka",severity="warning"}
)");
    CHECK(expecting(kLag, "at = \"90s\"\nalert = \"Lagging\"\nfiring = [{}]\nsummary = [\"x\"]") ==
          R"(test.toml: test "t"
    test.toml:5: Lagging at 1m30s: other summaries were wanted (-) than came (+)
      + b1 lags by 9
      - x
)");
    CHECK(expecting(kLag, "at = \"90s\"\nalert = \"Laging\"\nfiring = []") ==
          "test.toml: test \"t\"\n    test.toml:5: Laging at 1m30s: the rules have no such alert; "
          "did you mean Lagging?\n");
}

TEST_CASE("rule_test: up says how scrapes went, and facts and pushes are what they are live") {
    constexpr auto up = R"({ series = 'up{instance="b1",job="kafka"}', values = "1x3 0x2 1x9" })";
    CHECK(expecting(up, "at = \"45s\"\nalert = \"Down\"\nfiring = []") == "");
    CHECK(expecting(up, "at = \"1m\"\nalert = \"Down\"\nfiring = [{ instance = \"b1\" }]") == "");
    CHECK(expecting(up, "at = \"2m\"\nalert = \"Down\"\nfiring = []") == "");
    // While the target is down, its alerts stay.
    const auto both = std::string(kLag) + ", " +
                      R"({ series = 'up{instance="b1",job="kafka"}', values = "1x6 0x20" })";
    CHECK(expecting(both, "at = \"5m\"\nalert = \"Lagging\"\nfiring = [{}]") == "");
    CHECK(
        expecting(
            R"({ series = 'keepwatch_process_up{instance="b1",job="kafka"}', values = "1x3 0x9" })",
            "at = \"1m\"\nalert = \"ProcessDown\"\nfiring = [{ instance = \"b1\" }]") == "");
    CHECK(expecting(R"({ series = 'depth{queue="q"}', values = "0 5" })",
                    "at = \"15s\"\nalert = \"Depth\"\nfiring = [{ queue = \"q\" }]") == "");
}

TEST_CASE("rule_test: a native file's errors have their place, and parameters may be set") {
    CHECK(native("[[test]]\nname = \"t\"\nseries = [{ series = \"lag\", values = \"1+\" }]\n") ==
          "test.toml:4:38: wanted values such as 1, _, stale, 1x3, 1+2x3 or 1-2x3, got \"1+\"\n"
          "test.toml:2:1: test.expect is missing: a test has [[test.expect]]\n");
    CHECK(
        native("[[test]]\nname = \"t\"\n[[test.expect]]\nalert = \"Down\"\n") ==
        "test.toml:4:1: test.expect.at is required\n"
        "test.toml:4:1: test.expect.firing or pending is required; [] says that there are none\n");
    CHECK(native("[[test]]\nname = \"t\"\n[[test.expect]]\nat = \"1m\"\nalert = \"Down\"\nfiring = "
                 "[{ a = 1 }]\nsummary = []\n") ==
          "test.toml:7:17: test.expect.firing.a must be a string, not an integer\n"
          "test.toml:8:11: test.expect.summary has 0 texts for 1 alerts that fire\n");
    CHECK(native("") == "test.toml:1:1: test is missing: a file of tests has [[test]]\n");
    const auto lag = "[[test]]\nname = \"t\"\nseries = [" + std::string(kLag) +
                     "]\n[[test.expect]]\nat = \"90s\"\nalert = \"Lagging\"\nfiring = []\n";
    CHECK(native(lag, "params.pack.lag_max = 9\n") == "");
    CHECK(native(lag, "params.pack.lag_min = 9\n") ==
          "test.toml:2:23: rules.params.pack.lag_min: the pack has no such parameter; did you mean "
          "lag_max?\n");
}
