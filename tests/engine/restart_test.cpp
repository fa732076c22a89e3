#include "engine/agent_play.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::engine;

constexpr std::string_view kUrp = R"(
[[rule]]
alert = "Urp"
expr = "urp > 0"
for = "45s"
keep_firing_for = "30s"
severity = "critical"
)";

constexpr std::string_view kErrors = R"x(
[[rule]]
alert = "Errors"
expr = "increase(errors[10m]) > 0"
)x";

using Step = std::function<std::string(Agent&)>;

Step page(std::string body, TargetId target = 0) {
    return [=](Agent& agent) { return agent.page(body, target); };
}
Step fail(TargetId target = 0) {
    return [=](Agent& agent) { return agent.fail(target); };
}
Step accept() {
    return [](Agent& agent) { return agent.accept(); };
}
// Everything that a scenario brings about, with one restart before the step of that number, or
// none.
std::vector<std::string> lived(Agent agent, const std::vector<Step>& steps,
                               std::optional<std::size_t> restart, bool checkpoint) {
    std::vector<std::string> told;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (restart == i) {
            agent.restart(checkpoint);
            agent.tick({}); // The first thing that an agent does.
        }
        told.push_back(steps[i](agent));
        told.back() += " | " + agent.owed();
    }
    return told;
}

void same_with_a_restart_anywhere(const std::function<Agent()>& make,
                                  const std::vector<Step>& steps, bool checkpoint) {
    const auto expected = lived(make(), steps, std::nullopt, checkpoint);
    for (std::size_t at = 0; at < steps.size(); ++at) {
        CAPTURE(at);
        const auto got = lived(make(), steps, at, checkpoint);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            CAPTURE(i);
            CHECK(got[i] == expected[i]);
        }
    }
}

} // namespace

TEST_CASE("engine::Engine: a restart at any step of an alert's life changes nothing") {
    const std::vector<Step> steps{
        page("urp 0\n"), page("urp 3\n"), page("urp 3\n"), page("urp 3\n"), page("urp 2\n"),
        accept(),        fail(),          page("urp 2\n"), page("urp 0\n"), page("urp 0\n"),
        page("urp 0\n"), page("urp 0\n"), accept(),        page("urp 1\n"), page("urp 0\n"),
    };
    const auto make = [] { return Agent(kUrp); };
    const auto told = lived(make(), steps, std::nullopt, false);
    CHECK(told[1] == "Urp b1 pending | ");
    CHECK(told[4] == "Urp b1 firing | Urp firing");
    CHECK(told[5] == " | ");
    CHECK(told[10] == "Urp b1 resolved | Urp resolved"); // After keep_firing_for.
    CHECK(told[12] == " | ");
    CHECK(told[14] == "Urp b1 dropped | ");
    same_with_a_restart_anywhere(make, steps, false);
}

TEST_CASE("engine::Engine: a restart at any step changes nothing for rules that need a past") {
    std::vector<Step> steps{page("errors 7\n"), page("errors 7\n"), page("errors 8\n"), accept()};
    for (int i = 0; i < 45; ++i) steps.push_back(page("errors 8\n"));
    const auto make = [] { return Agent(kErrors); };
    const auto told = lived(make(), steps, std::nullopt, true);
    CHECK(told[2] == "Errors b1 firing | Errors firing");
    CHECK(told[42] == "Errors b1 resolved | Errors resolved");
    same_with_a_restart_anywhere(make, steps, true);
}

TEST_CASE("engine::Engine: a restart at any step changes nothing for rules over what is pushed") {
    constexpr std::string_view native = R"x([[rule]]
alert = "Deep"
expr = "depth > 5"
for = "30s"
[[rule]]
alert = "Rising"
expr = "increase(depth[10m]) > 0")x";
    constexpr std::string_view prometheus = R"(
