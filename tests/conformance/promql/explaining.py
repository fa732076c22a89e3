"""The differences that are known, each with its reason."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from .asking import Query
from .comparing import Difference
from .conditions import CONDITIONS
from .errors import ConformanceError
from .expression import Node

FOLDER = Path(__file__).resolve().parent.parent
KEYS = {"name", "reason", "kinds", "expression", "condition", "authority", "subject", "ignoring",
        "gap_max", "printed", "plain", "varies"}


@dataclass(frozen=True)
class Explanation:
    """A shape of shrunk queries, and why they are answered differently."""

    name: str
    reason: str
    kinds: tuple[str, ...]
    expression: re.Pattern[str]
    condition: Callable[[Node], bool] | None  # What the expression's tree must be.
    authority: re.Pattern[str]  # What must be in the answers.
    subject: re.Pattern[str]
    ignoring: re.Pattern[str] | None  # But for this, they must be the same.
    gap_max: float  # Values may be so far apart, in parts of the larger one.
    is_printed: bool  # It is about how expressions are printed, and not about values.
    is_plain: bool  # It can be told from the whole query, which need not be shrunk.
    varies: bool  # The authority answers the same question in more than one way.

    def covers(self, query: Query, found: Difference) -> bool:
        """Whether this may be why; the pattern must fit the whole of the expression."""
        if self.ignoring and (self.ignoring.sub("", found.authority)
                              != self.ignoring.sub("", found.subject)):
            return False
        if self.is_printed != (query.endpoint == "format_query"):
            return False
        if found.kind == "values" and found.gap > self.gap_max:
            return False
        if self.condition and (query.text or not self.condition(query.node)):
            return False
        return (found.kind in self.kinds
                and bool(self.expression.fullmatch(query.expression()))
                and bool(self.authority.search(found.authority))
                and bool(self.subject.search(found.subject)))


def explanation_of(row: dict[str, Any]) -> Explanation:
    """A table of the file."""
    if unknown := set(row) - KEYS:
        raise ConformanceError(f"explanation {row.get('name')}: {sorted(unknown)} are no keys")
    return Explanation(row["name"], row["reason"], tuple(row["kinds"]),
                       re.compile(row.get("expression", ".*"), re.S),
                       CONDITIONS[row["condition"]] if "condition" in row else None,
                       re.compile(row.get("authority", ""), re.S),
                       re.compile(row.get("subject", ""), re.S),
                       re.compile(row["ignoring"]) if "ignoring" in row else None,
                       row.get("gap_max", math.inf), row.get("printed", False),
                       row.get("plain", False), row.get("varies", False))


def load(version: str) -> list[Explanation]:
    """The list for a version of the authority; for 2.42, that of 3.x and its own."""
    rows = tomllib.loads((FOLDER / "explained-3.x.toml").read_text())["difference"]
    if version.startswith("2."):
        rows += tomllib.loads((FOLDER / "explained-2.42.toml").read_text())["difference"]
    return [explanation_of(row) for row in rows]


def explanation(known: list[Explanation], query: Query, found: Difference,
                varies: Callable[[], bool]) -> Explanation | None:
    """The first that covers the difference; `varies` asks the authority again, if one wants it."""
    for each in known:
        if each.covers(query, found) and (not each.varies or varies()):
            return each
    return None
