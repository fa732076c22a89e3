"""Real Alertmanagers, told by the agent and by a real Prometheus that runs the same rules."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from .parts import KEEPWATCH, SCRAPED, Exporter, Process, eventually, free_port, get

PROGRAMS = ("prometheus-alertmanager", "prometheus")
RESEND_SECONDS = 2
GOOD_SECONDS = 4 * RESEND_SECONDS

RULES = """groups:
- name: g
  interval: 1s
  rules:
  - alert: Lagging
    expr: lag{topic!=""} > 10
    labels: {severity: warning, empty: ""}
    annotations:
      summary: 'lag is {{ $value }} on {{ $labels.instance }}'
      odd: "<b>\\"quoted\\" & <!channel> \\n second line"
  - alert: Total
    expr: sum(lag) > 10
    annotations: {summary: 'all of {{ $externalLabels.cluster }}: {{ $value | humanize }}'}
"""
PROMETHEUS = """global:
  scrape_interval: 1s
  evaluation_interval: 1s
  external_labels: {{cluster: c}}
rule_files: [rules.yml]
scrape_configs:
- job_name: prometheus
  static_configs: [{{targets: ["127.0.0.1:{target}"], labels: {{instance: b1, cluster: c}}}}]
alerting:
  alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{manager}"]}}]}}]
"""
KEEPWATCH_TOML = """[agent]
cluster = "c"
[serve]
listen = "127.0.0.1:{port}"
external_url = "http://agent:9797/"
""" + SCRAPED + """[[sink]]
name = "am"
kind = "alertmanager"
urls = ["http://127.0.0.1:{first}", "http://127.0.0.1:{second}"]
resend_delay = "{resend}s"
"""


def page(lag: int) -> str:
    """The exporter's page."""
    return f'# TYPE lag gauge\nlag{{topic="a"}} {lag}\nlag{{topic="b \\"q\\""}} {lag + 1}\n'


def start_manager(folder: Path, name: str, port: int) -> Process:
    """An Alertmanager that tells nobody."""
    config = folder / f"{name}.yml"
    config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    return Process(folder, name, "prometheus-alertmanager", f"--config.file={config}",
                   f"--storage.path={folder}/{name}", f"--web.listen-address=127.0.0.1:{port}",
                   "--cluster.listen-address=")


def shown(port: int) -> list[dict]:
    """The alerts that a manager shows, in the order of their labels."""
    alerts = get(f"http://127.0.0.1:{port}/api/v2/alerts")
    assert isinstance(alerts, list)
    return sorted(alerts, key=lambda alert: str(sorted(alert["labels"].items())))


def lasting(alert: dict) -> dict:
    """What does not change with the time or the host it came from."""
    same = {name: value for name, value in alert.items()
            if name not in ("startsAt", "endsAt", "updatedAt", "generatorURL")}
    return {**same, "generatorURL": alert["generatorURL"].partition("/graph")[2]}


def when(text: str) -> float:
    """Seconds of a time that Alertmanager shows."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def good_for(alert: dict) -> float:
    """For how long it was good when it came."""
    return when(alert["endsAt"]) - when(alert["updatedAt"])


def compared(ours: list[dict], theirs: list[dict]) -> Iterator[tuple[str, bool]]:
    """Field by field."""
    yield f"three alerts: {len(ours)}, {len(theirs)}", len(ours) == len(theirs) == 3
    for mine, other in zip(ours, theirs):
        name = mine["labels"]["alertname"]
        for field in sorted({*mine, *other} - {"startsAt", "endsAt", "updatedAt"}):
            left, right = lasting(mine).get(field), lasting(other).get(field)
            yield f"{name}: {field} is {left!r}, Prometheus's {right!r}", left == right
        apart = when(mine["startsAt"]) - when(other["startsAt"])
        yield f"{name}: startsAt differs by {apart} s", abs(apart) < 3
        for who, alert in (("ours", mine), ("theirs", other)):
            good = good_for(alert)
            yield f"{name}: {who} is good for {good} s", abs(good - GOOD_SECONDS) < 1.5
    yield "the link leads to the agent", all(
        alert["generatorURL"].startswith("http://agent:9797/graph?g0.expr=") for alert in ours)


def told(ports: dict[str, int], target: Exporter, managers: dict[str, Process],
         folder: Path) -> Iterator[tuple[str, bool]]:
    """The life of the alerts."""
    both = [ports["first"], ports["second"]]
    yield "both agents see the target", all(eventually(
        lambda port=ports[name]: '"1"' in json.dumps(
            get(f"http://127.0.0.1:{port}/api/v1/query?query=lag")))
        for name in ("prometheus", "agent"))
    target.page = page(42)
    yield "every manager is told", eventually(
        lambda: all(len(shown(port)) == 3 for port in [*both, ports["theirs"]]))
    yield from compared(shown(both[0]), shown(ports["theirs"]))
    yield "the replicas show the same", [lasting(one) for one in shown(both[0])] == [
        lasting(one) for one in shown(both[1])]

    first = shown(both[0])[0]
    target.page = page(77)
    yield "a repeat brings the newest value and a later end", eventually(
        lambda: "77" in str(shown(both[0])) and when(shown(both[0])[0]["endsAt"])
        > when(first["endsAt"]) + 1)
    yield "and it began when it began", shown(both[0])[0]["startsAt"] == first["startsAt"]

    managers["second"].kill()
    shutil.rmtree(folder / "second", ignore_errors=True)
    managers["second"] = start_manager(folder, "second", both[1])
    yield "a manager that forgot everything knows it again", eventually(
        lambda: len(shown(both[1])) == 3)

    target.page = page(1)
    yield "what is over is over everywhere", eventually(
        lambda: not any(shown(port) for port in [*both, ports["theirs"]]))


def check(folder: Path) -> Iterator[tuple[str, bool]]:
    """What held, as pairs of a sentence and whether it is true."""
    target = Exporter(page(1))
    ports = {name: free_port() for name in ("first", "second", "theirs", "prometheus", "agent")}
    (folder / "rules.yml").write_text(RULES)
    (folder / "prometheus.yml").write_text(
        PROMETHEUS.format(target=target.port, manager=ports["theirs"]))
    (folder / "keepwatch.toml").write_text(KEEPWATCH_TOML.format(
        port=ports["agent"], target=target.port, first=ports["first"], second=ports["second"],
        resend=RESEND_SECONDS))
    managers = {name: start_manager(folder, name, ports[name])
                for name in ("first", "second", "theirs")}
    others = [
        Process(folder, "prometheus", "prometheus", f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data", "--log.level=warn",
                f"--web.listen-address=127.0.0.1:{ports['prometheus']}",
                f"--rules.alert.resend-delay={RESEND_SECONDS}s"),
        Process(folder, "agent", KEEPWATCH, "run", "--config", folder / "keepwatch.toml",
                "--data-dir", folder / "state"),
    ]
    try:
        yield from told(ports, target, managers, folder)
    finally:
        for process in [*others, *managers.values()]:
            process.stop()
        target.close()
