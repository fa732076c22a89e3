"""Prometheus's test scripts: what they load and what they ask. What they expect is left out, as a
real Prometheus is asked.

https://github.com/prometheus/prometheus/tree/main/promql/promqltest
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

from .errors import ConformanceError
from .wire import STALE_BYTES, Labels, Sample, Series

UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
            "y": 31_536_000_000}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}

LENGTH = re.compile(r"(\d+)(ms|[smhdwy])")
NUMBER = r"(?:Inf|inf|NaN|nan|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
VALUE = re.compile(rf"([-+]?{NUMBER})(?:([-+])({NUMBER}))?(?:x(\d+))?")
LABEL = re.compile(r"""\s*("(?:\\.|[^"\\])*"|[^\s=,{}"]+)\s*(?:=\s*("(?:\\.|[^"\\])*"))?\s*,?""")
EVALUATION = re.compile(
    r"eval\w*\s+(?:instant\s+at\s+(\S+)|range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+))\s+(.*)")


@dataclass(frozen=True)
class Evaluation:
    """One question; `step_ms` is 0 for an instant."""

    line: int
    start_ms: int
    end_ms: int
    step_ms: int
    expression: str


@dataclass
class Section:
    """What lies between two `clear`s, in its order: what is loaded, and what is asked of it."""

    steps: list[Series | Evaluation] = field(default_factory=list)

    def evaluations(self) -> list[Evaluation]:
        """What is asked."""
        return [step for step in self.steps if isinstance(step, Evaluation)]


def length_ms(text: str) -> int:
    """Of `5m`, `1h30m`, or plain seconds."""
    sign, plain = (-1, text[1:]) if text.startswith("-") else (1, text)
    if re.fullmatch(r"(?:\d+(?:ms|[smhdwy]))+", plain):
        return sign * sum(int(n) * UNITS_MS[unit] for n, unit in LENGTH.findall(plain))
    return round(float(text) * 1000)


def unquoted(text: str) -> str:
    """A string without its quotes, or a plain word."""
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[0]), text[1:-1])


def split_series(line: str) -> tuple[Labels, str]:
    """The labels in front of a line, and the values behind them."""
    found = re.match(r"[^\s{]*", line)
    labels = {"__name__": found[0]} if found and found[0] else {}
    at = found.end() if found else 0
    if line[at:at + 1] == "{":
        at += 1
        while (label := LABEL.match(line, at)) and line[at] != "}":
            name = unquoted(label[1])
            if label[2] is None:
                labels["__name__"] = name
            else:
                labels[name] = unquoted(label[2])
            at = label.end()
        at = line.index("}", at) + 1
    return tuple(sorted((k, v) for k, v in labels.items() if v)), line[at:]


def values_of(token: str) -> Iterator[float | bytes | None]:
    """`1`, `1+2x3`, `_`, `_x3`, `stale`; None where there is no sample."""
    gap = re.fullmatch(r"(_|stale)(?:x(\d+))?", token)
    if gap:
        yield from [None if gap[1] == "_" else STALE_BYTES] * (
            int(gap[2] or 1) + (gap[1] == "stale" and gap[2] is not None))
        return
    found = VALUE.fullmatch(token)
    if not found:
        raise ConformanceError(f"{token!r} is no value of a series")
    value, step = float(found[1]), float(found[3] or "0") * (-1 if found[2] == "-" else 1)
    for _ in range(int(found[4] or 0) + 1):
        yield value
        if not math.isnan(value):
            value += step


def series_of(line: str, step_ms: int) -> Series | None:
    """A line below `load`; None for native histograms, which neither side is sent."""
    labels, rest = split_series(line)
    if "{{" in rest:
        return None
    samples: list[Sample] = []
    at = 0
    for token in rest.split():
        for value in values_of(token):
            if value is not None:
                samples.append((at, value))
            at += step_ms
    return labels, samples


def evaluation_of(line: str, number: int) -> Evaluation:
    """A line that begins with `eval`."""
    found = EVALUATION.fullmatch(line)
    if not found:
        raise ConformanceError(f"line {number}: {line!r} is no evaluation")
    at, first, last, step, expression = found.groups()
    if at:
        return Evaluation(number, length_ms(at), length_ms(at), 0, expression)
    return Evaluation(number, length_ms(first), length_ms(last), length_ms(step), expression)


def sections(path: Path) -> list[Section]:
    """Of a script, those in which something is asked."""
    found = [Section()]
    step_ms = 0
    for number, raw in enumerate(path.read_text().splitlines(), 1):
        line = raw.strip()
        if line.startswith("#"):
            continue
        if line.startswith("eval"):
            step_ms = 0
            found[-1].steps.append(evaluation_of(line, number))
        elif line == "clear":
            step_ms = 0
            found.append(Section())
        elif line.split(maxsplit=1)[:1] in (["load"], ["load_with_nhcb"]):
            step_ms = length_ms(line.split()[1])
        elif line and step_ms and "@st" not in line.split("}")[-1].split(" ")[0]:
            series = series_of(line, step_ms)
            if series:
                found[-1].steps.append(series)
        elif not line:
            step_ms = 0
    return [section for section in found if section.evaluations()]
