#!/usr/bin/env python3
"""A real Kafka cluster on loopback: start it, load it, break it, stop it.

  lab.py up --dir build/lab && lab.py topics --dir build/lab
  lab.py fault kill9 b3 --dir build/lab; lab.py restart b3 --dir build/lab
  lab.py down --dir build/lab
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from keepwatch_lab import load
from keepwatch_lab.cluster import FAULTS, Lab
from keepwatch_lab.ending import unwind_on_sigterm
from keepwatch_lab.errors import LabError
from keepwatch_lab.kafka_wire import Topic
from keepwatch_lab.shape import Shape


def up(options: argparse.Namespace) -> None:
    """Starts a lab and says where it listens."""
    begun = time.monotonic()
    lab = Lab.create(options.dir, Shape(options.brokers, options.zk_ensemble,
                                        tuple(options.set)))
    lab.up()
    print(json.dumps({
        "dir": str(lab.folder), "seconds": round(time.monotonic() - begun, 1),
        "bootstrap": lab.bootstrap(),
        "ports": {node.name: node.ports for node in lab.nodes.values()},
    }))


def topics(options: argparse.Namespace) -> None:
    """Makes topics NAME1, NAME2, …"""
    lab = Lab.open(options.dir)
    replication = options.replication or min(3, lab.shape.brokers)
    lab.create_topics([Topic(f"{options.name}{i}", options.partitions, replication)
                       for i in range(1, options.count + 1)])
    print(f"{options.count} topics of {options.partitions} partitions, "
          f"{replication} replicas each, all in sync")


def load_command(options: argparse.Namespace) -> None:
    """Starts a producer on each topic, and a consumer if a group is named."""
    lab = Lab.open(options.dir)
    for topic in options.topics.split(","):
        print(load.start_producer(lab, topic, options.rate))
        if options.group:
            print(load.start_consumer(lab, topic, options.group))


def fault(options: argparse.Namespace) -> None:
    """Does something to a node."""
    Lab.open(options.dir).fault(options.action, options.node)


def restart(options: argparse.Namespace) -> None:
    """Starts a node again and waits until no replica is behind."""
    lab = Lab.open(options.dir)
    lab.restart(options.node)
    print(f"{options.node} serves; all in sync {lab.wait_in_sync():.1f} s later")


def status(options: argparse.Namespace) -> None:
    """What runs, and the cluster's own word on itself."""
    lab = Lab.open(options.dir)
    for name, process in lab.running.items():
        state = "runs" if lab.is_alive(name) else "has ended"
        ports = lab.nodes[name].ports if name in lab.nodes else {}
        where = " ".join(f"{role}=127.0.0.1:{port}" for role, port in ports.items())
        print(f"{name:12} pid {process.pid:<8} {state:10} {where}")
    seen = lab.metadata()
    behind = sum(set(each.in_sync) != set(each.replicas) for each in seen.partitions)
    headless = sum(each.leader < 0 for each in seen.partitions)
    print(f"brokers {sorted(seen.brokers)}, controller {seen.controller}, "
          f"{len(seen.partitions)} partitions, {behind} under-replicated, {headless} leaderless")


def down(options: argparse.Namespace) -> None:
    """Ends the lab; its folder stays for whoever wants to read the logs."""
    Lab.open(options.dir).down()


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        sub.add_argument("--dir", type=Path, required=True, help="the lab's folder")
        sub.set_defaults(run=run)
        return sub

    sub = command("up", up)
    sub.add_argument("--brokers", type=int, default=3)
    sub.add_argument("--zk-ensemble", type=int, default=1, choices=(1, 3))
    sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                     help="a line for every broker's server.properties")
    sub = command("topics", topics)
    sub.add_argument("--count", type=int, default=10)
    sub.add_argument("--partitions", type=int, default=6)
    sub.add_argument("--replication", type=int)
    sub.add_argument("--name", default="t")
    sub = command("load", load_command)
    sub.add_argument("--topics", default="t1,t2", help="comma-separated")
    sub.add_argument("--rate", type=int, default=75, help="records a second for each topic")
    sub.add_argument("--group", help="also consume, as this group")
    sub = command("fault", fault)
    sub.add_argument("action", choices=FAULTS)
    sub.add_argument("node", nargs="?")
    sub = command("restart", restart)
    sub.add_argument("node")
    command("status", status)
    command("down", down)
    return parser.parse_args()


def main() -> int:
    """Runs one command."""
    options = parsed()
    unwind_on_sigterm()
    try:
        options.run(options)
    except (LabError, ConnectionError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
