#!/usr/bin/env python3
"""A real Kafka of three brokers, a real agent, and a broker that is really killed.

Starts the lab, runs the agent on it, kills the active controller with SIGKILL, restarts it, and
shows what happens as it happens. With --check it prints at the end what held:

- the alert that watches the process paged within a second of the broker's death,
- every page that came was resolved after the restart,
- the live run's steps equal those of the replay of its own recording, to the byte.
"""

import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INCIDENT = ROOT / "tests/lab/incident.py"
PACKS = ["--rules", str(ROOT / "rules"), "--runbooks", str(ROOT / "runbooks")]
PROCESS_ALERT = "KafkaBrokerProcessDown"
PAGE_SECONDS_MAX = 1.0


def keepwatch():
    return os.environ.get("KEEPWATCH", str(ROOT / "build/release/keepwatch"))


class Tail:
    """The lines of a file that were not there the last time."""

    def __init__(self, path):
        self.path = path
        self.offset = 0

    def lines(self):
        if not self.path.exists():
            return []
        with self.path.open() as file:
            file.seek(self.offset)
            text = file.read()
        whole = text[: text.rfind("\n") + 1]
        self.offset += len(whole.encode())
        return [json.loads(line) for line in whole.splitlines()]


def page_text(body):
    """A webhook's payload as the screen of a pager shows it."""
    alert = body["alerts"][0]
    notes = alert["annotations"]
    firing = body["status"] == "firing"
    labels = {k: v for k, v in alert["labels"].items() if k not in ("alertname", "severity")}
    rows = [
        ("PAGE" if firing else "RESOLVED", alert["labels"]["alertname"]),
        ("what", notes.get("summary", "")),
        ("where", "  ".join(f"{k}={v}" for k, v in labels.items())),
        ("since", alert["startsAt"]),
    ]
    if firing:
        rows += [("SOP", notes.get("runbook_url", ""))]
        rows += [("do first", notes.get("sop_steps", ""))]
        rows += [("right now", notes.get("sop_diagnosis", ""))]
    text = ""
    for key, value in rows:
        for line in value.splitlines() or [""]:
            text += f"  ┃ {key:<10}{line}\n"
            key = ""
    return text


def show(seen):
    """Prints what is new: steps of alerts, and pages as they arrive."""
    for step in seen["steps"].lines():
        print(f"{step['time'][11:19]}  {step['state']:<9}{step['alert']}  "
              f"{step['labels'].get('instance', '')}", flush=True)
    for page in seen["pages"].lines():
        print(page_text(page["body"]), end="", flush=True)
    for line in seen["events"].read_new():
        print(f"          ({line})", flush=True)


class Events:
    """The lab's own log of what it did."""

    def __init__(self, path):
        self.path = path
        self.count = 0

    def all(self):
        if not self.path.exists():
            return []
        rows = [line.split(None, 1) for line in self.path.read_text().splitlines()]
        return [(float(row[0]), row[1]) for row in rows if len(row) == 2]

    def read_new(self):
        rows = self.all()
        new, self.count = rows[self.count :], len(rows)
        return [what for _, what in new]


def live_through(folder):
    """Runs the incident with the agent beside it; returns the exit code."""
    agent = (f"{shlex.quote(keepwatch())} run --config {{config}} --data-dir {{dir}}/state "
             f"--record {{dir}}/live.kwr --transitions {{dir}}/steps.jsonl")
    command = [sys.executable, str(INCIDENT), "--dir", str(folder), "--victim", "controller",
               "--baseline", "20", "--outage", "90", "--after", "20", "--interval", "5",
               "--run", agent]
    seen = {"steps": Tail(folder / "steps.jsonl"), "pages": Tail(folder / "notifications.jsonl"),
            "events": Events(folder / "events.log")}
    print("Starting ZooKeeper and three Kafka brokers; the first time their jars are fetched.",
          flush=True)
    with (folder / "incident.out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                show(seen)
                time.sleep(0.2)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    show(seen)
    if process.returncode != 0:
        print((folder / "incident.out").read_text())
    return process.returncode


def replay(folder):
    command = [keepwatch(), "replay", str(folder / "live.kwr"), "--json", *PACKS]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout


def judged(folder):
    """What held, as pairs of a sentence and whether it is true."""
    events = Events(folder / "events.log").all()
    killed = next((t for t, what in events if what.startswith("kill9")), None)
    pages = Tail(folder / "notifications.jsonl").lines()
    down = [p["t"] for p in pages
            if p["body"]["status"] == "firing"
            and p["body"]["alerts"][0]["labels"]["alertname"] == PROCESS_ALERT]
    late = down[0] - killed if down and killed else None
    print(f"from the kill to the page: {late if late is None else round(late, 3)} s")
    last = {p["body"]["groupKey"]: p["body"]["status"] for p in pages}
    steps = (folder / "steps.jsonl").read_bytes()
    once, twice = replay(folder), replay(folder)
    # The SOP's link is the configuration's, which a recording does not hold.
    live = [without_link(line) for line in steps.splitlines()]
    again = [without_link(line) for line in once.splitlines()]
    return [
        ("the broker was killed", killed is not None),
        (f"{PROCESS_ALERT} paged within {PAGE_SECONDS_MAX} s", late is not None and 0 <= late <= PAGE_SECONDS_MAX),
        ("KafkaUnderReplicatedPartitions paged", any(
            p["body"]["alerts"][0]["labels"]["alertname"] == "KafkaUnderReplicatedPartitions"
            for p in pages)),
        ("every page was resolved", bool(last) and set(last.values()) == {"resolved"}),
        ("the replay's steps equal the live ones", bool(live) and live == again),
        ("two replays give the same bytes", bool(once) and once == twice),
    ]


def without_link(line):
    step = json.loads(line)
    step.pop("runbook_url", None)
    return json.dumps(step)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--keep", type=pathlib.Path, help="a folder for all files, kept")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="keepwatch-live-") as temporary:
        folder = options.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        code = live_through(folder)
        if not options.check:
            return code
        results = [("the incident ran to its end", code == 0)]
        if code == 0:
            results += judged(folder)
    for sentence, holds in results:
        if not holds:
            print(f"FAILED: {sentence}")
    failed = sum(not holds for _, holds in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
