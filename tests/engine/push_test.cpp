#include "engine/agent_play.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::engine;

// An agent without any target, to which others write.
Agent agent_of(std::string_view rules, const std::string& file, PushLimits limits = {}) {
    return Agent([=, text = std::string(rules)] {
        auto setup = setup_of(text, 0, file);
        setup.push_limits = limits;
        return setup;
    });
}

// `1@-1000 2@5`: what the agent knows of a metric.
std::string known(const Agent& agent, std::string_view metric) {
    const std::vector matchers{series::Matcher::equal("__name__", std::string(metric))};
    const auto& source = agent.engine->everything();
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
    auto agent = agent_of(kPrometheusRule, "rules.yml");
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
    auto agent = agent_of(kNativeRule, "rules.toml");
    CHECK(agent.push(kDepth, 9) == "Deep queue pending");
    CHECK(agent.push({{"__name__", "other"}}, 9) == "");
    CHECK(agent.push({{"__name__", "other"}}, 9) == "Deep queue firing");
    CHECK(agent.push(kDepth, 1) == "Deep queue resolved");
}

TEST_CASE("engine::Engine: pushed samples are of any time and in any order") {
    auto agent = agent_of("", "rules.toml");
    agent.push(kDepth, {{{5}, 1}, {{-1'000}, 2}, {{3}, 3}});
    agent.push(kDepth, {{{4}, 4}, {{5}, 5}});
    CHECK(known(agent, "depth") == "2@-1000 3@3 4@4 5@5");
    CHECK(agent.engine->pushes().samples == 5);
}

TEST_CASE("engine::Engine: what it sees itself stands before what is pushed") {
    auto agent = agent_of(R"(
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
    CHECK(known(agent, "depth").starts_with("1@"));
    agent.tick(seconds(15));
    CHECK(known(agent, "depth").starts_with("7@"));
    CHECK(known(agent, "depth").find(' ') == std::string::npos);
}

TEST_CASE("engine::Engine: too many samples make room by forgetting the older half") {
    auto agent =
        agent_of("", "rules.toml", {.series_max = 10, .samples_max = 4, .quiet_max = hours(1)});
    agent.push(kDepth, {{{1}, 1}, {{2}, 2}, {{3}, 3}, {{4}, 4}});
    agent.push(kDepth, {{{5}, 5}});
    CHECK(known(agent, "depth") == "3@3 4@4 5@5");
    CHECK(agent.engine->pushes().history_cuts == 1);
    CHECK(agent.engine->pushes().samples_refused == 0);
    agent.push(kDepth, {{{6}, 6}, {{7}, 7}, {{8}, 8}, {{9}, 9}, {{10}, 10}}); // Never fits.
    CHECK(agent.engine->pushes().samples_refused == 5);
}

TEST_CASE("engine::Engine: quiet series make room for new ones, busy ones do not") {
    auto agent =
        agent_of("", "rules.toml", {.series_max = 2, .samples_max = 100, .quiet_max = hours(1)});
    agent.push({{"__name__", "a"}}, 1);
    agent.push({{"__name__", "b"}}, 1);
    agent.push({{"__name__", "c"}}, 1);
    CHECK(known(agent, "c") == "");
    CHECK(agent.engine->pushes().samples_refused == 1);
    agent.push({{"__name__", "a"}}, 2, hours(1));
    agent.push({{"__name__", "c"}}, 1);
    CHECK(known(agent, "b") == "");
    CHECK(known(agent, "c") != "");
    CHECK(known(agent, "a").find(' ') != std::string::npos);
    CHECK(agent.engine->pushes().series_forgotten == 1);
}
