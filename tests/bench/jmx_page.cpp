#include "bench/jmx_page.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace keepwatch::bench {
namespace {

constexpr std::size_t kPartitionsPerTopic = 4;

struct Metric {
    const char* name;
    bool counts;
};
constexpr std::array<Metric, 10> kOfPartition{{
    {"kafka_cluster_partition_atminisr", false},
    {"kafka_cluster_partition_insyncreplicascount", false},
    {"kafka_cluster_partition_laststableoffsetlag", false},
    {"kafka_cluster_partition_replicascount", false},
    {"kafka_cluster_partition_underminisr", false},
    {"kafka_cluster_partition_underreplicated", false},
    {"kafka_log_log_logendoffset", true},
    {"kafka_log_log_logstartoffset", false},
    {"kafka_log_log_numlogsegments", false},
    {"kafka_log_log_size", true},
}};
constexpr std::array<Metric, 8> kOfTopic{{
    {"kafka_server_brokertopicmetrics_bytesin_total", true},
    {"kafka_server_brokertopicmetrics_bytesout_total", true},
    {"kafka_server_brokertopicmetrics_bytesrejected_total", false},
    {"kafka_server_brokertopicmetrics_failedfetchrequests_total", false},
    {"kafka_server_brokertopicmetrics_failedproducerequests_total", false},
    {"kafka_server_brokertopicmetrics_messagesin_total", true},
    {"kafka_server_brokertopicmetrics_totalfetchrequests_total", true},
    {"kafka_server_brokertopicmetrics_totalproducerequests_total", true},
}};
constexpr std::array<Metric, 22> kOfBroker{{
    {"jvm_memory_used_bytes", true},
    {"jvm_threads_current", false},
    {"kafka_controller_controllerstats_uncleanleaderelections_total", false},
    {"kafka_controller_kafkacontroller_activecontrollercount", false},
    {"kafka_controller_kafkacontroller_offlinepartitionscount", false},
    {"kafka_controller_kafkacontroller_preferredreplicaimbalancecount", false},
    {"kafka_log_logmanager_offlinelogdirectorycount", false},
    {"kafka_network_requestchannel_requestqueuesize", false},
    {"kafka_network_socketserver_networkprocessoravgidlepercent", true},
    {"kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent", true},
    {"kafka_server_kafkaserver_brokerstate", false},
    {"kafka_server_replicafetchermanager_maxlag", false},
    {"kafka_server_replicamanager_atminisrpartitioncount", false},
    {"kafka_server_replicamanager_failedisrupdates_total", false},
    {"kafka_server_replicamanager_isrexpands_total", true},
    {"kafka_server_replicamanager_isrshrinks_total", true},
    {"kafka_server_replicamanager_leadercount", false},
    {"kafka_server_replicamanager_offlinereplicacount", false},
    {"kafka_server_replicamanager_partitioncount", false},
    {"kafka_server_replicamanager_underminisrpartitioncount", false},
    {"kafka_server_replicamanager_underreplicatedpartitions", false},
    {"process_cpu_seconds_total", true},
}};
constexpr std::array<const char*, 12> kRequests{
    "CreateTopics",    "Fetch",       "FetchConsumer", "FetchFollower",
    "FindCoordinator", "Heartbeat",   "ListOffsets",   "Metadata",
    "OffsetCommit",    "OffsetFetch", "Produce",       "UpdateMetadata"};

} // namespace

void append_java_number(double value, std::string& into) {
    std::array<char, 40> text{};
    const bool plain = value == 0 || (value >= 1e-3 && value < 1e7);
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format).ptr;
    const std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
    const auto e = std::min(digits.find('e'), digits.size());
    const auto mantissa = digits.substr(0, e);
    into += mantissa;
    if (mantissa.find('.') == mantissa.npos) into += ".0";
    if (e == digits.size()) return;
    int exponent = 0;
    const auto from = digits.data() + e + (digits[e + 1] == '+' ? 2 : 1);
    std::from_chars(from, end, exponent);
    into += fmt::format("E{}", exponent);
}

