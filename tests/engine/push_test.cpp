#include "engine/engine.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {

using namespace keepwatch;
using namespace keepwatch::engine;

constexpr Timestamp kStart{1'700'000'000'000};

// An agent without any target, to which others write.
struct Agent {
    std::unique_ptr<Engine> engine;
    Timestamp now = kStart;

    explicit Agent(std::string_view rules, const std::string& file, PushLimits limits = {}) {
        Setup setup;
        auto loaded = alert::parse_rules(rules, file);
        for (const auto& error : loaded.errors) FAIL(error.to_string());
        setup.rules = std::move(loaded.rules);
        setup.sinks = {"pager"};
        setup.push_limits = limits;
        engine = std::make_unique<Engine>(std::move(setup));
    }

    std::string push(const Labels& labels, std::vector<Sample> samples, Duration later = {}) {
        now = now + later;
        return told({now, SeriesPushed{{{labels, std::move(samples)}}}});
    }
    std::string push(const Labels& labels, double value, Duration later = seconds(15)) {
        return push(labels, {{now + later, value}}, later);
    }
    std::string tick(Duration later) {
        now = now + later;
        return told({now, Tick{}});
    }
    std::string told(const Event& event) {
        std::string text;
        for (const auto& outcome : engine->apply(event)) {
            const auto& step = outcome.step;
            text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", step.rule,
                                step.alert.source.get("job"), name(step.to));
        }
        return text;
    }
    // `1@-1000 2@5`: what the agent knows of a metric.
    std::string known(std::string_view metric) const {
        const std::vector matchers{series::Matcher::equal("__name__", std::string(metric))};
        const auto& source = engine->everything();
        constexpr Timestamp first{-kStart.ms};
        const Timestamp last = kStart + hours(1000);
        std::string text;
        for (const auto id : source.select(matchers, first, last)) {
            std::vector<Sample> samples;
            source.read(id, first, last, samples);
            for (const auto& sample : samples)
                text += fmt::format("{}{}@{}", text.empty() ? "" : " ", sample.value, sample.t.ms);
        }
        return text;
    }
};

const Labels kDepth{{"__name__", "depth"}, {"job", "queue"}};

constexpr std::string_view kPrometheusRule = R"(
groups:
- name: queues
  interval: 15s
  rules:
  - alert: Deep
    expr: depth > 5
    for: 30s
)";

constexpr std::string_view kNativeRule = R"(
[[rule]]
alert = "Deep"
expr = "depth > 5"
for = "30s"
severity = "critical"
)";

} // namespace

TEST_CASE("engine::Engine: a Prometheus rule fires over what was pushed") {
    Agent agent(kPrometheusRule, "rules.yml");
    agent.tick({});
    CHECK(agent.push(kDepth, 3) == "");
    CHECK(agent.push(kDepth, 9) == "");
    CHECK(agent.tick(seconds(15)) == "Deep queue pending");
    std::string later;
    for (int i = 0; i < 3; ++i) later += agent.push(kDepth, 9);
    CHECK(later == "Deep queue firing");
    CHECK(agent.engine->desired("pager").size() == 1);
    agent.push(kDepth, 0);
    CHECK(agent.tick(seconds(15)) == "Deep queue resolved");
}

TEST_CASE("engine::Engine: a native rule that reads what is pushed runs with each push") {
    Agent agent(kNativeRule, "rules.toml");
    CHECK(agent.push(kDepth, 9) == "Deep queue pending");
    CHECK(agent.push({{"__name__", "other"}}, 9) == "");
    CHECK(agent.push({{"__name__", "other"}}, 9) == "Deep queue firing");
    CHECK(agent.push(kDepth, 1) == "Deep queue resolved");
}

TEST_CASE("engine::Engine: pushed samples are of any time and in any order") {
    Agent agent("", "rules.toml");
    agent.push(kDepth, {{{5}, 1}, {{-1'000}, 2}, {{3}, 3}});
    agent.push(kDepth, {{{4}, 4}, {{5}, 5}});
    CHECK(agent.known("depth") == "2@-1000 3@3 4@4 5@5");
    CHECK(agent.engine->pushes().samples == 5);
}

TEST_CASE("engine::Engine: what it sees itself stands before what is pushed") {
    Agent agent(R"(
groups:
- name: g
  interval: 15s
  rules:
  - record: depth
    expr: vector(7)
    labels: { job: queue }
)",
                "rules.yml");
    agent.push(kDepth, 1);
    CHECK(agent.known("depth").starts_with("1@"));
    agent.tick(seconds(15));
    CHECK(agent.known("depth").starts_with("7@"));
    CHECK(agent.known("depth").find(' ') == std::string::npos);
}

TEST_CASE("engine::Engine: too many samples make room by forgetting the older half") {
    Agent agent("", "rules.toml", {.series_max = 10, .samples_max = 4, .quiet_max = hours(1)});
    agent.push(kDepth, {{{1}, 1}, {{2}, 2}, {{3}, 3}, {{4}, 4}});
    agent.push(kDepth, {{{5}, 5}});
    CHECK(agent.known("depth") == "3@3 4@4 5@5");
    CHECK(agent.engine->pushes().history_cuts == 1);
    CHECK(agent.engine->pushes().samples_refused == 0);
    agent.push(kDepth, {{{6}, 6}, {{7}, 7}, {{8}, 8}, {{9}, 9}, {{10}, 10}}); // Never fits.
    CHECK(agent.engine->pushes().samples_refused == 5);
}

TEST_CASE("engine::Engine: quiet series make room for new ones, busy ones do not") {
    Agent agent("", "rules.toml", {.series_max = 2, .samples_max = 100, .quiet_max = hours(1)});
    agent.push({{"__name__", "a"}}, 1);
    agent.push({{"__name__", "b"}}, 1);
    agent.push({{"__name__", "c"}}, 1);
    CHECK(agent.known("c") == "");
    CHECK(agent.engine->pushes().samples_refused == 1);
    agent.push({{"__name__", "a"}}, 2, hours(1));
    agent.push({{"__name__", "c"}}, 1);
    CHECK(agent.known("b") == "");
    CHECK(agent.known("c") != "");
    CHECK(agent.known("a").find(' ') != std::string::npos);
    CHECK(agent.engine->pushes().series_forgotten == 1);
}