groups:
- name: g
  interval: 15s
  rules:
  - { alert: Deep, expr: depth > 5, for: 30s, keep_firing_for: 20s }
  - { alert: Rising, expr: "increase(depth[10m]) > 0" }
)";
    std::vector<Step> steps;
    for (const double depth : {0., 0., 0., 9., 9., 9., 9., 9., 0., 0., 0., 0., 0., 7., 7.})
        steps.push_back([=](Agent& agent) {
            return agent.push({{"__name__", "depth"}, {"job", "queue"}}, depth);
        });
    for (int i = 0; i < 45; ++i) steps.push_back(steps[0]);
    same_with_a_restart_anywhere([=] { return Agent(native, 0, "r.toml"); }, steps, true);

    // A slot of the grid may come before the first push after the restart; it ends nothing, and the
    // next one does.
    const auto all_told = [&](std::optional<std::size_t> restart) {
        std::string told;
        for (const auto& one : lived(Agent(prometheus, 0, "r.yml"), steps, restart, true)) {
            const auto step = one.substr(0, one.find(" | "));
            told += step + (step.empty() ? "" : "; ");
        }
        return told;
    };
    const auto expected = all_told(std::nullopt);
    CHECK(expected == "Deep queue pending, Rising queue firing; Deep queue firing; "
                      "Deep queue resolved; Deep queue pending; Deep queue dropped; "
                      "Rising queue resolved; ");
    for (std::size_t at = 0; at < steps.size(); ++at) {
        CAPTURE(at);
        CHECK(all_told(at) == expected);
    }
}

TEST_CASE("engine::Engine: what was pushed before a restart is missed only if it stays away") {
    constexpr std::string_view rule = R"([[rule]]
alert = "Deep"
expr = "depth > 5")";
    const Labels depth{{"__name__", "depth"}, {"job", "queue"}};
    const Labels other{{"__name__", "depth"}, {"job", "other"}};
    Agent agent(rule, 0);
    CHECK(agent.push(depth, 9) == "Deep queue firing");
    agent.keep_samples();
    agent.push(depth, 9, minutes(2)); // Not kept.
    agent.restart(false);
    CHECK(agent.push(other, 1, minutes(4)) == ""); // The sample that was kept is too old to count.
    CHECK(agent.push(other, 1, seconds(295)) == "");
    CHECK(agent.push(depth, 1, seconds(1)) == "Deep queue resolved");
    CHECK(agent.push(depth, 9) == "Deep queue firing");
    agent.restart();
    agent.tick(seconds(1));
    CHECK(agent.push(other, 1, minutes(5) - milliseconds(1)) == "");
    CHECK(agent.push(other, 1, milliseconds(1)) == "Deep queue resolved");
}

TEST_CASE("engine::Engine: without the samples of the last minute nothing resolves too early") {
    Agent agent(kErrors);
    agent.page("errors 7\n");
    agent.page("errors 7\n");
    CHECK(agent.page("errors 8\n") == "Errors b1 firing");
    agent.restart(false);
    for (int i = 0; i < 38; ++i) CHECK(agent.page("errors 8\n") == "");
    CHECK(agent.alert().fired_at == kStart + seconds(45));
}

TEST_CASE("engine::Engine: a range that lies in the time nobody looked resolves nothing") {
    Agent agent(R"x([[rule]]
alert = "Rate"
expr = "rate(errors[1m]) > 0")x");
    agent.page("errors 7\n");
    CHECK(agent.page("errors 8\n") == "Rate b1 firing");
    agent.restart();
    CHECK(agent.page("errors 8\n", 0, minutes(3)) == "");
    for (int i = 0; i < 2; ++i) CHECK(agent.page("errors 8\n") == "");
    CHECK(agent.page("errors 8\n") == "Rate b1 resolved");
}

TEST_CASE("engine::Engine: where other series are wanted now, nothing is known of them") {
    Agent agent(kErrors);
    agent.page("errors 7\n");
    CHECK(agent.page("errors 8\n") == "Errors b1 firing");
    agent.keep_samples();
    agent.setup = [] {
        return setup_of(R"x([[rule]]
alert = "Errors"
expr = "increase(faults[10m]) > 0")x",
                        1, "rules.toml");
    };
    agent.start();
    for (int i = 0; i < 40; ++i) CHECK(agent.page("faults 8\n") == "");
    CHECK(agent.page("faults 8\n") == "Errors b1 resolved");
}

TEST_CASE("engine::Engine: the end of an alert is owed even if its rule is gone") {
    Agent agent(R"([[rule]]
alert = "Urp"
expr = "urp > 0")");
    CHECK(agent.page("urp 1\n") == "Urp b1 firing");
    const auto key = agent.engine->desired("pager").begin()->first;
    agent.accept();
    agent.setup = [] { return setup_of("", 1, "rules.toml"); };
    agent.restart();
    CHECK(agent.owed() == "");
    CHECK(agent.tick(seconds(1)) == "Urp b1 resolved");
    CHECK(agent.owed() == "Urp resolved");
    CHECK(agent.engine->desired("pager").begin()->first == key);
    agent.restart(); // The debt itself is remembered too.
    CHECK(agent.tick(seconds(1)) == "");
    CHECK(agent.owed() == "Urp resolved");
    agent.accept();
    CHECK(agent.engine->desired("pager").empty());
    CHECK(agent.memory.notifications.empty());
}

