#!/usr/bin/env python3
"""Checks the lab itself: what it starts is real, breaks and heals as told, and leaves nothing.

Prints a line for each check and, last, `N passed, M failed`. A check builds on those before it, so
the first failure of the cluster ends its story, and the checks that it keeps from running fail.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Callable

from keepwatch_lab import jars, load, ports, processes
from keepwatch_lab.capture import Capture, sources_of
from keepwatch_lab.cluster import Lab
from keepwatch_lab.ending import unwind_on_sigterm
from keepwatch_lab.errors import LabError
from keepwatch_lab.kafka_wire import Topic
from keepwatch_lab.pages import fetch_page, four_letter_word, metric
from keepwatch_lab.processes import Process
from keepwatch_lab.shape import Shape
from keepwatch_lab.waiting import wait_until

URP = "kafka_server_replicamanager_underreplicatedpartitions"
BYTES_IN = "kafka_server_brokertopicmetrics_bytesin_total"
ACTIVE_CONTROLLER = "kafka_controller_kafkacontroller_activecontrollercount"
FAULT_LIMIT_SECONDS = 90.0

# Names that rules, dashboards and SOPs read; a change of exporter or rules must not lose them.
BROKER_FAMILIES = {
    URP, BYTES_IN, ACTIVE_CONTROLLER,
    "kafka_server_replicamanager_underminisrpartitioncount",
    "kafka_server_replicamanager_isrshrinks_total",
    "kafka_server_replicamanager_isrexpands_total",
    "kafka_server_replicamanager_leadercount",
    "kafka_server_kafkaserver_brokerstate",
    "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
    "kafka_server_sessionexpirelistener_zookeeperdisconnects_total",
    "kafka_server_fetcherlagmetrics_consumerlag",
    "kafka_controller_kafkacontroller_offlinepartitionscount",
    "kafka_controller_kafkacontroller_activebrokercount",
    "kafka_controller_controllerstats_uncleanleaderelections_total",
    "kafka_network_requestmetrics_totaltimems",
    "kafka_network_requestmetrics_totaltimems_count_total",
    "kafka_network_requestmetrics_errors_total",
    "kafka_network_socketserver_networkprocessoravgidlepercent",
    "kafka_cluster_partition_underreplicated",
    "kafka_log_log_size",
    "kafka_log_logmanager_offlinelogdirectorycount",
    "kafka_coordinator_group_groupmetadatamanager_numgroups",
    "jvm_memory_used_bytes", "jvm_gc_collection_seconds_count", "process_open_fds",
    "process_start_time_seconds", "jmx_scrape_error",
}
MINIMUM_SAMPLES = 4000


def want(condition: object, text: str) -> None:
    """An assertion that python -O keeps."""
    if not condition:
        raise LabError(text)


class Story:
    """The checks of the cluster, in the order they are told."""

    def __init__(self, folder: Path, save: Path | None) -> None:
        self.folder = folder
        self.save = save
        self.lab: Lab | None = None
        self.processes: list[Process] = []

    @property
    def cluster(self) -> Lab:
        """The lab, once it is up."""
        if self.lab is None:
            raise LabError("the cluster never came up")
        return self.lab

    def exporter(self, name: str) -> int:
        """The port of a broker's exporter."""
        return self.cluster.node(name).ports["exporter"]

    def keep_pages(self, moment: str) -> None:
        """One answer of everything that answers, for those who want real pages to read."""
        if self.save:
            for source in sources_of(self.cluster):
                try:
                    body = source.ask().body
                except OSError:
                    continue
                path = self.save / source.name / f"{moment}.{source.suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)

    # -- the checks ------------------------------------------------------------------------------

    def comes_up(self) -> None:
        """A ZooKeeper and three brokers come up"""
        lab = Lab.create(self.folder / "cluster", Shape())
        lab.up()
        self.lab = lab
        want(len(lab.metadata().brokers) == 3, f"want 3 brokers, got {lab.metadata().brokers}")

    def makes_topics(self) -> None:
        """Topics are made with all replicas in sync"""
        self.cluster.create_topics([Topic(f"t{i}", 6, 3) for i in range(1, 11)])
        found = sum(not each.topic.startswith("__") for each in self.cluster.metadata().partitions)
        want(found == 60, f"want 60 partitions, got {found}")

    def carries_load(self) -> None:
        """A producer's bytes arrive and a consumer group forms"""
        load.start_producer(self.cluster, "t1", 50)
        load.start_consumer(self.cluster, "t1", "check")
        wait_until("bytes to come in", lambda: self.total(BYTES_IN), FAULT_LIMIT_SECONDS)
        groups = "kafka_coordinator_group_groupmetadatamanager_numgroups"
        wait_until("a consumer group", lambda: self.total(groups), FAULT_LIMIT_SECONDS)
        # A group brings its own topic into being, which is behind for a moment.
        self.cluster.wait_in_sync()
        self.processes = list(self.cluster.running.values())

    def total(self, name: str, brokers: tuple[str, ...] = ("b1", "b2", "b3")) -> float:
        """The sum of a family over brokers."""
        return sum(metric(self.exporter(broker), name) or 0 for broker in brokers)

    def has_families(self) -> None:
        """Every broker's page has the families that rules read, and no scrape error"""
        for node in self.cluster.of_kind("kafka"):
            page = fetch_page(node.ports["exporter"])
            missing = BROKER_FAMILIES - page.families()
            want(not missing, f"{node.name}: {sorted(missing)} are not on the page")
            want(page.samples() >= MINIMUM_SAMPLES,
                 f"{node.name}: want {MINIMUM_SAMPLES} samples, got {page.samples()}")
            want(page.total("jmx_scrape_error") == 0, f"{node.name}: jmx_scrape_error is not 0")
        self.keep_pages("before")

    def has_one_controller(self) -> None:
        """The pages and the metadata name the same controller"""
        metadata = self.cluster.controller()
        by_page = [name for name in ("b1", "b2", "b3")
                   if self.total(ACTIVE_CONTROLLER, (name,)) == 1]
        want(by_page == [metadata], f"metadata says {metadata}, the pages say {by_page}")

    def zookeeper_speaks(self) -> None:
        """ZooKeeper answers words and serves the provider's page"""
        zookeeper = self.cluster.node("zk1")
        want(four_letter_word(zookeeper.ports["client"], "ruok") == b"imok", "ruok is not imok")
        mntr = four_letter_word(zookeeper.ports["client"], "mntr")
        want(b"zk_num_alive_connections\t" in mntr, f"mntr is {mntr[:200]!r}")
        page = fetch_page(zookeeper.ports["metrics"])
        want("num_alive_connections" in page.families(), "the provider's page lacks connections")

    def captures(self) -> None:
        """A capture has a page of every source and a line for each"""
        folder = self.folder / "capture"
        sources = sources_of(self.cluster)
        capture = Capture(sources, folder, every_seconds=1.0)
        index = folder / "index.jsonl"
        try:
            wait_until("every source in the capture", lambda: index.exists() and all(
                f'"n": "{source.name}"' in index.read_text() for source in sources), 60)
        finally:
            capture.stop()
        files = len(list(folder.glob("*.prom")) + list(folder.glob("*.txt")))
        lines = index.read_text().count("\n")
        want(files == lines, f"{files} pages but {lines} lines in the index")

    def notices_kill(self) -> None:
        """kill -9 of b3 leaves partitions under-replicated and its port refuses"""
        self.cluster.fault("kill9", "b3")
        wait_until("the exporter of b3 to be gone", lambda: not ports.is_open(self.exporter("b3")),
                   FAULT_LIMIT_SECONDS)
        wait_until("under-replicated partitions", lambda: self.total(URP, ("b1", "b2")) >= 60,
                   FAULT_LIMIT_SECONDS, every=1.0)
        want(not self.cluster.in_sync(), "the metadata still says that all is in sync")
        self.keep_pages("after")

    def heals(self) -> None:
        """After its restart nothing is under-replicated"""
        self.cluster.restart("b3")
        self.processes.append(self.cluster.running["b3"])
        self.cluster.wait_in_sync()
        wait_until("no under-replicated partition", lambda: self.total(URP) == 0,
                   FAULT_LIMIT_SECONDS, every=1.0)
        self.keep_pages("healed")

    def hangs_when_stopped(self) -> None:
        """A broker that is stopped accepts connections and says nothing; continued, it answers"""
        self.cluster.fault("sigstop", "b2")
        try:
            want(ports.is_open(self.exporter("b2")), "the stopped exporter refuses connections")
            try:
                fetch_page(self.exporter("b2"), limit_seconds=2.0)
                raise LabError("the stopped exporter answers")
            except TimeoutError:
                pass
        finally:
            self.cluster.fault("sigcont", "b2")
        wait_until("b2's page", lambda: fetch_page(self.exporter("b2")).status == 200,
                   FAULT_LIMIT_SECONDS)

    def is_found_again(self) -> None:
        """Another command finds the lab by its folder"""
        again = Lab.open(self.cluster.folder)
        want(again.nodes == self.cluster.nodes and again.running == self.cluster.running,
             "lab.json is not what runs")

    def leaves_nothing(self) -> None:
        """After down no process of the lab runs and no port of it is open"""
        started = [*self.processes, *self.cluster.running.values()]
        self.cluster.down()
        left = [process.name for process in started if processes.is_alive(process)]
        want(not left, f"still running: {left}")
        open_ports = [f"{node.name} {role}" for node in self.cluster.nodes.values()
                      for role, port in node.ports.items() if ports.is_open(port)]
        want(not open_ports, f"still open: {open_ports}")
        want(not (self.cluster.folder / "data").exists(), "the data is still there")

    def checks(self) -> list[Callable[[], None]]:
        """The story in order."""
        return [self.comes_up, self.makes_topics, self.carries_load, self.has_families,
                self.has_one_controller, self.zookeeper_speaks, self.captures, self.notices_kill,
                self.heals, self.hangs_when_stopped, self.is_found_again, self.leaves_nothing]


