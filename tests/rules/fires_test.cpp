#include <doctest/doctest.h>

#include <algorithm>

#include "alert/rule.h"
#include "promql/evaluate.h"
#include "series/archive_store.h"

using namespace keepwatch;

namespace {

constexpr Timestamp kNow{1'700'000'000'000};

// Series, each with one value per 15 s up to now, and what a rule of our packs makes of them.
class Scene {
public:
    Scene& has(const Labels& labels, const std::vector<double>& values) {
        auto t = kNow - seconds(15) * static_cast<std::int64_t>(values.size() - 1);
        for (const double value : values) {
            store_.append(labels, t, value);
            t = t + seconds(15);
        }
        return *this;
    }
    Scene& grows(const Labels& labels, double per_second, int samples = 21) {
        std::vector<double> values;
        for (int i = 0; i < samples; ++i) values.push_back(1000 + 15 * per_second * i);
        return has(labels, values);
    }

    // The instances for which the alert's condition holds, with values; or its recovery's.
    std::string result(std::string_view alert, bool recover = false) const {
        const auto loaded = alert::load_rules({KEEPWATCH_SOURCE_DIR "/rules"});
        for (const auto& group : loaded.rules.groups)
            for (const auto& rule : group.rules)
                if (rule->name == alert) return run(recover ? rule->recover : rule->expr);
        return "no such alert";
    }

private:
    std::string run(const promql::ExprPtr& expr) const {
        const auto value = promql::Evaluator(store_).instant(*expr, kNow);
        REQUIRE(value);
        std::string text;
        for (const auto& row : std::get<promql::VectorValue>(*value)) {
            if (!text.empty()) text += ' ';
            const auto who = row.labels.get("instance");
            text += std::string(who.empty() ? "all" : who);
        }
        return text;
    }
    series::ArchiveStore store_;
};

Labels kafka(std::string_view name, std::string_view instance = "b1") {
    return {{"__name__", name}, {"job", "kafka"}, {"instance", instance}, {"cluster", "c"}};
}
Labels zookeeper(std::string_view name, std::string_view instance = "z1") {
    return {{"__name__", name}, {"job", "zookeeper"}, {"instance", instance}, {"cluster", "c"}};
}
Labels disk(std::string_view name, std::string_view fstype = "xfs") {
    return {{"__name__", name},     {"job", "host"},    {"instance", "h1"},
            {"device", "/dev/sdb"}, {"fstype", fstype}, {"mountpoint", "/data"}};
}

} // namespace

TEST_CASE("rules: a broker that is gone is told once, by the one who knows best") {
    CHECK(Scene().has(kafka("up"), {1}).result("KafkaBrokerDown") == "");
    CHECK(Scene().has(kafka("up"), {0}).result("KafkaBrokerDown") == "b1");
    CHECK(Scene().has(zookeeper("up"), {0}).result("KafkaBrokerDown") == "");
    Scene ended;
    ended.has(kafka("up"), {0}).has(kafka("up", "b2"), {0}).has(kafka("keepwatch_process_up"), {0});
    CHECK(ended.result("KafkaBrokerDown") == "b2");
    CHECK(ended.result("KafkaBrokerProcessDown") == "b1");
    CHECK(Scene().has(kafka("keepwatch_process_up"), {1}).result("KafkaBrokerProcessDown") == "");
}

TEST_CASE("rules: replicas and directories are counted by the broker") {
    const std::pair<std::string_view, std::string_view> alerts[] = {
        {"KafkaOfflinePartitions", "kafka_controller_kafkacontroller_offlinepartitionscount"},
        {"KafkaUnderReplicatedPartitions", "kafka_server_replicamanager_underreplicatedpartitions"},
        {"KafkaLogDirOffline", "kafka_log_logmanager_offlinelogdirectorycount"},
    };
    for (const auto& [alert, metric] : alerts) {
        CHECK(Scene().has(kafka(metric), {0}).result(alert) == "");
        CHECK(Scene().has(kafka(metric), {1}).result(alert) == "b1");
    }
}

TEST_CASE("rules: a shrink between two scrapes is seen by its counter") {
    constexpr auto shrinks = "kafka_server_replicamanager_isrshrinks_total";
    CHECK(Scene().has(kafka(shrinks), {7, 7, 7, 7}).result("KafkaIsrShrinking") == "");
    CHECK(Scene().has(kafka(shrinks), {7, 7, 31, 31}).result("KafkaIsrShrinking") == "b1");
}

TEST_CASE("rules: exactly one controller, however many exporters a host has") {
    constexpr auto count = "kafka_controller_kafkacontroller_activecontrollercount";
    const auto alert = "KafkaNoActiveController";
    CHECK(Scene().has(kafka(count), {1}).has(kafka(count, "b2"), {0}).result(alert) == "");
    CHECK(Scene().has(kafka(count), {0}).has(kafka(count, "b2"), {0}).result(alert) == "all");
    CHECK(Scene().has(kafka(count), {1}).has(kafka(count, "b2"), {1}).result(alert) == "all");
    const auto second = kafka(count).with("exporter", "other");
    CHECK(Scene().has(kafka(count), {1}).has(second, {1}).result(alert) == "");
}

