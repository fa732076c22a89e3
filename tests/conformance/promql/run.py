"""A run: so many random queries, each asked of both, and what came of it."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from .asking import Answer, Api, Query, ask_both
from .comparing import Difference, difference
from .data import BASE_MS, INTERVAL_MS, SPAN_MS, Family
from .dialect import Dialect
from .errors import ConformanceError
from .explaining import Explanation, explanation
from .expression import RANGE, STRING, Selector, Length, features
from .grammar import Grammar
from .shrinking import shrunk

FORMAT_SHARE = 0.06  # Only printed, not evaluated.
BROKEN_SHARE = 0.04  # With something missing, so that it hardly parses.
RANGE_SHARE = 0.4
GROUPS_SHOWN = 60
ASKED_AGAIN = 15  # Two at a time, to see whether a server always answers the same.
OFF_GRID_MS = 123


@dataclass
class Found:
    """Queries that differ for what seems to be one reason."""

    query: Query
    difference: Difference
    original: Query
    count: int = 1


@dataclass
class Tally:
    """What a run has seen."""

    asked: int = 0
    equal: int = 0
    answered: int = 0  # Evaluated, not only printed, and nobody broke them.
    not_empty: int = 0
    errors: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Found] = field(default_factory=dict)  # Of explained differences, the newest.
    differing: int = 0
    groups: dict[tuple[str, frozenset[str]], Found] = field(default_factory=dict)


class Run:
    """Asks, compares, shrinks and groups."""

    def __init__(self, authority: Api, subject: Api, families: list[Family], dialect: Dialect,
                 known: list[Explanation], seed: int) -> None:
        self.authority = authority
        self.subject = subject
        self.authority_again = Api(authority.name, authority.port)
        self.families = families
        self.dialect = dialect
        self.known = known
        self.rng = random.Random(seed)
        # 2.42 closes ranges on the left. Where no sample lies on an edge, that makes no difference.
        self.is_on_grid = dialect.is_three
        self.grammar = Grammar(self.rng, families, dialect, self.is_on_grid)
        self.tally = Tally()

    # What is asked.

    def moment(self) -> int:
        """A time of evaluation: within the data or a little outside."""
        ms = BASE_MS + self.rng.randrange(-300_000, SPAN_MS + 400_000)
        if self.rng.random() < 0.9:
            ms = BASE_MS + self.rng.randrange(600_000, SPAN_MS)
        if not self.is_on_grid:
            return ms - ms % 1000 + OFF_GRID_MS
        draw = self.rng.random()
        if draw < 0.4:
            return ms - ms % 60_000
        return ms - ms % INTERVAL_MS if draw < 0.7 else ms

    def query(self) -> Query:
        """The next one."""
        node = self.grammar.expression()
        draw = self.rng.random()
        if draw < FORMAT_SHARE and self.dialect.is_three:
            return Query("format_query", node)
        if draw < FORMAT_SHARE + BROKEN_SHARE and self.dialect.is_three:
            return Query("query", node, self.moment(), text=self.broken(node.text()))
        if node.type in (RANGE, STRING) or self.rng.random() > RANGE_SHARE:
            return Query("query", node, self.moment())
        start = self.moment()
        step = self.rng.choice([1, 15, 15, 30, 60, 60, 77, 300]) * 1000
        steps = self.rng.choice([0, 1, 5, 10, 20, 40])
        slack = self.rng.choice([0, 0, step // 2])
        return Query("query_range", node, start, start + steps * step + slack, step)

    def broken(self, text: str) -> str:
        """The text with a piece taken out, doubled or exchanged."""
        at = self.rng.randrange(len(text))
        end = min(len(text), at + self.rng.choice([1, 1, 2, 5]))
        other = self.rng.choice(["", "", text[at:end] * 2, ")", "(", "{", "]", ",", " by ", "foo",
                                 "[5m]", " offset ", "@", "1", '"', "=", "!", "$", "€", "\\"])
        return text[:at] + other + text[end:]

    # What comes of it.

    def check_data(self) -> None:
        """Both have the same samples, or comparing makes no sense."""
        for family in self.families:
            selector = Selector(matchers=(f'__name__="{family.name}"',),
                                range=Length("3h"))
            query = Query("query", selector, BASE_MS + SPAN_MS + 3_600_000)
            mine, other = ask_both(self.authority, self.subject, query)
            if mine.is_empty:
                raise ConformanceError(f"{self.authority.name} has no {family.name}: {mine.error}")
            found = difference(query, mine, other)
            if found:
                raise ConformanceError(f"{family.name}: the samples differ before any query is "
                                       f"asked: {found.describe()}")

    def ask(self, query: Query) -> tuple[Answer, Difference | None]:
        """The authority's answer, and how the subject's differs."""
        mine, other = ask_both(self.authority, self.subject, query)
        return mine, difference(query, mine, other)

    def one(self) -> None:
        """Asks one query, and looks into it if the answers differ."""
        query = self.query()
        answer, found = self.ask(query)
        self.count(query, answer)
        if found is None:
            self.tally.equal += 1
        else:
            self.judge(query, found)

    def count(self, query: Query, answer: Answer) -> None:
        """For the shares and the table of coverage."""
        self.tally.asked += 1
        if query.endpoint == "format_query" or query.text:
            return
        self.tally.answered += 1
        self.tally.errors += answer.is_error
        self.tally.not_empty += not answer.is_empty
        if not answer.is_error:
            self.grammar.seen.update(features(query.node))

    def varies(self, query: Query) -> bool:
        """Whether the authority answers the same question in more than one way."""
        answers = [ask_both(self.authority, self.authority_again, query)
                   for _ in range(ASKED_AGAIN)]
        first = answers[0][0]
        return any(difference(query, first, answer) is not None
                   for pair in answers for answer in pair)

    def judge(self, query: Query, found: Difference) -> None:
        """Shrinks a difference, and puts it to others of its kind."""
        why = explanation([each for each in self.known if each.is_plain], query, found,
                          lambda: False)
        if why:
            self.tally.explained[why.name] += 1
            return
        kind = found.kind

        def still_differs(candidate: Query) -> bool:
            other = self.ask(candidate)[1]
            return other is not None and other.kind == kind

        small = shrunk(query, still_differs)
        small_found = self.ask(small)[1] or found
        why = explanation(self.known, small, small_found, lambda: self.varies(small))
        if why:
            self.tally.explained[why.name] += 1
            self.tally.examples[why.name] = Found(small, small_found, query)
            return
        self.tally.differing += 1
        key = (kind, frozenset(features(small.node)) if not small.text else frozenset())
        group = self.tally.groups.get(key)
        if group:
            group.count += 1
            if len(small.expression()) < len(group.query.expression()):
                group.query, group.difference, group.original = small, small_found, query
        else:
            self.tally.groups[key] = Found(small, small_found, query)

    def many(self, count: int) -> None:
        """Asks so many, and says now and then how far it is."""
        began = said = time.monotonic()
        for i in range(count):
            self.one()
            if time.monotonic() - said > 30:
                said = time.monotonic()
                print(f"  {i + 1} of {count} after {said - began:.0f} s, "
                      f"{self.tally.differing} differ", flush=True)


def describe_groups(tally: Tally) -> str:
    """The groups of differences, the most frequent first; those of printing behind the others."""
    groups = sorted(tally.groups.values(), key=lambda group: (
        group.query.endpoint == "format_query", -group.count))
    lines = []
    for group in groups[:GROUPS_SHOWN]:
        lines += [f"differs {group.count} times: {group.query.describe()}",
                  f"    {group.difference.describe()}"]
        if group.original != group.query:
            lines.append(f"    shrunk from: {group.original.describe()[:600]}")
    if len(groups) > GROUPS_SHOWN:
        lines.append(f"{len(groups) - GROUPS_SHOWN} more forms of differences are not shown")
    return "\n".join(lines)
