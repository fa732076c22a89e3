"""The two servers: a real Prometheus, and the agent as a receiver of remote write."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from . import pinned, wire
from .data import Family, slices
from .dialect import ALL, DEFAULT, TWO, Dialect
from .errors import ConformanceError

START_LIMIT_SECONDS = 60.0
STOP_LIMIT_SECONDS = 20.0
NO_FEATURES = "[promql]\nfeatures = []"


def find_prometheus() -> Path | None:
    """The pinned version if it was built, else what is installed."""
    target = pinned.path("prometheus")
    installed = shutil.which("prometheus")
    return target if target.exists() else Path(installed) if installed else None


def version_of(program: Path) -> str:
    """Such as `3.16.0`."""
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"version (\d+\.\d+\.\d+)", said.stdout + said.stderr)
    # `go install` leaves the version out; then it is the pinned one.
    return found[1] if found else pinned.VERSION


def dialect_of(version: str, features: str) -> Dialect:
    """What this version understands."""
    if version.startswith("2."):
        return TWO
    return ALL if features == "all" else DEFAULT


def free_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """A process that answers the API on a port of loopback, and ends with the tests."""

    def __init__(self, name: str, command: list[str], folder: Path, port: int) -> None:
        self.name = name
        self.port = port
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT)

    def wait_ready(self) -> None:
        """Until it says so."""
        deadline = time.monotonic() + START_LIMIT_SECONDS
        # Where our process has ended, another one may have taken the port before it.
        while not self.is_ready() or self.process.poll() is not None:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ConformanceError(f"{self.name} did not become ready\n" + self.log_tail())
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Whether /-/ready answers 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def log_tail(self) -> str:
        """The last lines it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self) -> None:
        """Ends it, at once if it does not want to."""
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_prometheus(program: Path, dialect: Dialect, folder: Path, name: str) -> Server:
    """A Prometheus that scrapes nothing and takes samples of any of the last days."""
    home = folder / name
    home.mkdir()
    config = home / "prometheus.yml"
    config.write_text("storage:\n  tsdb:\n    out_of_order_time_window: 30d\n")
    port = free_port()
    command = [str(program), f"--config.file={config}", f"--storage.tsdb.path={home}/data",
               f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver",
               "--log.level=warn"]
    if dialect.flags:
        command.append("--enable-feature=" + ",".join(dialect.flags))
    return Server(name, command, folder, port)


def start_keepwatch(program: Path, dialect: Dialect, folder: Path) -> Server:
    """An agent without targets that receives."""
    port = free_port()
    config = folder / "keepwatch.toml"
    config.write_text(f"""[agent]
cluster = "conformance"
[serve]
listen = "127.0.0.1:{port}"
[receive]
remote_write = true
{"" if dialect.has_experiments else NO_FEATURES}
""")
    command = [str(program), "run", "--config", str(config), "--data-dir", str(folder / "state")]
    return Server("keepwatch", command, folder, port)


def fill(server: Server, families: list[Family]) -> None:
    """Pushes all samples."""
    for part in slices(families):
        wire.push(server.port, part)
