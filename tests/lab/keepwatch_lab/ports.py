"""Free ports on loopback."""

from __future__ import annotations

import random
import socket
from pathlib import Path

from .errors import LabError

LOWEST_PORT = 10240
ATTEMPTS_PER_PORT = 200


def first_ephemeral_port() -> int:
    """Where the kernel's range for outgoing connections begins."""
    return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, below the range of outgoing connections.

    Not by binding port 0, which picks from that range: while a broker is dead its peers go on
    connecting to it, sooner or later one of them gets the very port as its own end, connects to
    itself, and the restarted broker finds its address in use.
    """
    end = first_ephemeral_port()
    if end - LOWEST_PORT < 1000:
        raise LabError(f"want 1000 ports between {LOWEST_PORT} and the start of "
                       f"net.ipv4.ip_local_port_range, which is {end}")
    held: list[socket.socket] = []
    try:
        for _ in range(count * ATTEMPTS_PER_PORT):
            if len(held) == count:
                break
            candidate = socket.socket()
            try:
                candidate.bind(("127.0.0.1", random.randrange(LOWEST_PORT, end)))
                held.append(candidate)
            except OSError:
                candidate.close()
        if len(held) < count:
            raise LabError(f"want {count} free ports between {LOWEST_PORT} and {end}, "
                           f"found {len(held)}")
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]


def is_open(port: int) -> bool:
    """Whether something accepts connections on this port of loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False