std::size_t JmxPage::partitions_of(std::string_view size) {
    if (size == "3k") return 232;
    if (size == "30k") return 2480;
    if (size == "150k") return 12480;
    return 0;
}

JmxPage::JmxPage(Shape shape) : shape_(shape) {
    add_broker();
    for (; next_topic_ < shape_.partitions / kPartitionsPerTopic; ++next_topic_)
        add_topic(next_topic_);
}

std::uint64_t JmxPage::random() { // SplitMix64
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

void JmxPage::add(const std::string& name, std::string_view type, const std::string& labels,
                  double value) {
    auto& family = families_[name];
    if (family.help.empty()) {
        family.help = fmt::format("{} Attribute exposed for management", name);
        family.type = type;
    }
    Series series{value, 0};
    const auto share = static_cast<double>(random() >> 11) * 0x1p-53;
    if (share < shape_.changing) series.change = 1 + static_cast<double>(random() % 1000);
    family.series.emplace(labels, series);
}

void JmxPage::add_broker() {
    for (const auto& [name, counts] : kOfBroker)
        add(name, counts ? "counter" : "gauge", "",
            counts ? static_cast<double>(random() % 1000000) : 1);
    for (const auto* request : kRequests)
        for (const auto* part : {"localtimems", "remotetimems", "requestqueuetimems",
                                 "responsequeuetimems", "responsesendtimems", "totaltimems"})
            for (const auto* quantile : {"0.50", "0.75", "0.95", "0.99"})
                add(fmt::format("kafka_network_requestmetrics_{}", part), "gauge",
                    fmt::format("{{quantile=\"{}\",request=\"{}\"}}", quantile, request),
                    static_cast<double>(random() % 10000) / 10);
}

void JmxPage::add_topic(std::size_t topic) {
    const auto name = fmt::format("orders-{:05}.events", topic);
    for (const auto& [metric, counts] : kOfTopic)
        add(metric, "counter", fmt::format("{{topic=\"{}\"}}", name),
            counts ? static_cast<double>(random() % 100000000) : 0);
    for (std::size_t partition = 0; partition < kPartitionsPerTopic; ++partition)
        for (const auto& [metric, counts] : kOfPartition)
            add(metric, "gauge", fmt::format("{{partition=\"{}\",topic=\"{}\"}}", partition, name),
                counts ? static_cast<double>(random() % 10000000000) : 0);
}

void JmxPage::remove_topic(std::size_t topic) {
    const auto name = fmt::format("orders-{:05}.events", topic);
    for (const auto& metric : kOfTopic)
        families_[metric.name].series.erase(fmt::format("{{topic=\"{}\"}}", name));
    for (std::size_t partition = 0; partition < kPartitionsPerTopic; ++partition)
        for (const auto& metric : kOfPartition)
            families_[metric.name].series.erase(
                fmt::format("{{partition=\"{}\",topic=\"{}\"}}", partition, name));
}

void JmxPage::step() {
    for (auto& [name, family] : families_)
        for (auto& [labels, series] : family.series) series.value += series.change;
    for (std::size_t i = 0; i < shape_.topics_moved; ++i) {
        remove_topic(first_topic_++);
        add_topic(next_topic_++);
    }
}

void JmxPage::render(std::string& into) const {
    into.clear();
    for (const auto& [name, family] : families_) {
        into += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, family.type);
        for (const auto& [labels, series] : family.series) {
            into += name;
            into += labels;
            into += ' ';
            append_java_number(series.value, into);
            into += '\n';
        }
    }
}

std::size_t JmxPage::samples() const {
    std::size_t count = 0;
    for (const auto& [name, family] : families_) count += family.series.size();
    return count;
}

} // namespace keepwatch::bench