TEST_CASE("rules: idle time of the handlers is that of the last minutes, under both names") {
    const auto alert = "KafkaRequestHandlerIdleLow";
    for (const std::string_view name :
         {"kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_count",
          "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_count_total"}) {
        const auto scene = [&](double idle, double up_before) {
            Scene made;
            std::vector<double> up(41, 1); // Ten minutes; the first half is five minutes ago.
            std::fill_n(up.begin(), 21, up_before);
            made.has(kafka("up"), up).grows(kafka(name), idle * 1e9);
            return made;
        };
        CHECK(scene(0.97, 1).result(alert) == "");
        CHECK(scene(0.2, 1).result(alert) == "b1");
        CHECK(scene(0.2, 0).result(alert) == ""); // It has only just come back.
        CHECK(scene(0.35, 1).result(alert) == "");
        CHECK(scene(0.35, 1).result(alert, true) == "");
        CHECK(scene(0.5, 1).result(alert, true) == "b1");
    }
}

TEST_CASE("rules: a filesystem that is nearly full, or will be within hours") {
    const auto avail = "node_filesystem_avail_bytes";
    const auto size = "node_filesystem_size_bytes";
    const auto scene = [&](const std::vector<double>& values, std::string_view fstype = "xfs") {
        Scene made;
        made.has(disk(avail, fstype), values).has(disk(size, fstype), {1000e9});
        return made;
    };
    CHECK(scene({300e9}).result("HostDiskFilling") == "");
    CHECK(scene({90e9}).result("HostDiskFilling") == "h1");
    CHECK(scene({90e9}, "tmpfs").result("HostDiskFilling") == "");
    CHECK(scene({180e9, 180e9, 180e9}).result("HostDiskFilling") == "");
    CHECK(scene({184e9, 183e9, 182e9}).result("HostDiskFilling") ==
          "");                             // Half a minute is no pace.
    const auto falling = [](double from) { // 13 MB/s for half an hour.
        std::vector<double> values;
        for (int i = 0; i <= 120; ++i) values.push_back(from - i * 0.2e9);
        return values;
    };
    CHECK(scene(falling(190e9)).result("HostDiskFilling") == "h1");
    CHECK(scene(falling(304e9)).result("HostDiskFilling") == "");
    CHECK(scene({120e9}).result("HostDiskFilling", true) == "");
    CHECK(scene({160e9}).result("HostDiskFilling", true) == "h1");
}

TEST_CASE("rules: a member of the ensemble that is gone, not serving or missed") {
    const auto alert = "ZookeeperQuorumMemberLost";
    CHECK(Scene().has(zookeeper("up"), {1}).has(zookeeper("zk_serving"), {1}).result(alert) == "");
    CHECK(Scene().has(zookeeper("up"), {0}).result(alert) == "z1");
    CHECK(Scene().has(zookeeper("up"), {1}).has(zookeeper("zk_serving"), {0}).result(alert) ==
          "z1");
    for (const std::string prefix : {"zk_", ""}) {
        const auto followers = zookeeper(prefix + "synced_followers");
        const auto members = zookeeper(prefix + "quorum_size");
        CHECK(Scene().has(followers, {2}).has(members, {3}).result(alert) == "");
        CHECK(Scene().has(followers, {1}).has(members, {3}).result(alert) == "z1");
        // The one that is gone is a target itself, and enough to blame.
        Scene blamed;
        blamed.has(followers, {1}).has(members, {3}).has(zookeeper("up"), {1});
        CHECK(blamed.has(zookeeper("up", "z3"), {0}).result(alert) == "z3");
    }
}

TEST_CASE("rules: writes to ZooKeeper are slow now, whatever the mean since the start says") {
    const auto alert = "ZookeeperLatencyHigh";
    const std::pair<std::string_view, std::string_view> names[] = {
        {"zk_sum_updatelatency", "zk_cnt_updatelatency"},
        {"zk_updatelatency_sum", "zk_updatelatency_count"},
        {"updatelatency_sum", "updatelatency_count"},
    };
    for (const auto& [sum, count] : names) {
        const auto scene = [&, s = sum, c = count](double ms) {
            Scene made;
            made.grows(zookeeper(s), 10 * ms)
                .grows(zookeeper(c), 10)
                .has(zookeeper("zk_avg_latency"), {4000});
            return made;
        };
        CHECK(scene(20).result(alert) == "");
        CHECK(scene(250).result(alert) == "z1");
        CHECK(scene(0).result(alert) == "");
    }
    CHECK(Scene().has(zookeeper("zk_avg_latency"), {5}).result(alert) == "");
    CHECK(Scene().has(zookeeper("avg_latency"), {500}).result(alert) == "z1");
    CHECK(Scene().has(kafka("avg_latency"), {500}).result(alert) == "");
}