def jars_are_pinned() -> None:
    """Every archive is in the cache with the pinned bytes"""
    jars.ensure()
    want(not jars.absent(jars.read_list(), jars.cache_folder()), "archives are absent")


def ports_are_distinct() -> None:
    """Free ports are distinct and outside the range of outgoing connections"""
    found = ports.free_ports(50)
    want(len(set(found)) == 50, "ports repeat")
    want(max(found) < ports.first_ephemeral_port(), f"{max(found)} may be an outgoing connection's")


def a_reused_pid_is_safe() -> None:
    """A process with the pid of ours but another start time is neither ours nor signalled"""
    child = subprocess.Popen(["sleep", "60"])
    try:
        started = processes.start_time(child.pid)
        if started is None:
            raise LabError("sleep has no start time")
        ours = Process("sleep", child.pid, started, "/dev/null")
        stranger = replace(ours, started=started + 1)
        want(processes.is_alive(ours), "the process itself is not found")
        want(not processes.is_alive(stranger), "the stranger is taken for ours")
        want(not processes.send(stranger, signal.SIGKILL), "the stranger is signalled")
        time.sleep(0.1)
        want(child.poll() is None, "the stranger is dead")
    finally:
        child.kill()
        child.wait()


def a_dead_process_ends_the_wait() -> None:
    """Waiting for a process that died fails at once, with the end of its log"""
    with tempfile.TemporaryDirectory() as folder:
        doomed = processes.spawn("doomed", ["sh", "-c", "sleep 0.3; echo last words; exit 3"],
                                 Path(folder) / "doomed.log")
        begun = time.monotonic()
        try:
            wait_until("the impossible", lambda: False, 60, needs=[doomed])
        except LabError as error:
            want("doomed has ended" in str(error) and "last words" in str(error), str(error))
            want(time.monotonic() - begun < 30, "it waited for the limit")
        else:
            raise LabError("the impossible came")


