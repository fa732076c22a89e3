"""The differences that are known, each with its reason."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .asking import Query
from .comparing import Difference

FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Explanation:
    """A shape of shrunk queries, and why they are answered differently."""

    name: str
    reason: str
    kinds: tuple[str, ...]
    expression: re.Pattern[str]
    authority: re.Pattern[str]
    subject: re.Pattern[str]

    def covers(self, query: Query, found: Difference) -> bool:
        """Whether this is why; the pattern must fit the whole of the expression."""
        return (found.kind in self.kinds
                and bool(self.expression.fullmatch(query.expression()))
                and bool(self.authority.search(found.authority))
                and bool(self.subject.search(found.subject)))


def load(version: str) -> list[Explanation]:
    """The list for a version of the authority, from explained-VERSION.toml."""
    path = FOLDER / f"explained-{version}.toml"
    rows = tomllib.loads(path.read_text()).get("difference", [])
    return [Explanation(row["name"], row["reason"], tuple(row["kinds"]),
                        re.compile(row["expression"], re.S),
                        re.compile(row.get("authority", ""), re.S),
                        re.compile(row.get("subject", ""), re.S)) for row in rows]


def explanation(known: list[Explanation], query: Query, found: Difference) -> Explanation | None:
    """The first that covers the difference."""
    return next((each for each in known if each.covers(query, found)), None)
