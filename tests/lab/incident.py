#!/usr/bin/env python3
"""A whole incident on a real cluster: load, quiet, a broker dies, it comes back, all is well.

Prints one JSON line when the lab is ready and one at the end. What happened when is in
DIR/events.log. A command can run alongside; {config}, {dir} and {listen} in it are filled in:

  incident.py --dir build/incident \\
      --run 'build/release/keepwatch run --config {config} --data-dir {dir}/state'
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from keepwatch_lab import load
from keepwatch_lab.agent import AgentSettings, Alongside, REPOSITORY, config_text
from keepwatch_lab.capture import Capture, sources_of
from keepwatch_lab.cluster import Lab
from keepwatch_lab.ending import unwind_on_sigterm
from keepwatch_lab.errors import LabError
from keepwatch_lab.kafka_wire import Topic
from keepwatch_lab.ports import free_ports
from keepwatch_lab.shape import Shape
from keepwatch_lab.webhook import Receiver

# A fault, and what ends it.
REMEDIES = {"kill9": "restart", "sigterm": "restart", "sigstop": "sigcont", "zk-stop": "zk-start"}

# Victims by what they are.
ROLES = ("controller", "follower")
# How long a killed broker must stay away: ZooKeeper's session of 18 s and its tick of 2 s.
SHORTEST_OUTAGE_AFTER_KILL = 20


class Events:
    """events.log: a line `<unix seconds> <what>` for each thing done to the lab."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen: list[dict[str, object]] = []

    def note(self, what: str) -> None:
        """Writes down that this happens now."""
        now = round(time.time(), 3)
        self.seen.append({"t": now, "what": what})
        with self.path.open("a") as file:
            file.write(f"{now:.3f} {what}\n")


def pick_victim(lab: Lab, wish: str) -> str:
    """The broker to hit: the controller, one that is not, or the one named."""
    controller = lab.controller()
    if wish == "controller":
        return controller
    if wish == "follower":
        return [node.name for node in lab.of_kind("kafka") if node.name != controller][-1]
    return lab.node(wish).name


def prepare(lab: Lab, options: argparse.Namespace) -> None:
    """Topics with a producer on the first ones, and a consumer group on the first of all."""
    replication = min(3, options.brokers)
    lab.create_topics([Topic(f"t{i}", options.partitions, replication)
                       for i in range(1, options.topics + 1)])
    for i in range(1, min(options.producers, options.topics) + 1):
        load.start_producer(lab, f"t{i}", options.rate)
    if options.group:
        load.start_consumer(lab, "t1", options.group)
    time.sleep(options.settle)
    lab.wait_in_sync()


def watch(seconds: float, alongside: Alongside | None) -> None:
    """Lets time pass; an agent that dies meanwhile ends the incident."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if alongside:
            alongside.check()
        time.sleep(min(0.5, left))


def heal(lab: Lab, fault: str, victim: str) -> None:
    """Undoes the fault."""
    remedy = REMEDIES[fault]
    if remedy == "restart":
        lab.restart(victim)
    else:
        lab.fault(remedy, victim)


def play(lab: Lab, options: argparse.Namespace, events: Events,
         alongside: Alongside | None) -> str:
    """The incident itself; returns the victim."""
    victim = pick_victim(lab, options.victim)
    named = "" if options.fault == "zk-stop" else f" {victim}"
    events.note("baseline")
    watch(options.baseline, alongside)
    events.note(f"{options.fault}{named}")
    lab.fault(options.fault, victim)
    watch(options.outage, alongside)
    events.note(f"{REMEDIES[options.fault]}{named}")
    heal(lab, options.fault, victim)
    lab.wait_in_sync()
    events.note("in-sync")
    watch(options.after, alongside)
    events.note("done")
    return victim


def agent_settings(options: argparse.Namespace, webhook_url: str) -> AgentSettings:
    """The agent's configuration as the command line wants it."""
    rules = tuple(options.rules) or (REPOSITORY / "rules",)
    runbooks = tuple(options.runbooks) or (REPOSITORY / "runbooks",)
    return AgentSettings(options.listen_port or free_ports(1)[0], options.interval,
                         options.retain_all, rules, runbooks, options.webhook or webhook_url)


