"""Where two answers differ, field by field."""

from __future__ import annotations

import math
from typing import Any, Iterator

from .pair import Answer

# What passes with time, or tells one program from the other: the kind of value must agree.
OWN_VALUES = frozenset((
    "activeAt", "lastEvaluation", "evaluationTime", "lastScrape", "lastScrapeDuration",
    "version", "revision", "branch", "buildUser", "buildDate", "goVersion", "yaml", "startTime",
    "CWD", "serverTime", "lastConfigTime", "goroutineCount", "GOMAXPROCS", "GOMEMLIMIT", "GOGC",
    "GODEBUG", "storageRetention", "hostname", "corruptionCount", "groupNextToken",
))
# Of these, in any order.
SETS = frozenset(("result", "data", "alerts", "activeTargets"))
HEADERS = ("content-type", "access-control-allow-origin", "access-control-allow-methods",
           "access-control-allow-headers", "access-control-expose-headers")
TOLERANCE = 1e-9


def kind(value: Any) -> str:
    """Of a JSON value; a number is a number."""
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else \
        type(value).__name__


def same_number(wanted: str, got: str) -> bool:
    """Of numbers as text, such as values of samples."""
    try:
        one, other = float(wanted), float(got)
    except ValueError:
        return False
    return math.isclose(one, other, rel_tol=TOLERANCE) or (math.isnan(one) and math.isnan(other))


def ordered(values: list[Any]) -> list[Any]:
    """Elements that have labels, by these."""
    def key(value: Any) -> str:
        if not isinstance(value, dict):
            return str(value)
        labels = [value[name] for name in ("metric", "target", "labels") if name in value]
        return str([sorted(each.items()) if isinstance(each, dict) else each for each in labels]
                   or sorted(value.items(), key=str))

    return sorted(values, key=key)


def differences(wanted: Any, got: Any, where: str, name: str = "") -> Iterator[str]:
    """One line for each place, named as a path."""
    if kind(wanted) != kind(got):
        yield f"{where}: want {shown(wanted)}, got {shown(got)}"
    elif name in OWN_VALUES:
        return
    elif isinstance(wanted, dict):
        for key in sorted(wanted.keys() | got.keys()):
            if key not in got:
                yield f"{where}.{key}: want {shown(wanted[key])}, got nothing"
            elif key not in wanted:
                yield f"{where}.{key}: want nothing, got {shown(got[key])}"
            else:
                yield from differences(wanted[key], got[key], f"{where}.{key}", key)
    elif isinstance(wanted, list) and all(isinstance(each, str) for each in wanted + got):
        yield from (f"{where}: lacks {shown(each)}" for each in wanted if each not in got)
        yield from (f"{where}: has also {shown(each)}" for each in got if each not in wanted)
        both = [each for each in wanted if each in got]
        if both != [each for each in got if each in wanted]:
            yield f"{where}: want the order {shown(wanted)}, got {shown(got)}"
    elif isinstance(wanted, list):
        if len(wanted) != len(got):
            yield f"{where}: want {len(wanted)} elements, got {len(got)}: {shown(wanted)} {shown(got)}"
            return
        if name in SETS:
            wanted, got = ordered(wanted), ordered(got)
        for index, (one, other) in enumerate(zip(wanted, got)):
            yield from differences(one, other, f"{where}[{index}]", name if name == "value" else "")
    elif wanted != got and not (isinstance(wanted, str) and same_number(wanted, got)):
        yield f"{where}: want {shown(wanted)}, got {shown(got)}"


def shown(value: Any) -> str:
    """Enough of it."""
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "…"


def compare(wanted: Answer, got: Answer) -> list[str]:
    """Status, the headers that clients read, and the body."""
    found = [] if wanted.status == got.status else [f"status: want {wanted.status}, "
                                                    f"got {got.status}"]
    for header in HEADERS:
        one, other = wanted.headers.get(header), got.headers.get(header)
        if one != other:
            found.append(f"{header}: want {one}, got {other}")
    found.extend(differences(wanted.json(), got.json(), "body"))
    return found
