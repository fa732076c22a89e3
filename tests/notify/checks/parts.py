"""What the checks of sinks share: processes that end with them, and a target whose values they set."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
KEEPWATCH = os.environ.get("KEEPWATCH", str(ROOT / "build/release/keepwatch"))
WAIT_SECONDS_MAX = 30


def free_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


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


class Target:
    """An exporter whose page is `page`, as long as it is not closed."""

    def __init__(self, page: str) -> None:
        self.page = page
        target = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers with the page."""

            def do_GET(self) -> None:  # The name is http.server's.
                body = target.page.encode("utf-8", "surrogateescape")
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Silence."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stops answering."""
        self.server.shutdown()
        self.server.server_close()
