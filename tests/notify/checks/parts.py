"""What the checks of sinks share: processes that end with them, and an exporter whose page they set."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lab"))
from keepwatch_lab.exporter import Exporter
from keepwatch_lab.ports import free_port

__all__ = ["KEEPWATCH", "ROOT", "SCRAPED", "Exporter", "Process", "eventually", "free_port", "get"]

KEEPWATCH = os.environ.get("KEEPWATCH", str(ROOT / "build/release/keepwatch"))
WAIT_SECONDS_MAX = 30
# Of an agent's configuration, for format(): it asks the exporter at this port, and has these rules.
SCRAPED = """[[target]]
name = "b1"
kind = "prometheus"
url = "http://127.0.0.1:{target}/metrics"
interval = "1s"
[rules]
paths = ["rules.yml"]
"""


def eventually(holds: Callable[[], bool], seconds: float = WAIT_SECONDS_MAX) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return True
        except (OSError, http.client.HTTPException, ValueError):
            pass  # Not up yet.
        time.sleep(0.1)
    return False


def get(url: str) -> object:
    """JSON from an API."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.loads(answer.read())


class Process:
    """A program whose output goes to a file."""

    def __init__(self, folder: Path, name: str, *command: object, env: dict | None = None) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen([str(word) for word in command], cwd=folder,
                                            stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, env=env)

    def kill(self) -> None:
        """Ends it as a crash does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ends it in order, or at all."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
