#include "cli/exporter_config.h"

#include <doctest/doctest.h>

#include "alert/rule.h"
#include "cli/exporter_config_beans.h"
#include "promql/parse.h"
#include "promql/selectors.h"

using namespace keepwatch;
using namespace keepwatch::cli;

namespace {

std::vector<WantedSeries> wanted_by(std::string_view expr, const std::string& reader) {
    const auto parsed = promql::parse(expr);
    REQUIRE(parsed);
    std::vector<WantedSeries> wanted;
    for (const auto* selector : promql::selectors(**parsed))
        wanted.push_back({selector->matchers, reader});
    return wanted;
}

// The MBeans that an expression makes the exporter ask for: `type=A,name=B; …`, then `?series` for
// those that are not known, and `.attribute`.
std::string asked_for(std::string_view expr, const std::string& kind = "kafka") {
    const auto choice = choose_beans(kind, wanted_by(expr, "Rule"));
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    for (const auto& [object, wanted] : choice.beans) add(object);
    for (const auto& attribute : choice.attributes) add("." + attribute);
    for (const auto& [series, readers] : choice.unknown) add("?" + series);
    return text;
}

} // namespace

TEST_CASE("cli::exporter_config: the MBeans of what an expression reads") {
    const auto f = [](std::string_view expr, std::string_view expected) {
        CHECK(asked_for(expr) == expected);
    };
    f("kafka_server_replicamanager_underreplicatedpartitions > 0",
      "kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions");
    f("rate(kafka_server_replicamanager_isrshrinks_total[5m])",
      "kafka.server:type=ReplicaManager,name=IsrShrinksPerSec");
    f("kafka_log_log_size", "kafka.log:type=Log,name=Size,topic=*,partition=*");
    f("kafka_log_log_size{topic=\"t\"}", "kafka.log:type=Log,name=Size,topic=t,partition=*");
    f("kafka_log_log_size{topic=~\"a|b\"}", "kafka.log:type=Log,name=Size,topic=a,partition=*; "
                                            "kafka.log:type=Log,name=Size,topic=b,partition=*");
    f("kafka_log_log_size{topic=~\"a.*|b\"}", "kafka.log:type=Log,name=Size,topic=*,partition=*");
    f("kafka_network_requestmetrics_totaltimems{request=\"Produce\",quantile=\"0.99\"}",
      "kafka.network:type=RequestMetrics,name=TotalTimeMs,request=Produce");
    // A timer's count, as agents 0.x and 1.x of the exporter call it.
    f("kafka_controller_controllerstats_leaderelectionrateandtimems_count",
      "kafka.controller:type=ControllerStats,name=LeaderElectionRateAndTimeMs");
    f("kafka_controller_controllerstats_leaderelectionrateandtimems_count_total",
      "kafka.controller:type=ControllerStats,name=LeaderElectionRateAndTimeMs");
    f("kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
      "kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent");
    // What a wider name says already is not said again.
    f("kafka_log_log_size{topic=\"t\"} or kafka_log_log_size{topic=\"t\",partition=\"0\"}",
      "kafka.log:type=Log,name=Size,topic=t,partition=*");
    f("kafka_log_log_size or kafka_log_log_size{topic=\"t\"}",
      "kafka.log:type=Log,name=Size,topic=*,partition=*");
    // All topics together, each, or both.
    f("kafka_server_brokertopicmetrics_bytesin_total{topic=\"\"}",
      "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec");
    f("kafka_server_brokertopicmetrics_bytesin_total{topic!=\"\"}",
      "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=*");
    f("kafka_server_brokertopicmetrics_bytesin_total",
      "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec; "
      "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=*");
    // Beans that name their series by their attributes.
    f("kafka_server_raft_metrics_current_leader < 0",
      "kafka.server:type=raft-metrics; .current-leader");
    f("kafka_server_socket_server_metrics_failed_authentication_total{listener=\"SSL\"}",
      "kafka.server:type=socket-server-metrics,listener=SSL,networkProcessor=*; "
      ".failed-authentication-total");
    f("kafka_server_nosuchthing", "?kafka_server_nosuchthing");
    f("up == 0 or zk_serving or jvm_threads_current or node_load1", "");
}

