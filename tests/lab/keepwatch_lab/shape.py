"""What a lab consists of: the nodes, their ports and the files they are started with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

from .errors import LabError
from .jars import LAB_FOLDER
from .ports import free_ports

EXPORTER_RULES = LAB_FOLDER / "exporter" / "kafka.yml"
PROVIDER = "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider"


@dataclass(frozen=True)
class Shape:
    """How big the lab is. `broker_settings` are lines for every broker's server.properties."""

    brokers: int = 3
    zookeepers: int = 1
    broker_settings: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuses what could not work."""
        if not 1 <= self.brokers <= 9:
            raise LabError(f"want 1 to 9 brokers, got {self.brokers}")
        if self.zookeepers not in (1, 3):
            raise LabError(f"want 1 or 3 ZooKeepers, got {self.zookeepers}")


@dataclass(frozen=True)
class Node:
    """A server of the lab: `b1`, `b2`, … are brokers, `zk1`, … ZooKeepers."""

    name: str
    kind: str  # "kafka" | "zookeeper"
    number: int
    ports: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """For lab.json."""
        return asdict(self)


def nodes_of(shape: Shape) -> list[Node]:
    """The nodes, ZooKeeper first, with ports that are free now."""
    zookeeper_roles = ["client", "metrics"] if shape.zookeepers == 1 else [
        "client", "quorum", "election"]
    plan = [("zookeeper", f"zk{i}", i, zookeeper_roles) for i in range(1, shape.zookeepers + 1)]
    plan += [("kafka", f"b{i}", i, ["client", "exporter"]) for i in range(1, shape.brokers + 1)]
    ports = iter(free_ports(sum(len(roles) for *_, roles in plan)))
    return [Node(name, kind, number, {role: next(ports) for role in roles})
            for kind, name, number, roles in plan]


def zookeeper_file(node: Node, ensemble: list[Node], data: Path) -> str:
    """zoo.cfg. Alone, ZooKeeper serves Prometheus's text; three of them keep the default provider,
    because `mntr` speaks another dialect with each and both have to be seen."""
    lines = [
        "tickTime=2000",
        f"dataDir={data}",
        f"clientPort={node.ports['client']}",
        "clientPortAddress=127.0.0.1",
        "maxClientCnxns=0",
        "4lw.commands.whitelist=*",
        "admin.enableServer=false",
    ]
    if len(ensemble) == 1:
        lines += [
            f"metricsProvider.className={PROVIDER}",
            "metricsProvider.httpHost=127.0.0.1",
            f"metricsProvider.httpPort={node.ports['metrics']}",
            "metricsProvider.exportJvmInfo=true",
        ]
    else:
        lines += ["initLimit=10", "syncLimit=5"]
        lines += [f"server.{peer.number}=127.0.0.1:{peer.ports['quorum']}:{peer.ports['election']}"
                  for peer in ensemble]
    return "\n".join(lines) + "\n"


def broker_file(node: Node, shape: Shape, zookeepers: list[Node], data: Path) -> str:
    """server.properties. Timeouts are Kafka's own, so that faults unfold as they do elsewhere."""
    replicas = min(3, shape.brokers)
    enough = max(1, replicas - 1)
    lines = [
        f"broker.id={node.number}",
        "zookeeper.connect=" + ",".join(f"127.0.0.1:{zk.ports['client']}" for zk in zookeepers),
        f"listeners=PLAINTEXT://127.0.0.1:{node.ports['client']}",
        f"log.dirs={data}",
        f"default.replication.factor={replicas}",
        f"min.insync.replicas={enough}",
        "offsets.topic.num.partitions=12",
        f"offsets.topic.replication.factor={replicas}",
        "transaction.state.log.num.partitions=3",
        f"transaction.state.log.replication.factor={replicas}",
        f"transaction.state.log.min.isr={enough}",
        "group.initial.rebalance.delay.ms=0",
        "auto.create.topics.enable=false",
        # A lab left running by mistake must not fill the disk.
        "log.retention.bytes=67108864",
        "log.segment.bytes=16777216",
        # Every partition's indexes are laid out in full, as holes; thousands of them add up.
        "log.index.size.max.bytes=65536",
        *shape.broker_settings,
    ]
    return "\n".join(lines) + "\n"
