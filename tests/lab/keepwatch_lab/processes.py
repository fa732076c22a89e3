"""Processes known by pid and start time, so that a pid the kernel gave to another is never hit."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError

NICENESS = 5
LOG_TAIL_LINES = 25
KILL_LIMIT_SECONDS = 10.0

# Children of this very process, which only it can reap.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Process:
    """Something the lab started. `started` is the kernel's start time in clock ticks since boot."""

    name: str
    pid: int
    started: int
    log: str


def start_time(pid: int) -> int | None:
    """The start time of a process that runs or sleeps; None if it is gone or only unreaped."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command's name in parentheses may hold blanks and parentheses of its own.
    fields = text[text.rindex(")") + 2:].split()
    return None if fields[0] in "ZX" else int(fields[19])


def cpu_seconds(pid: int) -> float:
    """User and system time the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spawn(name: str, command: list[str], log: Path) -> Process:
    """Starts a command in a session of its own, so that a terminal's Ctrl-C spares it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            ["nice", "-n", str(NICENESS), *command],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = start_time(child.pid)
    _children[child.pid] = child
    if started is None:
        raise LabError(f"{name} ended as soon as it was started: {' '.join(command)[:200]}\n"
                       + log_tail(str(log)))
    return Process(name, child.pid, started, str(log))


def is_alive(process: Process) -> bool:
    """Whether this very process still runs (a stopped one does)."""
    child = _children.get(process.pid)
    if child is not None:
        child.poll()
    return start_time(process.pid) == process.started


def send(process: Process, number: signal.Signals) -> bool:
    """Signals the process; False if it was gone."""
    if not is_alive(process):
        return False
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return False
    return True


def wait_gone(process: Process, limit_seconds: float) -> bool:
    """Whether the process ended within the limit."""
    deadline = time.monotonic() + limit_seconds
    while is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def kill(process: Process) -> None:
    """Ends the process at once, also one that is stopped."""
    send(process, signal.SIGKILL)
    if not wait_gone(process, KILL_LIMIT_SECONDS):
        raise LabError(f"{process.name} (pid {process.pid}) outlives SIGKILL by "
                       f"{KILL_LIMIT_SECONDS:.0f} s")


def log_tail(log: str) -> str:
    """The last lines of a log, set off so that they are not taken for ours."""
    try:
        lines = Path(log).read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
    except FileNotFoundError:
        return f"  ({log} was never written)"
    return "\n".join([f"  end of {log}:", *(f"  | {line[:300]}" for line in lines)])


def exit_code(process: Process) -> int | None:
    """The exit code of a child that has ended, negative for a signal."""
    child = _children.get(process.pid)
    return child.poll() if child is not None else None
