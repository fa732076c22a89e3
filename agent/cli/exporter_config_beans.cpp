#include "cli/exporter_config_beans.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/labels.h"

namespace keepwatch::cli {
namespace {

constexpr std::string_view kBroker[] = {
    "kafka.cluster:type=Partition,name=AtMinIsr,topic=*,partition=*",
    "kafka.cluster:type=Partition,name=InSyncReplicasCount,topic=*,partition=*",
    "kafka.cluster:type=Partition,name=LastStableOffsetLag,topic=*,partition=*",
    "kafka.cluster:type=Partition,name=ReplicasCount,topic=*,partition=*",
    "kafka.cluster:type=Partition,name=UnderMinIsr,topic=*,partition=*",
    "kafka.cluster:type=Partition,name=UnderReplicated,topic=*,partition=*",
    "kafka.controller:type=ControllerChannelManager,name=QueueSize,broker-id=*",
    "kafka.controller:type=ControllerChannelManager,name=RequestRateAndQueueTimeMs,broker-id=*",
    "kafka.controller:type=ControllerChannelManager,name=TotalQueueSize",
    "kafka.controller:type=ControllerEventManager,name=EventQueueProcessingTimeMs",
    "kafka.controller:type=ControllerEventManager,name=EventQueueSize",
    "kafka.controller:type=ControllerEventManager,name=EventQueueTimeMs",
    "kafka.controller:type=ControllerStats,name=LeaderElectionRateAndTimeMs",
    "kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec",
    "kafka.controller:type=KafkaController,name=ActiveBrokerCount",
    "kafka.controller:type=KafkaController,name=ActiveControllerCount",
    "kafka.controller:type=KafkaController,name=ControllerState",
    "kafka.controller:type=KafkaController,name=EventQueueOperationsStartedCount",
    "kafka.controller:type=KafkaController,name=EventQueueOperationsTimedOutCount",
    "kafka.controller:type=KafkaController,name=FencedBrokerCount",
    "kafka.controller:type=KafkaController,name=GlobalPartitionCount",
    "kafka.controller:type=KafkaController,name=GlobalTopicCount",
    "kafka.controller:type=KafkaController,name=LastAppliedRecordLagMs",
    "kafka.controller:type=KafkaController,name=LastAppliedRecordOffset",
    "kafka.controller:type=KafkaController,name=LastAppliedRecordTimestamp",
    "kafka.controller:type=KafkaController,name=LastCommittedRecordOffset",
    "kafka.controller:type=KafkaController,name=MetadataErrorCount",
    "kafka.controller:type=KafkaController,name=MigratingZkBrokerCount",
    "kafka.controller:type=KafkaController,name=NewActiveControllersCount",
    "kafka.controller:type=KafkaController,name=OfflinePartitionsCount",
    "kafka.controller:type=KafkaController,name=PreferredReplicaImbalanceCount",
    "kafka.controller:type=KafkaController,name=ReplicasIneligibleToDeleteCount",
    "kafka.controller:type=KafkaController,name=ReplicasToDeleteCount",
    "kafka.controller:type=KafkaController,name=TimedOutBrokerHeartbeatCount",
    "kafka.controller:type=KafkaController,name=TopicsIneligibleToDeleteCount",
    "kafka.controller:type=KafkaController,name=TopicsToDeleteCount",
    "kafka.controller:type=KafkaController,name=ZkMigrationState",
    "kafka.controller:type=KafkaController,name=ZkWriteBehindLag",
    "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroups",
    "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsCompletingRebalance",
    "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsDead",
    "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsEmpty",
    "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsPreparingRebalance",
    "kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsStable",
    "kafka.coordinator.group:type=GroupMetadataManager,name=NumOffsets",
    ("kafka.coordinator.transaction:type=TransactionMarkerChannelManager,name="
     "LogAppendRetryQueueSize"),
    ("kafka.coordinator.transaction:type=TransactionMarkerChannelManager,name="
     "UnknownDestinationQueueSize"),
    "kafka.log:type=Log,name=LogEndOffset,topic=*,partition=*",
    "kafka.log:type=Log,name=LogStartOffset,topic=*,partition=*",
    "kafka.log:type=Log,name=NumLogSegments,topic=*,partition=*",
    "kafka.log:type=Log,name=Size,topic=*,partition=*",
    "kafka.log:type=LogCleaner,name=DeadThreadCount",
    "kafka.log:type=LogCleaner,name=cleaner-recopy-percent",
    "kafka.log:type=LogCleaner,name=max-buffer-utilization-percent",
    "kafka.log:type=LogCleaner,name=max-clean-time-secs",
    "kafka.log:type=LogCleaner,name=max-compaction-delay-secs",
    "kafka.log:type=LogCleanerManager,name=max-dirty-percent",
    "kafka.log:type=LogCleanerManager,name=time-since-last-run-ms",
    "kafka.log:type=LogCleanerManager,name=uncleanable-bytes,logDirectory=*",
    "kafka.log:type=LogCleanerManager,name=uncleanable-partitions-count,logDirectory=*",
    "kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs",
    "kafka.log:type=LogManager,name=LogDirectoryOffline,logDirectory=*",
    "kafka.log:type=LogManager,name=OfflineLogDirectoryCount",
    "kafka.log:type=LogManager,name=remainingLogsToRecover,dir=*",
    "kafka.log:type=LogManager,name=remainingSegmentsToRecover,dir=*,threadNum=*",
    "kafka.network:type=Acceptor,name=AcceptorBlockedPercent,listener=*",
    "kafka.network:type=Processor,name=IdlePercent,networkProcessor=*",
    "kafka.network:type=RequestChannel,name=RequestQueueSize",
    "kafka.network:type=RequestChannel,name=ResponseQueueSize",
    "kafka.network:type=RequestChannel,name=ResponseQueueSize,processor=*",
    "kafka.network:type=RequestMetrics,name=ErrorsPerSec,request=*,error=*",
    "kafka.network:type=RequestMetrics,name=LocalTimeMs,request=*",
    "kafka.network:type=RequestMetrics,name=MessageConversionsTimeMs,request=*",
    "kafka.network:type=RequestMetrics,name=RemoteTimeMs,request=*",
    "kafka.network:type=RequestMetrics,name=RequestBytes,request=*",
    "kafka.network:type=RequestMetrics,name=RequestQueueTimeMs,request=*",
    "kafka.network:type=RequestMetrics,name=RequestsPerSec,request=*,version=*",
    "kafka.network:type=RequestMetrics,name=ResponseQueueTimeMs,request=*",
    "kafka.network:type=RequestMetrics,name=ResponseSendTimeMs,request=*",
    "kafka.network:type=RequestMetrics,name=TemporaryMemoryBytes,request=*",
    "kafka.network:type=RequestMetrics,name=ThrottleTimeMs,request=*",
    "kafka.network:type=RequestMetrics,name=TotalTimeMs,request=*",
    "kafka.network:type=SocketServer,name=ExpiredConnectionsKilledCount",
    "kafka.network:type=SocketServer,name=MemoryPoolAvailable",
    "kafka.network:type=SocketServer,name=MemoryPoolUsed",
    "kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent",
    "kafka.security:type=AclAuthorizer,name=ZooKeeperAuthFailuresPerSec",
    "kafka.security:type=AclAuthorizer,name=ZooKeeperDisconnectsPerSec",
    "kafka.security:type=AclAuthorizer,name=ZooKeeperExpiresPerSec",
    "kafka.server:type=AddPartitionsToTxnManager,name=VerificationFailureRate",
    "kafka.server:type=AddPartitionsToTxnManager,name=VerificationTimeMs",
    "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=BytesRejectedPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=BytesRejectedPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=FailedFetchRequestsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=FailedFetchRequestsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=FailedProduceRequestsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=FailedProduceRequestsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=FetchMessageConversionsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=FetchMessageConversionsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=InvalidMagicNumberRecordsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=InvalidMagicNumberRecordsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=InvalidMessageCrcRecordsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=InvalidMessageCrcRecordsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=InvalidOffsetOrSequenceRecordsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=InvalidOffsetOrSequenceRecordsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=NoKeyCompactedTopicRecordsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=NoKeyCompactedTopicRecordsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=ProduceMessageConversionsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=ProduceMessageConversionsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=ReassignmentBytesInPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=ReassignmentBytesOutPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=ReplicationBytesInPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=ReplicationBytesOutPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=TotalFetchRequestsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=TotalFetchRequestsPerSec,topic=*",
    "kafka.server:type=BrokerTopicMetrics,name=TotalProduceRequestsPerSec",
    "kafka.server:type=BrokerTopicMetrics,name=TotalProduceRequestsPerSec,topic=*",
    "kafka.server:type=DelayedFetchMetrics,name=ExpiresPerSec,fetcherType=*",
    "kafka.server:type=DelayedOperationPurgatory,name=NumDelayedOperations,delayedOperation=*",
    "kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=*",
    "kafka.server:type=FetcherLagMetrics,name=ConsumerLag,clientId=*,topic=*,partition=*",
    "kafka.server:type=FetcherStats,name=BytesPerSec,clientId=*,brokerHost=*,brokerPort=*",
    "kafka.server:type=FetcherStats,name=RequestsPerSec,clientId=*,brokerHost=*,brokerPort=*",
    "kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent",
    "kafka.server:type=KafkaServer,name=BrokerState",
    "kafka.server:type=KafkaServer,name=linux-disk-read-bytes",
    "kafka.server:type=KafkaServer,name=linux-disk-write-bytes",
    "kafka.server:type=KafkaServer,name=yammer-metrics-count",
    "kafka.server:type=MetadataLoader,name=CurrentControllerId",
    "kafka.server:type=MetadataLoader,name=CurrentMetadataVersion",
    "kafka.server:type=MetadataLoader,name=HandleLoadSnapshotCount",
    "kafka.server:type=ReplicaAlterLogDirsManager,name=DeadThreadCount,clientId=*",
    "kafka.server:type=ReplicaAlterLogDirsManager,name=FailedPartitionsCount,clientId=*",
    "kafka.server:type=ReplicaAlterLogDirsManager,name=MaxLag,clientId=*",
    "kafka.server:type=ReplicaAlterLogDirsManager,name=MinFetchRate,clientId=*",
    "kafka.server:type=ReplicaFetcherManager,name=DeadThreadCount,clientId=*",
    "kafka.server:type=ReplicaFetcherManager,name=FailedPartitionsCount,clientId=*",
    "kafka.server:type=ReplicaFetcherManager,name=MaxLag,clientId=*",
    "kafka.server:type=ReplicaFetcherManager,name=MinFetchRate,clientId=*",
    "kafka.server:type=ReplicaManager,name=AtMinIsrPartitionCount",
    "kafka.server:type=ReplicaManager,name=FailedIsrUpdatesPerSec",
    "kafka.server:type=ReplicaManager,name=IsrExpandsPerSec",
    "kafka.server:type=ReplicaManager,name=IsrShrinksPerSec",
    "kafka.server:type=ReplicaManager,name=LeaderCount",
    "kafka.server:type=ReplicaManager,name=OfflineReplicaCount",
    "kafka.server:type=ReplicaManager,name=PartitionCount",
    "kafka.server:type=ReplicaManager,name=PartitionsWithLateTransactionsCount",
    "kafka.server:type=ReplicaManager,name=ProducerIdCount",
    "kafka.server:type=ReplicaManager,name=ReassigningPartitions",
    "kafka.server:type=ReplicaManager,name=UnderMinIsrPartitionCount",
    "kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions",
    "kafka.server:type=SessionExpireListener,name=SessionState",
    "kafka.server:type=SessionExpireListener,name=ZooKeeperAuthFailuresPerSec",
    "kafka.server:type=SessionExpireListener,name=ZooKeeperDisconnectsPerSec",
    "kafka.server:type=SessionExpireListener,name=ZooKeeperExpiresPerSec",
    "kafka.server:type=SessionExpireListener,name=ZooKeeperSyncConnectsPerSec",
    "kafka.server:type=SnapshotEmitter,name=LatestSnapshotGeneratedAgeMs",
    "kafka.server:type=SnapshotEmitter,name=LatestSnapshotGeneratedBytes",
    "kafka.server:type=ZooKeeperClientMetrics,name=ZooKeeperRequestLatencyMs",
    "kafka.server:type=app-info,id=*",
    "kafka.server:type=broker-metadata-metrics",
    "kafka.server:type=controller-channel-metrics,broker-id=*",
    "kafka.server:type=group-coordinator-metrics",
    "kafka.server:type=raft-channel-metrics",
    "kafka.server:type=raft-metrics",
    "kafka.server:type=replica-fetcher-metrics,broker-id=*,fetcher-id=*",
    "kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*",
    "kafka.server:type=transaction-coordinator-metrics",
    "kafka.server:type=Fetch,client-id=*",
    "kafka.server:type=Produce,client-id=*",
    "kafka.server:type=Request,client-id=*",
    "kafka.utils:type=Throttler,name=cleaner-io",
};

constexpr std::string_view kConnect[] = {
    "kafka.connect:type=connect-worker-metrics",
    "kafka.connect:type=connect-worker-metrics,connector=*",
    "kafka.connect:type=connect-worker-rebalance-metrics",
    "kafka.connect:type=connect-coordinator-metrics,client-id=*",
    "kafka.connect:type=connect-metrics,client-id=*",
    "kafka.connect:type=connector-metrics,connector=*",
    "kafka.connect:type=connector-task-metrics,connector=*,task=*",
    "kafka.connect:type=sink-task-metrics,connector=*,task=*",
    "kafka.connect:type=source-task-metrics,connector=*,task=*",
    "kafka.connect:type=task-error-metrics,connector=*,task=*",
};

constexpr std::string_view kMirror[] = {
    "kafka.connect.mirror:type=MirrorSourceConnector,target=*,topic=*,partition=*",
    "kafka.connect.mirror:type=MirrorSourceConnector,source=*,target=*,topic=*,partition=*",
    "kafka.connect.mirror:type=MirrorCheckpointConnector,source=*,target=*,group=*,topic=*,"
    "partition=*",
};

constexpr std::string_view kClient[] = {
    "kafka.consumer:type=consumer-metrics,client-id=*",
    "kafka.consumer:type=consumer-coordinator-metrics,client-id=*",
    "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*",
    "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*,topic=*",
    "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*,topic=*,partition=*",
    "kafka.consumer:type=consumer-node-metrics,client-id=*,node-id=*",
    "kafka.producer:type=producer-metrics,client-id=*",
    "kafka.producer:type=producer-node-metrics,client-id=*,node-id=*",
    "kafka.producer:type=producer-topic-metrics,client-id=*,topic=*",
};

// Keys of which there can be thousands of values.
constexpr std::array<std::string_view, 4> kManyKeys{"partition", "topic", "client-id", "clientId"};
// A value of this bean stands for all fetchers, and its one client id is always "Replica".
constexpr std::string_view kManager = "Manager,name=";

// As the exporter writes a name on a page.
std::string as_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        name += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '_';
    }
    return name;
}

