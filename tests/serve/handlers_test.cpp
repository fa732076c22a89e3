#include "serve/handlers/handlers.h"

#include <limits>

#include <doctest/doctest.h>

#include "api_play.h"
#include "serve/process_metrics.h"

using namespace keepwatch;
using namespace keepwatch::serve;

namespace {

using Fixture = ApiPlay;

AlertView firing() {
    AlertView alert;
    alert.labels = {{"alertname", "Fires"}, {"severity", "page"}};
    alert.annotations = {{"summary", "v 12.5"}};
    alert.state = alert::State::Firing;
    alert.active_at = *parse_timestamp("2026-11-24T05:49:52.078Z");
    alert.value = 12.5;
    return alert;
}

// Three of the rules with which a real Prometheus was asked.
Snapshot sample() {
    const auto evaluated = *parse_timestamp("2026-11-24T05:49:56.079Z");
    RuleView recorded;
    recorded.recording = true;
    recorded.name = "a:b";
    recorded.query = "vector(1)";
    recorded.labels = {{"x", "y"}};
    recorded.health = Health::Ok;
    recorded.evaluation_seconds = 0.5;
    recorded.last_evaluation = evaluated;

    RuleView fires;
    fires.name = "Fires";
    fires.query = "vector(12.5) > 1";
    fires.labels = {{"severity", "page"}};
    fires.annotations = {{"summary", "v {{ $value }}"}};
    fires.alerts = {firing()};
    fires.health = Health::Ok;
    fires.last_evaluation = evaluated;

    RuleView bad;
    bad.name = "Bad";
    bad.query = "x";
    bad.hold = hours(1);
    bad.keep_firing = milliseconds(1500);
    bad.health = Health::Err;
    bad.last_error = "no";

    Snapshot snapshot;
    GroupView group;
    group.name = "g1";
    group.file = "r.yml";
    group.interval = seconds(1);
    group.rules = {recorded, fires, bad};
    group.last_evaluation = evaluated;
    snapshot.groups = {group};
    return snapshot;
}

const std::string kAlert =
    R"({"labels":{"alertname":"Fires","severity":"page"},"annotations":{"summary":"v 12.5"},)"
    R"("state":"firing","activeAt":"2026-11-24T05:49:52.078Z","value":"1.25e+01"})";
const std::string kRecorded =
    R"~({"name":"a:b","query":"vector(1)","labels":{"x":"y"},"health":"ok",)~"
    R"("evaluationTime":5E-1,)"
    R"("lastEvaluation":"2026-11-24T05:49:56.079Z","type":"recording"})";
const std::string kFires =
    R"({"state":"firing","name":"Fires","query":"vector(12.5) > 1","duration":0,)"
    R"("keepFiringFor":0,"labels":{"severity":"page"},"annotations":{"summary":"v {{ $value }}"},)"
    R"("alerts":[)" +
    kAlert +
    R"(],"health":"ok","evaluationTime":0,"lastEvaluation":"2026-11-24T05:49:56.079Z",)"
    R"("type":"alerting"})";
const std::string kBad =
    R"({"state":"inactive","name":"Bad","query":"x","duration":3600,"keepFiringFor":1.5E0,)"
    R"("labels":{},"annotations":{},"alerts":[],"health":"err","lastError":"no",)"
    R"("evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z","type":"alerting"})";

std::string groups(const std::string& rules) {
    if (rules.empty()) return R"({"status":"success","data":{"groups":[]}})";
    return R"({"status":"success","data":{"groups":[{"name":"g1","file":"r.yml","rules":[)" +
           rules +
           R"(],"interval":1,"limit":0,"evaluationTime":0,)"
           R"("lastEvaluation":"2026-11-24T05:49:56.079Z"}]}})";
}

bool has_line(const std::string& page, const std::string& line) {
    return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "serve::ready: says why it is not") {
    CHECK(get("/-/healthy") == "Keepwatch is healthy.\n");
    backend.reason = "starting";
    CHECK(get("/-/ready") == "503 Keepwatch is not ready: starting.\n");
    backend.reason = "";
    CHECK(get("/-/ready") == "Keepwatch is ready.\n");
}

TEST_CASE_FIXTURE(Fixture, "serve::build_info: has the keys that clients of Prometheus read") {
    CHECK(get("/api/v1/status/buildinfo") ==
          R"({"status":"success","data":{"version":"0.1.0","revision":"abc","branch":"",)"
          R"("buildUser":"","buildDate":"","goVersion":""}})");
}

TEST_CASE_FIXTURE(Fixture, "serve::alerts: are those of Prometheus's API") {
    CHECK(get("/api/v1/alerts") == R"({"status":"success","data":{"alerts":[]}})");
    backend.view = sample();
    CHECK(get("/api/v1/alerts") == R"({"status":"success","data":{"alerts":[)" + kAlert + "]}}");
}

TEST_CASE_FIXTURE(Fixture, "serve::alerts: values are written as Go does, labels are valid UTF-8") {
    const auto value_of = [this](double value) {
        auto snapshot = sample();
        snapshot.groups[0].rules[1].alerts[0].value = value;
        backend.view = snapshot;
        const auto body = get("/api/v1/alerts");
        const auto at = body.find("\"value\":") + 8;
        return body.substr(at, body.find('}', at) - at);
    };
    CHECK(value_of(0) == R"("0e+00")");
    CHECK(value_of(1) == R"("1e+00")");
    CHECK(value_of(-0.001) == R"("-1e-03")");
    CHECK(value_of(1e21) == R"("1e+21")");
    CHECK(value_of(1.7976931348623157e308) == R"("1.7976931348623157e+308")");
    CHECK(value_of(std::numeric_limits<double>::infinity()) == R"("+Inf")");
    CHECK(value_of(std::numeric_limits<double>::quiet_NaN()) == R"("NaN")");

    auto snapshot = sample();
    snapshot.groups[0].rules[1].alerts[0].labels = {{"topic", "\xFF"}};
    snapshot.groups[0].rules[1].alerts[0].keep_firing_since = Timestamp{1000};
    backend.view = snapshot;
    CHECK(get("/api/v1/alerts").find("{\"topic\":\"\uFFFD\"}") != std::string::npos);
    CHECK(get("/api/v1/alerts").find(R"("keepFiringSince":"1970-01-01T00:00:01Z")") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "serve::rules: are those of Prometheus's API") {
    CHECK(get("/api/v1/rules") == groups(""));
    backend.view = sample();
    CHECK(get("/api/v1/rules") == groups(kRecorded + "," + kFires + "," + kBad));
}

TEST_CASE_FIXTURE(Fixture, "serve::rules: can be filtered") {
    backend.view = sample();
    const auto ask = [this](std::vector<std::pair<std::string, std::string>> query) {
        return get("/api/v1/rules", std::move(query));
    };
    CHECK(ask({{"type", "record"}}) == groups(kRecorded));
    CHECK(ask({{"type", "alert"}}) == groups(kFires + "," + kBad));
    CHECK(ask({{"rule_name[]", "Bad"}}) == groups(kBad));
    CHECK(ask({{"rule_name[]", "Bad"}, {"rule_name[]", "a:b"}}) == groups(kRecorded + "," + kBad));
    CHECK(ask({{"rule_name[]", "none"}}) == groups(""));
    CHECK(ask({{"rule_group[]", "g1"}, {"file[]", "r.yml"}, {"type", "record"}}) ==
          groups(kRecorded));
    CHECK(ask({{"rule_group[]", "g2"}}) == groups(""));
    CHECK(ask({{"file[]", "other.yml"}}) == groups(""));
    const auto without = ask({{"exclude_alerts", "true"}});
    CHECK(without.find("\"alerts\":null") != std::string::npos);
    CHECK(without.find("\"alerts\":[") == std::string::npos);
    CHECK(ask({{"exclude_alerts", "maybe"}}) ==
          error(400, "bad_data",
                R"(invalid parameter \"exclude_alerts\": error converting exclude_alerts: )"
                R"(strconv.ParseBool: parsing \"maybe\": invalid syntax)"));
    CHECK(ask({{"match[]", "{severity=\"page\"}"}}) == groups(kFires));
    CHECK(ask({{"match[]", "{severity=\"page\"}"}, {"match[]", "{x=\"y\"}"}}) ==
          groups(kRecorded + "," + kFires));
    CHECK(ask({{"type", "foo"}}) ==
          R"(400 {"status":"error","errorType":"bad_data",)"
          R"("error":"invalid parameter \"type\": not supported value \"foo\""})");
}

TEST_CASE_FIXTURE(Fixture, "serve::rules: come page by page to who asks for that") {
    for (const auto* name : {"a", "b", "c"}) {
        GroupView group;
        group.name = name;
        group.rules.emplace_back().name = name;
        backend.view.groups.push_back(group);
    }
    const auto names = [this](Query query) {
        const auto body = get("/api/v1/rules", std::move(query));
        std::string found;
        for (const char name : {'a', 'b', 'c'})
            if (body.find(fmt::format(R"("rules":[{{"state":"inactive","name":"{}")", name)) !=
                std::string::npos)
                found += name;
        const auto at = body.find("\"groupNextToken\":\"");
        return std::pair(found, at == std::string::npos ? "" : body.substr(at + 18, 16));
    };
    const auto first = names({{"group_limit", "2"}});
    CHECK(first.first == "ab");
    CHECK(names({{"group_limit", "2"}, {"group_next_token", first.second}}) ==
          std::pair(std::string("c"), std::string()));
    CHECK(names({{"group_limit", "3"}}) == std::pair(std::string("abc"), std::string()));
    const auto refused = [this](Query query) { return get("/api/v1/rules", std::move(query)); };
    CHECK(refused({{"group_next_token", "x"}}) ==
          error(400, "bad_data",
                R"(invalid parameter \"group_next_token\": group_limit needs to be present in )"
                R"(order to paginate over the groups)"));
    CHECK(refused({{"group_limit", "0"}}) ==
          error(400, "bad_data",
                R"(invalid parameter \"group_limit\": group_limit needs to be greater than 0)"));
    CHECK(refused({{"group_limit", "1"}, {"group_next_token", "x"}}) ==
          error(400, "bad_data",
                R"(invalid parameter \"group_next_token\": invalid group_next_token 'x'. were )"
                R"(rule groups changed?)"));
}

TEST_CASE_FIXTURE(Fixture, "serve::Metrics: appear at /metrics under their names") {
    metrics.scrapes("b\"1").Increment(3);
    metrics.scrape_failures("b1", "timeout").Increment();
    metrics.scrape_seconds("b1").Observe(0.2);
    metrics.series().Set(7);
    metrics.alerts("firing").Set(2);
    metrics.notifications_outstanding("pager").Set(1);
    metrics.limit_hits("series").Increment();
    const auto page = get("/metrics");
    CHECK(has_line(page, R"(keepwatch_scrapes_total{target="b\"1"} 3)"));
    CHECK(has_line(page, "# TYPE keepwatch_scrapes_total counter"));
    CHECK(page.find("keepwatch_scrape_failures_total{") != std::string::npos);
    CHECK(has_line(page, R"(keepwatch_scrape_duration_seconds_bucket{target="b1",le="0.25"} 1)"));
    CHECK(has_line(page, R"(keepwatch_scrape_duration_seconds_bucket{target="b1",le="0.1"} 0)"));
    CHECK(has_line(page, "keepwatch_series 7"));
    CHECK(has_line(page, "keepwatch_rule_evaluations_total 0"));
    CHECK(has_line(page, R"(keepwatch_alerts{state="firing"} 2)"));
    CHECK(has_line(page, R"(keepwatch_notifications_outstanding{sink="pager"} 1)"));
    CHECK(has_line(page, R"(keepwatch_limit_hits_total{limit="series"} 1)"));
    CHECK(has_line(page, R"(keepwatch_build_info{version="0.1.0"} 1)"));
}

TEST_CASE("serve::ProcessMetrics: are those of this process") {
    const ProcessMetrics process(Timestamp{1'500});
    const auto families = process.Collect();
    REQUIRE(families.size() == 3);
    CHECK(families[0].name == "process_start_time_seconds");
    CHECK(families[0].metric.at(0).gauge.value == 1.5);
    CHECK(families[1].name == "process_resident_memory_bytes");
    CHECK(families[1].metric.at(0).gauge.value > 1e6);
    CHECK(families[2].name == "process_cpu_seconds_total");
    CHECK(families[2].type == prometheus::MetricType::Counter);
    CHECK(families[2].metric.at(0).counter.value > 0);
}
