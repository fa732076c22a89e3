#include "engine/agent_play.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::engine;

double value(const Agent& agent, std::string_view metric) {
    const std::vector matchers{series::Matcher::equal("__name__", std::string(metric)),
                               series::Matcher::equal("instance", "b1")};
    const auto& store = agent.engine->store();
    const auto found = store.select(matchers, kStart, agent.now);
    REQUIRE(found.size() == 1);
    return store.latest(found.front(), kStart, agent.now)->value;
}

constexpr std::string_view kUrp = R"(
[[rule]]
alert = "Urp"
expr = "urp > 0"
for = "30s"
severity = "critical"
)";

} // namespace

TEST_CASE(
    "engine::Engine: an alert becomes pending, fires and resolves by the times of the pages") {
    Agent agent(kUrp);
    CHECK(agent.page("urp 0\n") == "");
    CHECK(agent.page("urp 3\n") == "Urp b1 pending");
    CHECK(agent.page("urp 3\n") == "");
    CHECK(agent.page("urp 2\n") == "Urp b1 firing");
    CHECK(agent.engine->desired("pager").size() == 1);
    CHECK(agent.page("urp 0\n") == "Urp b1 resolved");
}

TEST_CASE("engine::Engine: writes what Prometheus writes beside a page") {
    Agent agent("", 1);
    agent.page("urp 0\nother 1\n");
    CHECK(value(agent, "up") == 1);
    CHECK(value(agent, "scrape_duration_seconds") == 0.1);
    CHECK(value(agent, "scrape_samples_scraped") == 2);
    CHECK(value(agent, "scrape_samples_post_metric_relabeling") == 2);
    CHECK(value(agent, "scrape_series_added") == 2);
    agent.page("urp 0\nother 2\n");
    CHECK(value(agent, "scrape_series_added") == 0);
    agent.fail();
    CHECK(value(agent, "up") == 0);
    CHECK(value(agent, "scrape_samples_scraped") == 0);
}

TEST_CASE("engine::Engine: keeps what is read and nothing else") {
    Agent agent(kUrp);
    agent.page("urp 0\nnobody_reads_this 1\n");
    const std::vector any{series::Matcher::equal("__name__", "nobody_reads_this")};
    CHECK(agent.engine->store().select(any, kStart, agent.now).empty());
    CHECK(value(agent, "urp") == 0);
}

TEST_CASE("engine::Engine: a target that is down has not recovered") {
    Agent agent(kUrp);
    agent.page("urp 1\n");
    agent.page("urp 1\n");
    CHECK(agent.page("urp 1\n") == "Urp b1 firing");
    CHECK(agent.fail() == "");
    CHECK(agent.page("") == "");         // A page of nothing: the broker is starting.
    CHECK(agent.page("urp{ 1\n") == ""); // A page without the line that matters.
    CHECK(agent.page("urp 1\n") == "");
    CHECK(agent.page("urp 0\n") == "Urp b1 resolved");
}

TEST_CASE("engine::Engine: what a whole page lacks has recovered") {
    Agent agent(kUrp);
    const auto others = std::string("a 1\nb 1\nc 1\n");
    agent.page(others + "urp 1\n");
    agent.page(others + "urp 1\n");
    CHECK(agent.page(others + "urp 1\n") == "Urp b1 firing");
    CHECK(agent.page(others) == "Urp b1 resolved");
}

TEST_CASE("engine::Engine: a page that is refused is a failed scrape with its reason") {
    Agent agent(R"([[rule]]
alert = "Down"
expr = "up == 0")");
    CHECK(agent.page("<html></html>\n") == "Down b1 firing");
    CHECK(agent.engine->target(0).up == false);
    CHECK(agent.engine->target(0).reason.starts_with("page refused: line 1, byte 0: "));
    CHECK(agent.page("urp 1\n") == "Down b1 resolved");
}

TEST_CASE("engine::Engine: a fact is judged at once, and a page asked before it can't undo it") {
    Agent agent(R"([[rule]]
alert = "ProcessDown"
expr = "keepwatch_process_up == 0")");
    CHECK(agent.fact("keepwatch_process_up", 1) == "");
    const auto asked = agent.now;
    CHECK(agent.fact("keepwatch_process_up", 0) == "ProcessDown b1 firing");
    CHECK(agent.told({agent.now + seconds(1),
                      PageArrived{0, asked, seconds(1), PageFormat::Text, "a 1\n"}}) == "");
    CHECK(agent.fact("keepwatch_process_up", 1) == "ProcessDown b1 resolved");
}

