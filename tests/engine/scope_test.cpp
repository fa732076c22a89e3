// The keys by which receivers tell incidents apart, over agents that know nothing of each other.
#include <set>

#include "engine/agent_play.h"

using namespace keepwatch;
using namespace keepwatch::engine;

namespace {

// Of any agent of that cluster, each of which asks all exporters.
Setup setup_on(std::string_view cluster) {
    auto setup = setup_of(R"(
[[rule]]
alert    = "Offline"
expr     = "offline > 0"
severity = "critical"
scope    = "cluster"
[[rule]]
alert    = "Full"
expr     = "full > 0"
severity = "critical"
)",
                          3);
    for (auto& target : setup.targets) {
        LabelsBuilder labels(target.labels);
        labels.set("cluster", cluster);
        target.labels = labels.build();
    }
    return setup;
}

// The keys under which the alert fires, where one exporter shows it.
std::set<std::string> keys_of(std::string_view alert, std::string_view cluster, TargetId seen_by) {
    Agent agent([cluster] { return setup_on(cluster); });
    for (TargetId target = 0; target < 3; ++target) {
        const int shown = target == seen_by ? 1 : 0;
        agent.page(fmt::format("offline {0}\nfull {0}\n", shown), target);
    }
    std::set<std::string> keys;
    for (const auto& [key, notification] : agent.engine->desired("pager"))
        if (notification.alert == alert) keys.insert(key);
    return keys;
}

} // namespace

TEST_CASE("engine::Engine: many agents that report one condition of a cluster make one incident") {
    std::set<std::string> keys;
    for (TargetId seen_by = 0; seen_by < 3; ++seen_by)
        for (int agent = 0; agent < 10; ++agent) keys.merge(keys_of("Offline", "c1", seen_by));
    CHECK(keys.size() == 1);
    keys.merge(keys_of("Offline", "c2", 0)); // Another cluster has its own.
    CHECK(keys.size() == 2);
}

TEST_CASE("engine::Engine: a condition of a host is an incident of that host, whoever reports it") {
    std::set<std::string> keys;
    for (TargetId seen_by = 0; seen_by < 3; ++seen_by)
        for (int agent = 0; agent < 3; ++agent) keys.merge(keys_of("Full", "c1", seen_by));
    CHECK(keys.size() == 3);
}