Bean parsed(std::string_view object) {
    Bean bean;
    bean.object = object;
    const auto colon = object.find(':');
    bean.base = as_name(object.substr(0, colon));
    auto keys = object.substr(colon + 1);
    while (!keys.empty()) {
        const auto key = keys.substr(0, keys.find(','));
        keys.remove_prefix(std::min(key.size() + 1, keys.size()));
        const auto equals = key.find('=');
        const auto value = key.substr(equals + 1);
        if (value == "*") {
            bean.open_keys.emplace_back(key.substr(0, equals));
            continue;
        }
        bean.has_name |= key.substr(0, equals) == "name";
        bean.base += "_" + as_name(value);
    }
    return bean;
}

bool has_key(const Bean& bean, std::string_view label) {
    return std::any_of(bean.open_keys.begin(), bean.open_keys.end(), [&](const auto& key) {
        return key == label || as_name(key) == as_name(label);
    });
}

} // namespace

bool Bean::is_many() const {
    if (object.find(kManager) != object.npos) return false;
    return std::any_of(open_keys.begin(), open_keys.end(), [](const auto& key) {
        return std::find(kManyKeys.begin(), kManyKeys.end(), key) != kManyKeys.end();
    });
}

std::vector<std::string> Bean::names() const {
    std::vector<std::string> names{base, base + "_total", base + "_count", base + "_count_total",
                                   base + "_meanrate"};
    const auto add_without = [&](std::string_view ending, const auto& instead) {
        const auto at = base.rfind(ending);
        if (at != base.npos && at + ending.size() == base.size())
            names.push_back(base.substr(0, at) + instead);
    };
    add_without("persec", "_total");
    add_without("percent", "_percent");
    return names;
}

