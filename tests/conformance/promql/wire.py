"""A client of remote write 1.0: the protobuf message, the snappy block, the POST.

https://prometheus.io/docs/specs/prw/remote_write_spec/
"""

from __future__ import annotations

import http.client
import struct
from typing import Iterable

from .errors import ConformanceError

Labels = tuple[tuple[str, str], ...]  # Sorted by name, the metric's name as __name__.
Sample = tuple[int, float | bytes]  # Milliseconds since the epoch; a value, or its eight bytes.
Series = tuple[Labels, list[Sample]]

SNAPPY_LITERAL_BYTES_MAX = 65536
LENGTH_DELIMITED = 2
VARINT = 0
FIXED64 = 1
# A NaN of this bit pattern says that the series ended here. As bytes, because a float of Python
# may lose it.
STALE_BYTES = struct.pack("<Q", 0x7FF0000000000002)


def varint(value: int) -> bytes:
    """Base 128, the least significant group first; negative numbers in two's complement."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, kind: int, payload: bytes) -> bytes:
    """One field of a protobuf message."""
    key = varint(number << 3 | kind)
    return key + (varint(len(payload)) if kind == LENGTH_DELIMITED else b"") + payload


def double(value: float | bytes) -> bytes:
    """The eight bytes of a value."""
    return value if isinstance(value, bytes) else struct.pack("<d", value)


def time_series(labels: Labels, samples: Iterable[Sample]) -> bytes:
    """A TimeSeries message."""
    out = bytearray()
    for name, value in labels:
        label = field(1, LENGTH_DELIMITED, name.encode()) + field(2, LENGTH_DELIMITED,
                                                                  value.encode())
        out += field(1, LENGTH_DELIMITED, label)
    for at, value in samples:
        sample = field(1, FIXED64, double(value)) + field(2, VARINT, varint(at))
        out += field(2, LENGTH_DELIMITED, sample)
    return bytes(out)


def write_request(series: Iterable[Series]) -> bytes:
    """A WriteRequest message."""
    return b"".join(field(1, LENGTH_DELIMITED, time_series(*each)) for each in series)


def snappy_block(raw: bytes) -> bytes:
    """Literals only: valid snappy that compresses nothing."""
    out = bytearray(varint(len(raw)))
    for start in range(0, len(raw), SNAPPY_LITERAL_BYTES_MAX):
        piece = raw[start:start + SNAPPY_LITERAL_BYTES_MAX]
        out += bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece
    return bytes(out)


def push(port: int, series: Iterable[Series]) -> None:
    """Writes the samples to what listens on this port of loopback."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/api/v1/write", snappy_block(write_request(series)), {
            "Content-Type": "application/x-protobuf",
            "Content-Encoding": "snappy",
            "X-Prometheus-Remote-Write-Version": "0.1.0",
        })
        response = connection.getresponse()
        body = response.read().decode(errors="replace")
    finally:
        connection.close()
    if response.status // 100 != 2:
        raise ConformanceError(f"remote write to port {port}: want a 2xx status, got "
                               f"{response.status}: {body.strip()[:500]}")
