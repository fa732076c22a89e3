"""Makes a query small that is answered differently, as long as it still is."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Iterator

from .asking import Query
from .expression import SCALAR, STRING, VECTOR, Call, Node, Number, String, walk

TRIES_MAX = 600
SMALLEST: dict[str, Node] = {VECTOR: Call("vector", (Number("1"),)), SCALAR: Number("1"),
                             STRING: String('"a"')}


def variants(node: Node) -> Iterator[Node]:
    """All that is one step smaller and of the same type, the smallest first."""
    smallest = SMALLEST.get(node.type)
    if smallest and len(node.text()) > len(smallest.text()):
        yield smallest
    for below in list(walk(node))[1:]:
        if below.type == node.type:
            yield below
    yield from node.simpler()
    children = node.children()
    for i, child in enumerate(children):
        for variant in variants(child):
            yield node.with_children(children[:i] + (variant,) + children[i + 1:])


def candidates(query: Query) -> Iterator[Query]:
    """Smaller queries."""
    if query.endpoint == "query_range":
        for moment in (query.start_ms, query.end_ms):
            yield replace(query, endpoint="query", start_ms=moment, end_ms=0, step_ms=0)
        if query.end_ms > query.start_ms:
            middle = query.start_ms + (query.end_ms - query.start_ms) // query.step_ms // 2 \
                * query.step_ms
            yield replace(query, end_ms=middle)
            yield replace(query, start_ms=middle + query.step_ms)
    for below in list(walk(query.node))[1:]:
        if below.type in (VECTOR, SCALAR) or query.endpoint == "query":
            yield replace(query, node=below)
    for variant in variants(query.node):
        yield replace(query, node=variant)


def shrunk(query: Query, still_differs: Callable[[Query], bool]) -> Query:
    """The smallest query that this way finds."""
    if query.text:
        return query
    tries = 0
    found = True
    while found and tries < TRIES_MAX:
        found = False
        for candidate in candidates(query):
            if candidate.endpoint == "query_range" and candidate.start_ms > candidate.end_ms:
                continue
            tries += 1
            if tries > TRIES_MAX:
                break
            if still_differs(candidate):
                query, found = candidate, True
                break
    return query
