"""Labels and annotations that want to break a page, told to faithful receivers; and secrets."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from .parts import KEEPWATCH, ROOT, SCRAPED, Exporter, Process, eventually, free_port

sys.path.insert(0, str(ROOT / "tests/receiver"))
from keepwatch_receiver.server import Receiver

ALERT = "KafkaUnderMinIsr"  # A rule of that name has that SOP.
SOP = "https://sop.example.com/KW-KAFKA-UNDER-MIN-ISR"
NOTES_BYTES = 1 << 20
PIECE_BYTES = 200_000  # A template may be a little longer, and say it again and again.
ROUTING_KEY = "0123456789abcdef0123456789abcdef"
SECRETS = ("SECRETPATH", "SECRETTOKEN", "SECRETSIGN", "SECRETCREDENTIAL", ROUTING_KEY)

RULES = f"""groups:
- name: g
  interval: 1s
  rules:
  - alert: {ALERT}
    expr: fault > 0
    labels: {{severity: critical}}
    annotations:
      summary: 'client {{{{ $labels.client }}}}'
      failing: '{{{{ query "no such (" | first | value }}}}'
      unknown: '{{{{ $labels.client | humanize }}}}'
      huge: '{{{{ define "piece" }}}}{"x" * PIECE_BYTES}{{{{ end }}}}{'{{ template "piece" }}' * 6}'
"""
# What a client may call itself, as the exposition format writes it.
HOSTILE = (
    r"<!channel> <@U024BE7LH> *bold* `code` ```block``` [link](http://evil.example) <b>html</b>",
    "\x7f\u0085\u202ered \\n second line \\\" quote \\\\ backslash",
    "\udcff\udcfe half \udcc3 of a character",
    "'; DROP TABLE pages; -- ${jndi:ldap://evil} {{ .Values }} %s%n",
    "x" * 3000,
)


def page() -> str:
    """The exporter's page: one incident for each."""
    return "".join(f'fault{{client="{client}"}} 1\n' for client in HOSTILE)


def config(folder: Path, port: int, target: int, url: str) -> Path:
    """An agent with a sink of each kind, each with its secrets."""
    secrets = folder / "secrets"
    secrets.mkdir()
    (secrets / "slack").write_text(f"{url}/services/T/B/SECRETPATH\n")
    (secrets / "token").write_text("SECRETTOKEN\n")
    (secrets / "bot").write_text("SECRETCREDENTIAL\n")
    (folder / "rules.yml").write_text(RULES)
    path = folder / "keepwatch.toml"
    path.write_text(f"""[agent]
cluster = "c"
[serve]
listen = "127.0.0.1:{port}"
{SCRAPED.format(target=target)}[runbooks]
paths = ["{ROOT}/runbooks"]
base_url = "https://sop.example.com"
[[sink]]
name = "hook"
kind = "webhook"
url = "{url}/hook/SECRETPATH"
key_file = "secrets/token"
signing_key = "SECRETSIGN"
[[sink]]
name = "pager"
kind = "pagerduty"
url = "{url}/v2/enqueue"
key = "{ROUTING_KEY}"
[[sink]]
name = "chat"
kind = "slack"
url_file = "secrets/slack"
[[sink]]
name = "bot"
kind = "slack"
url = "{url}/api/chat.postMessage"
channel = "#pages"
key = "credential:bot"
[[sink]]
name = "manager"
kind = "alertmanager"
url = "{url}"
""")
    return path


def arrived(receiver: Receiver, path: str) -> list[dict]:
    """What was accepted there."""
    return [one for one in list(receiver.seen) if one["accepted"] and one["path"].startswith(path)]


def told(receiver: Receiver) -> Iterator[tuple[str, bool]]:
    """The page arrives, with its SOP and its first steps."""
    for path in ("/hook", "/v2/enqueue", "/services", "/api/chat.", "/api/v2/alerts"):
        yield f"{path}: the page arrives", eventually(lambda path=path: bool(
            arrived(receiver, path)))
        text = json.dumps([one["body"] for one in arrived(receiver, path)])
        yield f"{path}: with its SOP", SOP in text
        yield f"{path}: with its first steps", "1. " in text
        yield f"{path}: and without a megabyte of notes", len(text) < NOTES_BYTES
    refusals = [one["refusal"] for one in receiver.seen if "refusal" in one]
    yield f"nothing was refused: {refusals[:3]}", not refusals


def kept(folder: Path, port: int, agent: Process) -> Iterator[tuple[str, bool]]:
    """No secret is in what the agent says."""
    import urllib.request

    said = agent.log.read_text(errors="replace")
    for path in ("/metrics", "/api/v1/alerts", "/api/v1/rules", "/api/v1/targets",
                 "/api/v1/status/config", "/api/v1/status/flags", "/api/v1/status/runtimeinfo"):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                said += answer.read().decode(errors="replace")
        except OSError as error:
            said += str(error)
    for secret in SECRETS:
        yield f"{secret} is in no log, status or error", secret not in said
    yield "the log tells of failures", "not delivered yet" in said or "refused" in said


def check(folder: Path) -> Iterator[tuple[str, bool]]:
    """What held, as pairs of a sentence and whether it is true."""
    target, receiver, port = Exporter(page()), Receiver(), free_port()
    # Each sink meets a failure first, so that errors are written that could tell secrets.
    for fault in ({"fault": "status", "status": 503}, {"fault": "reset"}, {"fault": "close"}) * 2:
        receiver.then(fault)
    path = config(folder, port, target.port, receiver.url)
    environment = {**os.environ, "CREDENTIALS_DIRECTORY": str(folder / "secrets")}
    agent = Process(folder, "agent", KEEPWATCH, "run", "--config", path, "--data-dir",
                    folder / "state", env=environment)
    try:
        yield from told(receiver)
        (folder / "secrets/slack").write_text(f"{receiver.url}/services/T/B/ROTATED\n")
        target.page = "fault 0\n"
        yield "a secret that was renewed is used at once", eventually(
            lambda: any(one["path"].endswith("/ROTATED") for one in receiver.seen))
        yield "every end arrives", eventually(lambda: any(
            one["accepted"] and one["body"]["event_action"] == "resolve"
            for one in receiver.seen if one["path"] == "/v2/enqueue"))
        bot = [one["headers"].get("Authorization") for one in arrived(receiver, "/api/chat.")][:1]
        yield f"the credential of the service manager is read: {bot}", (
            bot == ["Bearer SECRETCREDENTIAL"])
        yield from kept(folder, port, agent)
    finally:
        agent.stop()
        receiver.close()
        target.close()
