"""The two requests the lab makes of Kafka itself, spoken on the wire.

A command line tool would spend seconds of a JVM's start on each. Also the answers are the
cluster's own word on leaders and in-sync replicas, independent of the pages under test. Layouts:
https://kafka.apache.org/protocol.html (Metadata v4, CreateTopics v2, both older than the flexible
encodings and understood by Kafka 1.0 to 4.x).
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field

from .errors import LabError

METADATA, METADATA_VERSION = 3, 4
CREATE_TOPICS, CREATE_TOPICS_VERSION = 19, 2
CREATE_LIMIT_MS = 120_000
NOT_CONTROLLER = 41
TOPIC_EXISTS = 36
MAX_ANSWER_BYTES = 64 << 20


@dataclass(frozen=True)
class Partition:
    """One partition as a broker's metadata cache has it; leader -1 means none."""

    topic: str
    number: int
    leader: int
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]


@dataclass
class Metadata:
    """The cluster as one broker sees it."""

    brokers: dict[int, int] = field(default_factory=dict)  # id -> port
    controller: int = -1
    partitions: list[Partition] = field(default_factory=list)


class Reader:
    """Takes an answer apart, front to back."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def number(self, layout: str) -> int:
        """One big-endian number of the given struct layout."""
        (value,) = struct.unpack_from(">" + layout, self.data, self.at)
        self.at += struct.calcsize(">" + layout)
        return value

    def string(self) -> str | None:
        """A string with a 16-bit length; -1 is null."""
        size = self.number("h")
        if size < 0:
            return None
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def numbers(self) -> tuple[int, ...]:
        """An array of 32-bit numbers."""
        return tuple(self.number("i") for _ in range(self.number("i")))


def encoded(text: str) -> bytes:
    """A string as the protocol writes it."""
    data = text.encode()
    return struct.pack(">h", len(data)) + data


def read_exactly(connection: socket.socket, size: int) -> bytes:
    """That many bytes, or EOFError if the peer closes first."""
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise EOFError(f"connection closed after {len(parts)} of {size} bytes")
        parts += part
    return bytes(parts)


def ask(port: int, key: int, version: int, body: bytes, limit_seconds: float) -> Reader:
    """Sends one request on a connection of its own."""
    message = struct.pack(">hhi", key, version, 1) + encoded("keepwatch-lab") + body
    with socket.create_connection(("127.0.0.1", port), timeout=limit_seconds) as connection:
        connection.sendall(struct.pack(">i", len(message)) + message)
        (size,) = struct.unpack(">i", read_exactly(connection, 4))
        if not 4 <= size <= MAX_ANSWER_BYTES:
            raise LabError(f"127.0.0.1:{port}: want an answer of 4 to {MAX_ANSWER_BYTES} bytes, "
                           f"it announces {size}")
        reader = Reader(read_exactly(connection, size))
    reader.number("i")  # The correlation id: there was one request.
    return reader


def fetch_metadata(port: int, limit_seconds: float = 5.0) -> Metadata:
    """All brokers, topics and partitions. OSError or EOFError while the broker does not serve."""
    every_topic_and_create_none = struct.pack(">i?", -1, False)
    answer = ask(port, METADATA, METADATA_VERSION, every_topic_and_create_none, limit_seconds)
    found = Metadata()
    answer.number("i")  # Throttle time.
    for _ in range(answer.number("i")):
        broker = answer.number("i")
        answer.string()  # Host.
        found.brokers[broker] = answer.number("i")
        answer.string()  # Rack.
    answer.string()  # Cluster id.
    found.controller = answer.number("i")
    for _ in range(answer.number("i")):
        answer.number("h")  # Error of the topic: each partition tells its own.
        topic = answer.string() or ""
        answer.number("?")  # Whether the topic is internal.
        found.partitions += read_partitions(answer, topic)
    return found


def read_partitions(answer: Reader, topic: str) -> list[Partition]:
    """The partitions of one topic of a metadata answer."""
    partitions = []
    for _ in range(answer.number("i")):
        answer.number("h")  # Error, which a leader of -1 tells as well.
        number, leader = answer.number("i"), answer.number("i")
        replicas = answer.numbers()
        partitions.append(Partition(topic, number, leader, replicas, answer.numbers()))
    return partitions


@dataclass(frozen=True)
class Topic:
    """A topic to be made."""

    name: str
    partitions: int
    replication: int
    settings: tuple[tuple[str, str], ...] = ()


def encoded_topic(topic: Topic) -> bytes:
    """A topic whose replicas Kafka places."""
    settings = b"".join(encoded(key) + encoded(value) for key, value in topic.settings)
    return (encoded(topic.name) + struct.pack(">ihi", topic.partitions, topic.replication, 0)
            + struct.pack(">i", len(topic.settings)) + settings)


def create_topics(controller_port: int, topics: list[Topic]) -> None:
    """Makes topics; one that exists is left as it is. Only the controller takes this request."""
    body = (struct.pack(">i", len(topics)) + b"".join(map(encoded_topic, topics))
            + struct.pack(">i?", CREATE_LIMIT_MS, False))
    answer = ask(controller_port, CREATE_TOPICS, CREATE_TOPICS_VERSION, body,
                 CREATE_LIMIT_MS / 1000 + 10)
    answer.number("i")  # Throttle time.
    for _ in range(answer.number("i")):
        name, error, text = answer.string(), answer.number("h"), answer.string()
        if error == NOT_CONTROLLER:
            raise EOFError(f"127.0.0.1:{controller_port} is no longer the controller")
        if error not in (0, TOPIC_EXISTS):
            raise LabError(f"topic {name}: Kafka answers error {error}: {text}")
