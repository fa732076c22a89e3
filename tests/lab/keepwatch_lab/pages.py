"""Asking exporters and ZooKeeper for what an agent would see, and reading single values of it."""

from __future__ import annotations

import http.client
import re
import socket
import time
from dataclasses import dataclass

from .processes import cpu_seconds

SAMPLE = re.compile(rb'^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$', re.MULTILINE)
MAX_WORDS_BYTES = 16 << 20
# The first page of a cold broker takes longest; no limit of an agent's is meant here.
COLD_LIMIT_SECONDS = 120.0


@dataclass(frozen=True)
class Page:
    """What one request brought."""

    status: int
    body: bytes

    def families(self) -> set[str]:
        """The names that samples of the page have."""
        return {match[1].decode() for match in SAMPLE.finditer(self.body)}

    def samples(self) -> int:
        """How many lines of the page are samples."""
        return sum(1 for _ in SAMPLE.finditer(self.body))

    def total(self, name: str) -> float | None:
        """The sum over the series of that name; None if there is none."""
        wanted = name.encode()
        values = [float(match[3]) for match in SAMPLE.finditer(self.body) if match[1] == wanted]
        return sum(values) if values else None


def fetch_page(port: int, path: str = "/metrics", limit_seconds: float = 20.0) -> Page:
    """GET without regard to proxies. OSError if nobody answers in time; the limit is between bytes.

    http.client's own errors, such as an answer cut short, become ConnectionError.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=limit_seconds)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return Page(response.status, response.read())
    except http.client.HTTPException as error:
        raise ConnectionError(f"127.0.0.1:{port}{path}: {error!r}") from error
    finally:
        connection.close()


def timed_page(port: int, pid: int) -> tuple[Page, float, float]:
    """A page, the seconds it took and the processor seconds the broker spent meanwhile."""
    begun, used = time.monotonic(), cpu_seconds(pid)
    page = fetch_page(port, limit_seconds=COLD_LIMIT_SECONDS)
    return page, time.monotonic() - begun, cpu_seconds(pid) - used


def metric(port: int, name: str, limit_seconds: float = 20.0) -> float | None:
    """The sum of one family, asked for alone (which spares the network, not the broker)."""
    page = fetch_page(port, f"/metrics?name%5B%5D={name}", limit_seconds)
    return page.total(name)


def four_letter_word(port: int, word: str, limit_seconds: float = 5.0) -> bytes:
    """ZooKeeper's reply to a word. It has no length: it ends where the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=limit_seconds) as connection:
        connection.sendall(word.encode())
        reply = bytearray()
        while part := connection.recv(65536):
            reply += part
            if len(reply) > MAX_WORDS_BYTES:
                raise ConnectionError(f"127.0.0.1:{port}: {word} answers more than "
                                      f"{MAX_WORDS_BYTES} bytes")
        return bytes(reply)