TEST_CASE("engine::Engine: rules of cluster scope need the whole cluster") {
    constexpr std::string_view rule = R"([[rule]]
alert = "NoController"
expr = "sum(controller) != 1"
scope = "cluster")";
    Agent part([&] {
        auto setup = setup_of(rule, 2);
        setup.whole_cluster = false;
        return setup;
    });
    CHECK(part.engine->rules().left_out() == std::vector<std::string>{"NoController"});
    CHECK(part.page("controller 0\n") == "");

    Agent whole(rule, 2);
    CHECK(whole.page("controller 1\n", 0) == "");
    CHECK(whole.page("controller 0\n", 1) == "");
    CHECK(whole.page("controller 0\n", 0) == "NoController  firing");
    CHECK(whole.page("controller 1\n", 1) == "NoController  resolved");
}

TEST_CASE("engine::Engine: a rule about the cluster sees the newest samples of all its members") {
    Agent agent(R"([[rule]]
alert = "NoController"
expr = "sum(controller) != 1"
scope = "cluster")",
                2);
    const auto asked = agent.now + seconds(1);
    CHECK(agent.page("controller 1\n", 0) == "");
    // Asked before the other one, answered after it.
    CHECK(agent.told({agent.now + seconds(1), PageArrived{1, asked, seconds(15), PageFormat::Text,
                                                          "controller 0\n"}}) == "");
}

TEST_CASE("engine::Engine: a rule sees ALERTS of a rule before it within one round") {
    Agent agent(R"([[rule]]
alert = "First"
expr = "urp > 0"
[[rule]]
alert = "Second"
expr = "ALERTS{alertname='First', alertstate='firing'} == 1")");
    CHECK(agent.page("urp 1\n") == "First b1 firing, Second b1 firing");
}

TEST_CASE("engine::Engine: a rule about something absent runs without any series to read") {
    Agent agent(R"x([[rule]]
alert = "Absent"
expr = "absent(nothing)")x");
    CHECK(agent.page("urp 1\n") == "Absent  firing");
}

TEST_CASE("engine::Engine: labels that a page and its target both have are the target's") {
    CHECK(merge_labels(Labels{{"__name__", "a"}, {"instance", "x"}, {"exported_instance", "y"}},
                       Labels{{"instance", "b1"}})
              .to_string() ==
          R"(a{exported_exported_instance="x",exported_instance="y",instance="b1"})");
}

TEST_CASE("engine::Engine: the wall clock may be set without firing or forgetting anything") {
    for (const auto by : {hours(1), hours(-1)}) {
        Agent agent(kUrp);
        agent.page("urp 1\n");
        agent.now = agent.now + by;
        CHECK(agent.told({agent.now, ClockStepped{by}}) == "");
        CHECK(agent.page("urp 1\n") == "");
        CHECK(agent.page("urp 1\n") == "Urp b1 firing");
        CHECK(agent.page("urp 0\n") == "Urp b1 resolved");
    }
}

TEST_CASE("engine::Engine: a sink's news leave desired() once their end was accepted") {
    Agent agent(R"([[rule]]
alert = "Urp"
expr = "urp > 0")");
    agent.page("urp 1\n");
    const auto accept = [&] {
        const auto& owed = agent.engine->desired("pager").begin()->second;
        agent.told({agent.now, DeliveryOutcome{"pager", owed.key, owed.revision, true, ""}});
    };
    accept();
    CHECK(agent.engine->desired("pager").size() == 1);
    agent.page("urp 0\n");
    accept();
    CHECK(agent.engine->desired("pager").empty());
}

TEST_CASE("engine::Engine: events about targets that do not exist change nothing") {
    Agent agent(kUrp);
    CHECK(agent.page("urp 1\n", 7) == "");
    CHECK(agent.fail(7) == "");
    CHECK(agent.fact("x", 1, 7) == "");
}