def an_ensemble_forms(folder: Path) -> None:
    """Three ZooKeepers elect a leader, and it misses a follower that is killed"""
    lab = Lab.create(folder / "ensemble", Shape(brokers=1, zookeepers=3))
    names = [node.name for node in lab.of_kind("zookeeper")]

    def words(name: str) -> bytes:
        return four_letter_word(lab.node(name).ports["client"], "mntr")

    try:
        for name in names:
            lab.start(name)
        for name in names:
            lab.wait_ready(name)
        leader = next(name for name in names if b"zk_server_state\tleader" in words(name))
        synced = b"zk_synced_followers\t%d"
        wait_until("two followers", lambda: synced % 2 in words(leader), 30)
        lab.fault("kill9", next(name for name in names if name != leader))
        wait_until("one follower", lambda: synced % 1 in words(leader), 30)
    finally:
        lab.down()


def passes(check: Callable[[], None], title: str) -> bool:
    """Runs one check and says how it went."""
    begun = time.monotonic()
    try:
        check()
        problem = None
    except (LabError, OSError, EOFError) as error:
        problem = str(error) or repr(error)
    print(f"{'ok' if problem is None else 'FAILED':6} {title}  "
          f"({time.monotonic() - begun:.1f} s)", flush=True)
    if problem is not None:
        print(problem, flush=True)
    return problem is None


def main() -> int:
    """Runs all checks."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, help="keep settings and logs there")
    parser.add_argument("--save-pages", type=Path, metavar="DIR",
                        help="keep every page before, after and long after the fault")
    options = parser.parse_args()
    unwind_on_sigterm()
    folder = options.dir or Path(tempfile.mkdtemp(prefix="keepwatch-lab-"))
    story = Story(folder, options.save_pages)
    checks = [jars_are_pinned, ports_are_distinct, a_reused_pid_is_safe,
              a_dead_process_ends_the_wait]
    results = []
    try:
        results += [passes(check, check.__doc__ or "") for check in checks]
        results.append(passes(lambda: an_ensemble_forms(folder), an_ensemble_forms.__doc__ or ""))
        results += [passes(check, check.__doc__ or "") for check in story.checks()]
    finally:
        if story.lab:
            story.lab.down()
    passed = sum(results)
    if passed == len(results) and not options.dir:
        shutil.rmtree(folder)
    else:
        print(f"logs are in {folder}")
    print(f"{passed} passed, {len(results) - passed} failed")
    return 0 if passed == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