TEST_CASE("engine::Engine: a rule that was moved or mended goes on with its alerts") {
    Agent agent(kUrp);
    for (int i = 0; i < 4; ++i) agent.page("urp 1\n");
    CHECK(agent.alert().state == alert::State::Firing);
    agent.setup = [] {
        auto setup = setup_of(R"([[rule]]
alert = "New"
expr = "new > 0"
[[rule]]
alert = "Urp"
expr = "sum by (instance, job) (urp) > 0"
for = "45s"
severity = "critical")",
                              1, "other.toml");
        return setup;
    };
    agent.restart();
    CHECK(agent.page("urp 1\n") == "");
    CHECK(agent.page("urp 0\n") == "Urp b1 resolved");
}

TEST_CASE("engine::Engine: a rule whose severity changed is another one, as in Prometheus") {
    Agent agent(R"([[rule]]
alert = "Urp"
expr = "urp > 0"
severity = "warning")");
    CHECK(agent.page("urp 1\n") == "Urp b1 firing");
    agent.setup = [] {
        return setup_of(R"([[rule]]
alert = "Urp"
expr = "urp > 0"
severity = "critical")",
                        1, "rules.toml");
    };
    agent.restart();
    CHECK(agent.page("urp 1\n") == "Urp b1 resolved, Urp b1 firing");
    CHECK(agent.engine->desired("pager").size() == 1);
}

TEST_CASE("engine::Engine: after a restart a rule waits until its targets were asked") {
    constexpr std::string_view rule = R"([[rule]]
alert = "Few"
expr = "count(alive == 1) < 2")";
    Agent agent(rule, 2);
    agent.page("alive 1\n", 1);
    agent.page("alive 1\n", 0);
    CHECK(agent.tick(minutes(20)) == "");
    agent.restart();
    CHECK(agent.page("alive 1\n", 0) == ""); // One of two, but the other was not asked yet.
    CHECK(agent.page("alive 1\n", 1) == "");
    CHECK(agent.page("alive 0\n", 1) == "Few  firing");
    agent.accept();
    agent.tick(minutes(20));
    agent.restart();
    CHECK(agent.page("alive 1\n", 1) == "");
    CHECK(agent.page("alive 1\n", 0) == "Few  resolved");
}

TEST_CASE("engine::Engine: a rule does not wait for ever for a target that is asked seldom") {
    Agent agent("[[rule]]\nalert = \"Down\"\nexpr = \"urp > 0\"", 2);
    agent.page("urp 0\n", 0);
    agent.page("urp 0\n", 1);
    agent.restart();
    agent.tick(seconds(1));
    CHECK(agent.page("urp 1\n", 0) == "");
    CHECK(agent.page("urp 1\n", 0) == "");
    CHECK(agent.page("urp 1\n", 0) == "Down b1 firing");
}

TEST_CASE("engine::Engine: half a page after a restart is still half a page") {
    Agent agent(R"([[rule]]
alert = "Urp"
expr = "urp > 0")");
    const std::string others = "a 1\nb 1\nc 1\n";
    CHECK(agent.page(others + "urp 1\n") == "Urp b1 firing");
    agent.restart();
    CHECK(agent.page("a 1\n") == ""); // The broker restarted as well.
    CHECK(agent.alert().held);
    CHECK(agent.page(others) == "Urp b1 resolved");
}

TEST_CASE("engine::Engine: Prometheus groups wait for all targets after a restart") {
    constexpr std::string_view rules = R"(
groups:
- name: g
  interval: 15s
  rules:
  - alert: Urp
    expr: urp > 0
    for: 30s
)";
    Agent agent(rules, 2, "rules.yml");
    std::string told;
    for (int i = 0; i < 5; ++i) {
        told += agent.page("urp 1\n", 0);
        told += agent.page("other 1\n", 1);
    }
    CHECK(told == "Urp b1 pendingUrp b1 firing");
    agent.accept();
    agent.restart();
    CHECK(agent.tick(minutes(10)) == ""); // What was known is older than any lookback.
    CHECK(agent.page("other 1\n", 1) == "");
    CHECK(agent.page("urp 1\n", 0) == "");
    CHECK(agent.tick(seconds(15)) == "");
    CHECK(agent.alert().state == alert::State::Firing);
    agent.page("urp 0\n", 0);
    CHECK(agent.tick(seconds(15)) == "Urp b1 resolved");
}

