#include "engine/blindness.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {

using namespace keepwatch;
using namespace keepwatch::engine;

constexpr Timestamp kStart{1'700'000'000'000};

// An agent over one broker and one ZooKeeper with a rule, after some minutes of the same pages.
struct Watch {
    Engine engine;
    Timestamp now = kStart;

    explicit Watch(std::string_view expr) : engine(setup(expr)) {}

    static Setup setup(std::string_view expr) {
        Setup setup;
        auto loaded = alert::parse_rules(
            fmt::format("[[rule]]\nalert = \"A\"\nexpr = '''{}'''\n", expr), "r.toml");
        for (const auto& error : loaded.errors) FAIL(error.to_string());
        setup.rules = std::move(loaded.rules);
        setup.targets = {
            {"b1", "kafka", seconds(15), Labels{{"instance", "b1"}, {"job", "kafka"}}},
            {"z1", "zookeeper", seconds(15), Labels{{"instance", "z1"}, {"job", "zookeeper"}}}};
        return setup;
    }

    Watch& pages(std::string_view body, Duration during) {
        for (const auto until = now + during; now < until; now = now + seconds(15))
            engine.apply({now, PageArrived{0, now, {}, PageFormat::Text, body}});
        return *this;
    }
    Watch& failures(Duration during) {
        for (const auto until = now + during; now < until; now = now + seconds(15))
            engine.apply({now, ScrapeFailed{0, now, {}, "refused"}});
        return *this;
    }
    std::string blind() const {
        std::string text;
        for (const auto& rule : blind_rules(engine)) {
            text += fmt::format("{}: {}", rule.rule, rule.selector);
            for (const auto& name : rule.nearest) text += " ~ " + name;
        }
        return text;
    }
};

constexpr std::string_view kPage = "kafka_server_ReplicaManager_UnderReplicatedPartitions 0\n"
                                   "kafka_server_replicamanager_leadercount 9\nother 1\n";
constexpr std::string_view kUrp = "kafka_server_replicamanager_underreplicatedpartitions > 0";

} // namespace

TEST_CASE("engine::blind_rules: a rule of another exporter's dialect is told what is there") {
    CHECK(Watch(kUrp).pages(kPage, minutes(11)).blind() ==
          "A: kafka_server_replicamanager_underreplicatedpartitions ~ "
          "kafka_server_ReplicaManager_UnderReplicatedPartitions");
    CHECK(Watch("nothing_like_it > 0").pages(kPage, minutes(11)).blind() == "A: nothing_like_it");
    CHECK(Watch("other{job=\"kafka\",x=\"1\"} > 0").pages(kPage, minutes(11)).blind() ==
          "A: other{job=\"kafka\",x=\"1\"} ~ other");
}

TEST_CASE("engine::blind_rules: it is told in one line") {
    Watch watch(kUrp);
    watch.pages(kPage, minutes(11));
    REQUIRE(blind_rules(watch.engine).size() == 1);
    CHECK(to_text(blind_rules(watch.engine)[0]) ==
          "rule A is blind: nothing matches "
          "kafka_server_replicamanager_underreplicatedpartitions; there is "
          "kafka_server_ReplicaManager_UnderReplicatedPartitions");
    CHECK(to_text({"A", "x", {}, {}}) == "rule A is blind: nothing matches x");
}

TEST_CASE("engine::blind_rules: who sees, or has nothing to look at, is not blind") {
    CHECK(Watch("other > 5").pages(kPage, minutes(11)).blind() == "");
    CHECK(Watch("nothing > 0 or other > 5").pages(kPage, minutes(11)).blind() == "");
    CHECK(Watch("absent(nothing)").pages(kPage, minutes(11)).blind() == "");
    CHECK(Watch("ALERTS{alertname=\"B\"}").pages(kPage, minutes(11)).blind() == "");
    CHECK(Watch("nothing{job=\"zookeeper\"} > 0").pages(kPage, minutes(11)).blind() == "");
    CHECK(Watch("up == 0").pages(kPage, minutes(11)).blind() == "");
}

TEST_CASE("engine::blind_rules: it takes a while, and a target that is up") {
    CHECK(Watch(kUrp).pages(kPage, minutes(9)).blind() == "");
    CHECK(Watch(kUrp).pages(kPage, minutes(11)).failures(seconds(15)).blind() == "");
    // A metric that has gone is seen for a while.
    CHECK(
        Watch("other > 5").pages(kPage, minutes(11)).pages("b 1\nc 1\nd 1\n", minutes(9)).blind() ==
        "");
    CHECK(Watch("other > 5")
              .pages(kPage, minutes(11))
              .pages("b 1\nc 1\nd 1\n", minutes(11))
              .blind() == "A: other ~ other");
}

TEST_CASE("engine::Engine: every name of every page is in the catalogue, wanted or not") {
    Watch watch("x > 0");
    watch.pages("a 1\nb{l=\"1\"} 1\nb{l=\"2\"} 1\n", seconds(30));
    REQUIRE(watch.engine.catalogue().find("b"));
    CHECK(watch.engine.catalogue().find("b")->series == 2);
    CHECK(watch.engine.catalogue().find("b")->last_seen == kStart + seconds(15));
    watch.pages("a 1\nc 1\nd 1\n", seconds(15));
    CHECK(watch.engine.catalogue().find("b")->series == 0);
    CHECK(watch.engine.catalogue().find("b")->last_seen == kStart + seconds(15));
    CHECK(watch.engine.catalogue().find("c")->series == 1);
    watch.failures(seconds(15));
    CHECK(watch.engine.catalogue().names().size() == 4);
}

TEST_CASE("engine::alike: names of one thing in the dialects of exporters") {
    const std::vector<std::string> names{
        "kafka_server_replica_manager_under_replicated_partitions",
        "kafka_server_ReplicaManager_UnderReplicatedPartitions_Value",
        "kafka_controller_offline_partitions", "up"};
    const auto found = alike("kafka_server_replicamanager_underreplicatedpartitions", names);
    REQUIRE(found.size() == 2);
    CHECK(found[0] == names[0]);
    CHECK(found[1] == names[1]);
    CHECK(alike("", names).empty());
    CHECK(alike("x", {}).empty());
}
