"""Keepwatch beside the lab: its configuration, and the command that runs it."""

from __future__ import annotations

import shlex
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from . import processes
from .cluster import Lab
from .errors import LabError
from .jars import LAB_FOLDER
from .processes import Process

REPOSITORY = LAB_FOLDER.parent.parent
STOP_LIMIT_SECONDS = 30.0


@dataclass(frozen=True)
class AgentSettings:
    """What of the agent's configuration is chosen for a run."""

    listen_port: int
    interval_seconds: int = 5
    retain_all: bool = True
    rules: tuple[Path, ...] = (REPOSITORY / "rules",)
    runbooks: tuple[Path, ...] = (REPOSITORY / "runbooks",)
    webhook_url: str | None = None


def target(name: str, kind: str, url: str | None, interval_seconds: int) -> str:
    """One [[target]]; a scrape may take the whole interval, as those of a loaded machine do."""
    lines = ["[[target]]", f'name = "{name}"', f'kind = "{kind}"']
    if url:
        lines.append(f'url = "{url}"')
    lines += [f'interval = "{interval_seconds}s"', f'timeout = "{interval_seconds}s"']
    return "\n".join(lines)


def targets(lab: Lab, interval_seconds: int) -> list[str]:
    """All brokers, all ZooKeepers and this machine."""
    found = []
    for node in lab.nodes.values():
        port = node.ports["exporter" if node.kind == "kafka" else "client"]
        url = (f"http://127.0.0.1:{port}/metrics" if node.kind == "kafka"
               else f"zookeeper://127.0.0.1:{port}")
        found.append(target(node.name, node.kind, url, interval_seconds))
    return [*found, target(socket.gethostname(), "host", None, interval_seconds)]


def path_list(paths: tuple[Path, ...]) -> str:
    """A TOML array of those paths that exist."""
    return "[" + ", ".join(f'"{path.resolve()}"' for path in paths if path.exists()) + "]"


def config_text(lab: Lab, settings: AgentSettings) -> str:
    """keepwatch.toml: every broker of the cluster is a target, so cluster-wide rules are right."""
    parts = [
        '[agent]\ncluster = "lab"\nwhole_cluster = true',
        f'[serve]\nlisten = "127.0.0.1:{settings.listen_port}"',
    ]
    if settings.retain_all:
        parts.append('[store]\nretain = "all"')
    parts += targets(lab, settings.interval_seconds)
    parts.append(f"[rules]\npaths = {path_list(settings.rules)}")
    parts.append(f"[runbooks]\npaths = {path_list(settings.runbooks)}\n"
                 'base_url = "https://sop.example.com"')
    if settings.webhook_url:
        parts.append(f'[[sink]]\nname = "lab"\nkind = "webhook"\nurl = "{settings.webhook_url}"')
    return "\n\n".join(parts) + "\n"


class Alongside:
    """A command that runs while things happen to the lab, and is asked to end with SIGTERM."""

    def __init__(self, command: str, placeholders: dict[str, str], log: Path) -> None:
        """`command` is split as a shell would; {config}, {dir} and {listen} are filled in."""
        words = shlex.split(command)
        for key, value in placeholders.items():
            words = [word.replace("{" + key + "}", value) for word in words]
        self.process: Process = processes.spawn("the command alongside", words, log)

    def check(self) -> None:
        """A LabError if the command ended before it was asked to."""
        if not processes.is_alive(self.process):
            raise LabError("the command alongside ended early\n"
                           + processes.log_tail(self.process.log))

    def stop(self) -> int | None:
        """Ends the command and returns its exit code, None if it had to be killed."""
        processes.send(self.process, signal.SIGTERM)
        if processes.wait_gone(self.process, STOP_LIMIT_SECONDS):
            return processes.exit_code(self.process)
        processes.kill(self.process)
        return None