TEST_CASE("engine::Engine: who waited to fire while nobody looked for hours starts over") {
    Agent agent(kUrp);
    CHECK(agent.page("urp 1\n") == "Urp b1 pending");
    agent.restart();
    CHECK(agent.page("urp 1\n", 0, minutes(59)) == "Urp b1 firing");
    agent.restart();
    CHECK(agent.page("urp 0\n", 0, hours(2)) == ""); // keep_firing_for begins.
    CHECK(agent.page("urp 0\n", 0, minutes(1)) == "Urp b1 resolved");
    CHECK(agent.page("urp 1\n") == "Urp b1 pending");
    agent.restart();
    CHECK(agent.page("urp 1\n", 0, minutes(61)) == "Urp b1 dropped, Urp b1 pending");
}

TEST_CASE("engine::Engine: a clock that was set back between two lives blinds nothing") {
    Agent agent(kUrp);
    agent.page("urp 1\n");
    agent.page("urp 1\n");
    agent.restart();
    CHECK(agent.page("urp 1\n", 0, hours(-3)) == "");
    CHECK(agent.page("urp 1\n") == "");
    CHECK(agent.page("urp 1\n") == "Urp b1 firing");
}

TEST_CASE("engine::Engine: a new sink hears what fires, once it was seen to fire still") {
    Agent agent(R"([[rule]]
alert = "Urp"
expr = "urp > 0")");
    CHECK(agent.page("urp 1\n") == "Urp b1 firing");
    agent.accept();
    const auto before = agent.engine->desired("pager").begin()->second;
    agent.setup = [setup = agent.setup] {
        auto changed = setup();
        changed.sinks = {{"pager"}, {"chat"}};
        return changed;
    };
    agent.restart();
    agent.tick(seconds(1));
    CHECK(agent.engine->desired("chat").empty());
    agent.page("urp 1\n");
    REQUIRE(agent.engine->desired("chat").size() == 1);
    CHECK(agent.engine->desired("chat").begin()->second.firing());
    CHECK(agent.engine->desired("pager").begin()->second.revision == before.revision);
    agent.page("urp 1\n");
    CHECK(agent.engine->desired("chat").begin()->second.changed_at == agent.now - seconds(15));
}

TEST_CASE("engine::Bookkeeper: tells what changed and nothing else") {
    Agent agent(kUrp);
    const auto changes = [&](std::string_view body) {
        agent.now = agent.now + seconds(15);
        agent.engine->apply({agent.now, PageArrived{0, agent.now, {}, PageFormat::Text, body}});
        return agent.bookkeeper.changes(*agent.engine);
    };
    CHECK(changes("urp 0\n").everything);
    CHECK(changes("urp 0\n").empty());
    CHECK(changes("urp 1\n").alerts.size() == 1);
    CHECK(changes("urp 2\n").empty()); // A value is not worth a sync.
    CHECK(changes("urp 2\n").empty());
    const auto fired = changes("urp 2\n");
    CHECK(fired.alerts.size() == 1);
    CHECK(fired.notifications.size() == 1);
    CHECK(fired.revision == fired.notifications[0].revision);
    const auto kept = changes("urp 0\n"); // keep_firing_for began.
    CHECK(kept.alerts.size() == 1);
    CHECK(kept.notifications.empty());
    agent.bookkeeper.start_over();
    const auto all = changes("urp 0\n");
    CHECK(all.everything);
    CHECK(all.alerts.size() == 1);
    CHECK(all.notifications.size() == 1);
}

TEST_CASE("engine::Past: takes what came since, of series that need a past only") {
    Agent agent(std::string(kErrors) + std::string(kUrp));
    agent.page("errors 1\nurp 1\n");
    auto chunk = agent.past->take(*agent.engine);
    CHECK(chunk.everything);
    REQUIRE(chunk.sources.size() == 1);
    CHECK(chunk.sources[0].source == "page/b1");
    REQUIRE(chunk.sources[0].series.size() == 1);
    CHECK(chunk.sources[0].series[0].labels.name() == "errors");
    agent.page("errors 1\nurp 1\n");
    agent.page("errors 2\nurp 1\n");
    chunk = agent.past->take(*agent.engine);
    CHECK_FALSE(chunk.everything);
    REQUIRE(chunk.sources.size() == 1);
    CHECK(chunk.sources[0].series[0].samples.size() == 2);
    CHECK(agent.past->take(*agent.engine).sources.empty());
}
