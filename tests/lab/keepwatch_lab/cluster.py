"""A running lab: what `lab.json` says of it, and what can be done to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from dataclasses import asdict
from pathlib import Path

from . import jars, java, kafka_wire, pages, processes
from .errors import LabError
from .kafka_wire import Metadata, Partition, Topic
from .processes import Process
from .shape import Node, Shape, broker_file, nodes_of, zookeeper_file
from .waiting import wait_until

READY_LIMIT_SECONDS = 240.0
IN_SYNC_LIMIT_SECONDS = 240.0
EXIT_LIMIT_SECONDS = 120.0
BROKER_RUNNING = 3.0
BROKER_STATE = "kafka_server_kafkaserver_brokerstate"

SIGNALS = {
    "kill9": signal.SIGKILL,
    "sigterm": signal.SIGTERM,
    "sigstop": signal.SIGSTOP,
    "sigcont": signal.SIGCONT,
}
FAULTS = [*SIGNALS, "zk-stop", "zk-start"]


class Lab:
    """The nodes of a lab folder and the processes that run for it."""

    def __init__(self, folder: Path, shape: Shape, nodes: list[Node],
                 running: dict[str, Process]) -> None:
        self.folder = folder
        self.shape = shape
        self.nodes = {node.name: node for node in nodes}
        self.running = running

    # -- lab.json --------------------------------------------------------------------------------

    @classmethod
    def create(cls, folder: Path, shape: Shape) -> Lab:
        """A new lab in an empty or absent folder: ports are chosen, settings written."""
        shape.check()
        folder = folder.resolve()
        if (folder / "lab.json").exists():
            raise LabError(f"{folder} has a lab already: end it with `lab.py down --dir {folder}`")
        if (folder / "data").exists():
            raise LabError(f"{folder} holds the data of a lab that did not end well: remove it")
        folder.mkdir(parents=True, exist_ok=True)
        lab = cls(folder, shape, nodes_of(shape), {})
        for node in lab.nodes.values():
            lab.write_settings(node)
        lab.save()
        return lab

    @classmethod
    def open(cls, folder: Path) -> Lab:
        """The lab that an earlier command started there."""
        folder = folder.resolve()
        try:
            state = json.loads((folder / "lab.json").read_text())
        except FileNotFoundError:
            raise LabError(f"{folder} has no lab.json: start a lab with `lab.py up`") from None
        shape = Shape(state["brokers"], state["zookeepers"], tuple(state["broker_settings"]))
        nodes = [Node(**each) for each in state["nodes"]]
        return cls(folder, shape, nodes,
                   {each["name"]: Process(**each) for each in state["processes"]})

    def save(self) -> None:
        """Writes lab.json whole or not at all."""
        state = {
            **asdict(self.shape),
            "nodes": [node.as_json() for node in self.nodes.values()],
            "processes": [asdict(process) for process in self.running.values()],
        }
        fresh = self.folder / "lab.json.new"
        fresh.write_text(json.dumps(state, indent=1) + "\n")
        os.replace(fresh, self.folder / "lab.json")

    # -- nodes -----------------------------------------------------------------------------------

    def of_kind(self, kind: str) -> list[Node]:
        """All brokers ("kafka") or ZooKeepers ("zookeeper")."""
        return [node for node in self.nodes.values() if node.kind == kind]

    def node(self, name: str) -> Node:
        """The node of that name."""
        if name not in self.nodes:
            raise LabError(f"want one of {', '.join(self.nodes)}, got {name!r}")
        return self.nodes[name]

    def is_alive(self, name: str) -> bool:
        """Whether a node's or load's process runs."""
        return name in self.running and processes.is_alive(self.running[name])

    def bootstrap(self) -> str:
        """bootstrap.servers for clients."""
        return ",".join(f"127.0.0.1:{node.ports['client']}" for node in self.of_kind("kafka"))

    def write_settings(self, node: Node) -> None:
        """The node's settings file and data folder."""
        data = self.folder / "data" / node.name
        data.mkdir(parents=True, exist_ok=True)
        if node.kind == "kafka":
            text = broker_file(node, self.shape, self.of_kind("zookeeper"), data)
        else:
            text = zookeeper_file(node, self.of_kind("zookeeper"), data)
            (data / "myid").write_text(f"{node.number}\n")
        self.settings_path(node).parent.mkdir(exist_ok=True)
        self.settings_path(node).write_text(text)

    def settings_path(self, node: Node) -> Path:
        """Where the node's settings are."""
        return self.folder / "conf" / f"{node.name}.properties"

    # -- up and down -----------------------------------------------------------------------------

    def up(self) -> None:
        """Starts everything and returns when all of it serves; on an error nothing is left."""
        jars.ensure()
        try:
            for kind in ("zookeeper", "kafka"):
                for node in self.of_kind(kind):
                    self.start(node.name)
                for node in self.of_kind(kind):
                    self.wait_ready(node.name)
        except BaseException:
            self.down()
            raise

    def start(self, name: str) -> None:
        """Starts a node that does not run."""
        node = self.node(name)
        self.spawn(name, java.server_command(node, self.settings_path(node)))

    def spawn(self, name: str, command: list[str]) -> None:
        """Starts a process of this lab; it is in lab.json before anything else happens."""
        if self.is_alive(name):
            raise LabError(f"{name} runs already (pid {self.running[name].pid})")
        self.running[name] = processes.spawn(name, command, self.folder / "logs" / f"{name}.log")
        self.save()

    def wait_ready(self, name: str) -> None:
        """Returns when the node serves its clients and, as a broker, says so on its page."""
        node = self.node(name)
        wait_until(f"{name} to serve", lambda: self.is_ready(node), READY_LIMIT_SECONDS,
                   needs=[self.running[name]])

    def is_ready(self, node: Node) -> bool:
        """Whether the node does its work."""
        if node.kind == "zookeeper":
            # `ruok` is answered with `imok` also by a server without a quorum.
            return b"Mode: " in pages.four_letter_word(node.ports["client"], "srvr")
        known = kafka_wire.fetch_metadata(node.ports["client"]).brokers
        return (known.get(node.number) == node.ports["client"]
                and pages.metric(node.ports["exporter"], BROKER_STATE) == BROKER_RUNNING)

    def down(self) -> None:
        """Kills everything, clients first, and removes the data; settings and logs stay. Nobody
        gains from an orderly end, in which the last brokers wait for a controller that is gone."""
        for kind in ("load", "kafka", "zookeeper"):
            for name in [each for each in self.running if self.kind_of(each) == kind]:
                processes.kill(self.running.pop(name))
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        (self.folder / "lab.json").unlink(missing_ok=True)

    def kind_of(self, name: str) -> str:
        """The node's kind, or "load" for a client."""
        return self.nodes[name].kind if name in self.nodes else "load"

    # -- faults ----------------------------------------------------------------------------------

    def fault(self, action: str, name: str | None = None) -> None:
        """Does something to a node or client, or to all ZooKeepers for zk-stop and zk-start."""
        if action == "zk-stop":
            for node in self.of_kind("zookeeper"):
                self.fault("sigterm", node.name)
        elif action == "zk-start":
            self.restart(*(node.name for node in self.of_kind("zookeeper")))
        elif action not in SIGNALS:
            raise LabError(f"want a fault of {', '.join(FAULTS)}, got {action!r}")
        elif name not in self.running:
            raise LabError(f"{action}: want one of {', '.join(self.running)}, got {name!r}")
        elif not processes.send(self.running[name], SIGNALS[action]):
            raise LabError(f"{action} {name}: it has ended")

    def restart(self, *names: str) -> None:
        """Starts nodes that were ended by a fault, once they have ended, and waits until they
        serve. A broker must be down for longer than its ZooKeeper session lives (18 s), or it
        finds its own id taken and gives up."""
        for name in names:
            self.node(name)
            old = self.running.get(name)
            if old and not processes.wait_gone(old, EXIT_LIMIT_SECONDS):
                raise LabError(f"restart {name}: pid {old.pid} has not ended within "
                               f"{EXIT_LIMIT_SECONDS:.0f} s")
            self.start(name)
        for name in names:
            self.wait_ready(name)

    # -- the cluster's own word ------------------------------------------------------------------

    def metadata(self) -> Metadata:
        """The cluster as the first broker that answers sees it."""
        last: Exception = ConnectionError("no broker runs")
        for node in self.of_kind("kafka"):
            if self.is_alive(node.name):
                try:
                    return kafka_wire.fetch_metadata(node.ports["client"])
                except (OSError, EOFError) as error:
                    last = error
        raise ConnectionError(f"no broker answers: {last}")

    def controller(self) -> str:
        """The name of the broker that is the controller."""
        number = wait_until("a controller", lambda: max(0, self.metadata().controller),
                            READY_LIMIT_SECONDS)
        return f"b{number}"

    def create_topics(self, topics: list[Topic]) -> None:
        """Makes topics and waits until every partition has a leader and all its replicas."""
        def attempt() -> bool:
            node = self.node(self.controller())
            kafka_wire.create_topics(node.ports["client"], topics)
            return True
        wait_until("topics", attempt, READY_LIMIT_SECONDS)
        wanted = {topic.name for topic in topics}
        wait_until(
            f"{len(wanted)} topics in the metadata",
            lambda: wanted <= {each.topic for each in self.metadata().partitions},
            READY_LIMIT_SECONDS)
        self.wait_in_sync()

    def in_sync(self) -> bool:
        """Whether every broker runs and knows the others, and no replica is behind or leaderless.

        All are asked: one that has just started has heard of its peers before it hears of their
        partitions, and alone would call that emptiness healthy.
        """
        brokers = self.of_kind("kafka")
        if not all(self.is_alive(node.name) for node in brokers):
            return False
        views = [kafka_wire.fetch_metadata(node.ports["client"]) for node in brokers]
        return len({len(view.partitions) for view in views}) == 1 and all(
            len(view.brokers) == len(brokers) and all(map(is_whole, view.partitions))
            for view in views)

    def wait_in_sync(self, limit_seconds: float = IN_SYNC_LIMIT_SECONDS) -> float:
        """Returns when in_sync() holds, with the seconds that took."""
        begun = time.monotonic()
        wait_until("all replicas in sync", self.in_sync, limit_seconds)
        return time.monotonic() - begun


def is_whole(partition: Partition) -> bool:
    """Whether the partition has a leader and all its replicas are in sync."""
    return partition.leader >= 0 and set(partition.in_sync) == set(partition.replicas)