def run(options: argparse.Namespace) -> None:
    """Everything, from nothing to nothing."""
    begun = time.monotonic()
    with ExitStack() as cleanup:
        lab = Lab.create(options.dir, Shape(options.brokers, options.zk_ensemble,
                                            tuple(options.set)))
        cleanup.callback(lab.down)
        if options.victim not in ROLES:
            lab.node(options.victim)  # A wrong name is told before the wait.
        notifications = lab.folder / "notifications.jsonl"
        receiver = Receiver(notifications)
        cleanup.callback(receiver.close)
        settings = agent_settings(options, receiver.url)
        config = lab.folder / "keepwatch.toml"
        config.write_text(config_text(lab, settings))
        lab.up()
        serving = time.monotonic() - begun
        prepare(lab, options)
        listen = f"127.0.0.1:{settings.listen_port}"
        print(json.dumps({
            "ready": True, "dir": str(lab.folder), "config": str(config), "listen": listen,
            "bootstrap": lab.bootstrap(), "webhook": settings.webhook_url,
            "ports": {node.name: node.ports for node in lab.nodes.values()},
            "seconds_to_serve": round(serving, 1),
            "seconds_to_ready": round(time.monotonic() - begun, 1),
        }), flush=True)
        if options.capture:
            capture = Capture(sources_of(lab), options.capture, options.interval)
            cleanup.callback(capture.stop)
        alongside = None
        if options.run:
            alongside = Alongside(options.run, {"config": str(config), "dir": str(lab.folder),
                                                "listen": listen},
                                  lab.folder / "logs" / "alongside.log")
            cleanup.callback(alongside.stop)
        events = Events((options.capture or lab.folder) / "events.log")
        victim = play(lab, options, events, alongside)
        code = alongside.stop() if alongside else None
        print(json.dumps({"done": True, "victim": victim, "events": events.seen,
                          "events_log": str(events.path), "alongside_exit": code,
                          "notifications": str(notifications),
                          "seconds": round(time.monotonic() - begun, 1)}), flush=True)
        if alongside and code != 0:
            raise LabError(f"the command alongside ended with "
                           f"{'SIGKILL, deaf to SIGTERM' if code is None else code}")


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--dir", type=Path, required=True, help="an empty or absent folder for the lab")
    add("--fault", choices=REMEDIES, default="kill9")
    add("--victim", default="controller", help="controller, follower, or a broker such as b3")
    add("--baseline", type=float, default=30, help="seconds of quiet before the fault")
    add("--outage", type=float, default=60,
        help="seconds from the fault to its end; 20 or more after kill9")
    add("--after", type=float, default=20, help="seconds to go on once all is in sync")
    add("--settle", type=float, default=5, help="seconds of load before the quiet begins")
    add("--brokers", type=int, default=3)
    add("--zk-ensemble", type=int, default=1, choices=(1, 3))
    add("--set", action="append", default=[], metavar="KEY=VALUE",
        help="a line for every broker's server.properties")
    add("--topics", type=int, default=10)
    add("--partitions", type=int, default=6)
    add("--producers", type=int, default=2)
    add("--rate", type=int, default=75, help="records a second of each producer")
    add("--group", default="lab-group", help="consumer group on the first topic; '' for none")
    add("--run", metavar="COMMAND",
        help="one process that runs alongside and is ended with SIGTERM")
    add("--capture", type=Path, metavar="DIR", help="also keep every page there, with events.log")
    add("--interval", type=int, default=5, help="seconds between scrapes")
    add("--listen-port", type=int, help="of the agent; free if not named")
    add("--retain-all", action=argparse.BooleanOptionalAction, default=True)
    add("--rules", action="append", type=Path, default=[], help="default: the repository's")
    add("--runbooks", action="append", type=Path, default=[], help="default: the repository's")
    add("--webhook", metavar="URL", help="default: a receiver that writes notifications.jsonl")
    options = parser.parse_args()
    if options.fault == "kill9" and options.outage < SHORTEST_OUTAGE_AFTER_KILL:
        parser.error(f"--outage: want at least {SHORTEST_OUTAGE_AFTER_KILL} after kill9, "
                     f"got {options.outage:g}")
    return options


def main() -> int:
    """Runs the incident."""
    options = parsed()
    unwind_on_sigterm()
    try:
        run(options)
    except (LabError, ConnectionError) as error:
        print(f"incident: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