TEST_CASE("cli::exporter_config: other processes") {
    CHECK(asked_for("kafka_connect_connector_task_metrics_pause_ratio", "connect") ==
          "kafka.connect:type=connector-task-metrics,connector=*,task=*; .pause-ratio");
    CHECK(asked_for("kafka_connect_mirror_mirrorsourceconnector_record_count", "mirrormaker") ==
          "kafka.connect.mirror:type=MirrorSourceConnector,source=*,target=*,topic=*,partition=*; "
          "kafka.connect.mirror:type=MirrorSourceConnector,target=*,topic=*,partition=*; "
          ".record-count");
    CHECK(asked_for("kafka_producer_producer_metrics_record_error_total", "client") ==
          "kafka.producer:type=producer-metrics,client-id=*; .record-error-total");
    CHECK(asked_for("kafka_producer_producer_metrics_record_error_total", "kafka") == "");
    CHECK(asked_for("kafka_server_nosuchthing", "client") == "");
}

TEST_CASE("cli::exporter_config: the YAML says who reads what, and the small tier has no crowds") {
    auto wanted = wanted_by("kafka_log_log_size > 1", "LogLarge");
    for (const auto* reader : {"B", "A"})
        for (auto& more : wanted_by("kafka_server_kafkaserver_brokerstate", reader))
            wanted.push_back(std::move(more));
    for (auto& more : wanted_by("kafka_server_replicafetchermanager_maxlag", "Lag"))
        wanted.push_back(std::move(more));
    for (auto& more : wanted_by("kafka_server_new", "New")) wanted.push_back(std::move(more));
    const auto choice = choose_beans("kafka", wanted);
    const auto all = exporter_yaml("kafka", choice, ExporterTier::All);
    const auto few = exporter_yaml("kafka", choice, ExporterTier::Few);
    const auto has = [](const std::string& yaml, std::string_view line) {
        return yaml.find("\n" + std::string(line) + "\n") != yaml.npos;
    };
    CHECK(has(all, "  - 'kafka.log:type=Log,name=Size,topic=*,partition=*' # LogLarge"));
    CHECK_FALSE(has(few, "  - 'kafka.log:type=Log,name=Size,topic=*,partition=*' # LogLarge"));
    for (const auto& yaml : {all, few}) {
        CHECK(has(yaml, "  - 'kafka.server:type=KafkaServer,name=BrokerState' # A, B"));
        CHECK(has(yaml,
                  "  - 'kafka.server:type=ReplicaFetcherManager,name=MaxLag,clientId=*' # Lag"));
        CHECK(has(yaml, "# No MBean is known for kafka_server_new (New)."));
    }
    const auto nothing =
        exporter_yaml("zookeeper", choose_beans("zookeeper", {}), ExporterTier::All);
    CHECK(has(nothing, "  - 'keepwatch:type=Nothing' # nothing is read; an empty list would mean "
                       "everything"));
}

TEST_CASE("cli::exporter_config: an MBean is known for all that the shipped rules read") {
    const auto loaded = alert::load_rules({KEEPWATCH_SOURCE_DIR "/rules"});
    REQUIRE(loaded.errors.empty());
    std::vector<WantedSeries> wanted;
    for (const auto& group : loaded.rules.groups)
        for (const auto& rule : group.rules)
            for (const auto* selector : promql::selectors(*rule->expr))
                wanted.push_back({selector->matchers, rule->name});
    const auto choice = choose_beans("kafka", wanted);
    CHECK(choice.beans.size() > 10);
    std::string unknown;
    for (const auto& [series, readers] : choice.unknown) unknown += series + " ";
    CHECK(unknown == "");
}