std::optional<BeanUse> use_of(const Bean& bean, std::span<const series::Matcher> selector) {
    // Labels that a series has from its target, from us, or for its kind of value.
    constexpr std::array<std::string_view, 6> given{"instance", "job",      "cluster",
                                                    "quantile", "__name__", "rack"};
    BeanUse use{bean.object, ""};
    const auto names = bean.names();
    for (const auto& matcher : selector) {
        if (matcher.name() == kNameLabel) {
            const bool named = std::any_of(names.begin(), names.end(),
                                           [&](const auto& name) { return matcher.matches(name); });
            const auto prefix = bean.base + "_";
            const bool attribute = !bean.has_name && matcher.op() == series::MatchOp::Equal &&
                                   matcher.value().starts_with(prefix);
            if (!named && !attribute) return std::nullopt;
            if (!attribute) continue;
            use.attribute = matcher.value().substr(prefix.size());
            std::replace(use.attribute.begin(), use.attribute.end(), '_', '-');
        } else if (has_key(bean, matcher.name())) {
            if (matcher.op() != series::MatchOp::Equal) continue;
            if (matcher.value().empty()) return std::nullopt;
            const auto open = matcher.name() + "=*";
            if (const auto at = use.object.find(open); at != use.object.npos)
                use.object.replace(at, open.size(), matcher.name() + "=" + matcher.value());
        } else if (!matcher.matches_empty() &&
                   std::find(given.begin(), given.end(), matcher.name()) == given.end()) {
            return std::nullopt;
        }
    }
    return use;
}

bool covers(std::string_view wide, std::string_view narrow) {
    while (!wide.empty() && !narrow.empty()) {
        const auto one = wide.substr(0, wide.find(','));
        const auto other = narrow.substr(0, narrow.find(','));
        const bool open = one.ends_with("=*") && other.starts_with(one.substr(0, one.size() - 1));
        if (one != other && !open) return false;
        wide.remove_prefix(std::min(one.size() + 1, wide.size()));
        narrow.remove_prefix(std::min(other.size() + 1, narrow.size()));
    }
    return wide.empty() && narrow.empty();
}

std::vector<Bean> beans_of(std::string_view kind) {
    std::vector<Bean> beans;
    const auto add = [&](std::span<const std::string_view> objects) {
        for (const auto object : objects) beans.push_back(parsed(object));
    };
    if (kind == "kafka") add(kBroker);
    if (kind == "connect" || kind == "mirrormaker") add(kConnect);
    if (kind == "mirrormaker") add(kMirror);
    if (kind == "client") add(kClient);
    return beans;
}

} // namespace keepwatch::cli
