#!/usr/bin/env python3
"""That the comparison itself sees what it should: differences, types, and ways to make them small.

Prints what failed, and last `N passed, M failed`.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from promql import data, dialect, scripts, wire
from promql.asking import Answer, Query, answer_of
from promql.comparing import difference
from promql.conditions import CONDITIONS
from promql.expression import (RANGE, SCALAR, Aggregate, Binary, Call, Length, Node, Number,
                               Selector, Shift, String, Subquery, Unary, features, walk)
from promql.grammar import Grammar
from promql.shrinking import shrunk


def answer(kind: str, result: Any, **more: Any) -> Answer:
    """A successful one."""
    body = {"status": "success", "data": {"resultType": kind, "result": result}, **more}
    return answer_of(200, json.dumps(body).encode())


def vector(*elements: tuple[str, str], **more: Any) -> Answer:
    """Of pairs: the value of the label `a`, and the element's value."""
    return answer("vector", [{"metric": {"a": a}, "value": [1, v]} for a, v in elements], **more)


def matrix(*elements: tuple[str, list[Any]]) -> Answer:
    """Of pairs: the value of the label `a`, and samples."""
    return answer("matrix", [{"metric": {"a": a}, "values": samples} for a, samples in elements])


def error(kind: str, text: str, status: int = 422) -> Answer:
    """A refusal."""
    body = {"status": "error", "errorType": kind, "error": text}
    return answer_of(status, json.dumps(body).encode())


UP = Selector("up")
PLAIN = Query("query", UP)
SORTED = Query("query", Call("sort", (UP,)))
BY_LABEL = Query("query", Call("sort_by_label", (UP,)))
ONE = vector(("x", "1"))

# The query, two answers, and in what they differ.
COMPARISONS: list[tuple[Query, Answer, Answer, str]] = [
    (PLAIN, ONE, ONE, ""),
    (PLAIN, ONE, vector(("x", "1.0000000001")), ""),
    (PLAIN, ONE, vector(("x", "1.00000001")), "values"),
    (PLAIN, ONE, vector(("x", "-1")), "values"),
    (PLAIN, vector(("x", "NaN")), vector(("x", "NaN")), ""),
    (PLAIN, vector(("x", "NaN")), ONE, "values"),
    (PLAIN, vector(("x", "+Inf")), vector(("x", "-Inf")), "values"),
    (PLAIN, vector(("x", "+Inf")), vector(("x", "1.7e308")), "values"),
    (PLAIN, ONE, vector(("y", "1")), "labels"),
    (PLAIN, ONE, vector(), "labels"),
    (PLAIN, ONE, vector(("x", "1"), ("x", "1")), "labels"),
    (PLAIN, vector(("x", "1"), ("y", "2")), vector(("y", "2"), ("x", "1")), ""),
    (SORTED, vector(("x", "1"), ("y", "2")), vector(("y", "2"), ("x", "1")), "order"),
    (SORTED, vector(("x", "1"), ("y", "1")), vector(("y", "1"), ("x", "1")), ""),
    (BY_LABEL, vector(("x", "1"), ("y", "1")), vector(("y", "1"), ("x", "1")), "order"),
    (PLAIN, ONE, answer("scalar", [1, "1"]), "resultType"),
    (PLAIN, answer("scalar", [1, "1"]), answer("scalar", [2, "1"]), "values"),
    (PLAIN, matrix(("x", [[1, "1"], [2, "2"]])), matrix(("x", [[1, "1"]])), "values"),
    (PLAIN, matrix(("x", [[1, "1"]])), matrix(("x", [[1.001, "1"]])), "values"),
    (PLAIN, matrix(("x", [[1, "1"]]), ("y", [[1, "1"]])),
     matrix(("y", [[1, "1"]]), ("x", [[1, "1"]])), "order"),
    (PLAIN, ONE, error("execution", "no"), "status"),
    (PLAIN, error("execution", "no"), error("bad_data", "no"), "errorType"),
    (PLAIN, error("execution", "no"), error("execution", "no", 400), "errorType"),
    (PLAIN, error("execution", "no"), error("execution", "nein"), "error"),
    (PLAIN, error("execution", "no"), error("execution", "no"), ""),
    (PLAIN, ONE, vector(("x", "1"), warnings=["w"]), "warnings"),
    (PLAIN, vector(("x", "1"), infos=["i"]), ONE, "infos"),
    (PLAIN, vector(("x", "1"), infos=["i", "j"]), vector(("x", "1"), infos=["j", "i"]), ""),
    (PLAIN, ONE, answer_of(200, b"<html>"), "status"),
]


def comparisons() -> list[tuple[str, bool]]:
    """Each row of the table."""
    rows = []
    for query, mine, other, want in COMPARISONS:
        found = difference(query, mine, other)
        kind = found.kind if found else ""
        rows.append((f"comparing {mine.result or mine.error} with {other.result or other.error}: "
                     f"want {want or 'nothing'}, got {kind or 'nothing'}", kind == want))
    return rows


def shrinkings() -> list[tuple[str, bool]]:
    """A query whose `rate` is wrong comes down to it."""
    inner = Selector("up", ('a="b"', 'c="d"'), Length("5m * 2", "10m"), "anchored",
                     Shift(("offset 1m", "@ end()")))
    node: Node = Call("rate", (inner,))
    node = Aggregate("sum", Binary("+", node, Number("7"), matching="on(a)"), grouping="by (a)")
    node = Call("abs", (Unary("-", node),))
    big = Query("query_range", node, 0, 600_000, 60_000)

    def has_rate(query: Query) -> bool:
        return any(isinstance(part, Call) and part.function == "rate" for part in walk(query.node))

    small = shrunk(big, has_rate)
    unchanged = shrunk(big, lambda query: False)
    return [(f"shrinks to rate(up[10m]), not to {small.describe()}",
             small.endpoint == "query" and small.expression() == "rate(up[10m])"),
            ("what is only wrong as a whole stays", unchanged == big)]


def generated() -> list[tuple[str, bool]]:
    """The same seed gives the same expressions, and what is written is what the tree says."""
    families = data.families(1, True)

    def many(seed: int, spoken: dialect.Dialect) -> list[Node]:
        grammar = Grammar(random.Random(seed), families, spoken)
        return [grammar.expression() for _ in range(300)]

    first, again, other = (many(seed, dialect.ALL) for seed in (1, 1, 2))
    two = {feature for node in many(1, dialect.TWO) for feature in features(node)}
    ranges = [part for node in first for part in walk(node) if isinstance(part, Call)
              and part.function.endswith("_over_time")]
    return [("a seed gives the same expressions", [n.text() for n in first]
             == [n.text() for n in again]),
            ("another seed gives others", [n.text() for n in first] != [n.text() for n in other]),
            ("2.42 is not asked for what came later",
             not two & {"anchored", "smoothed", "fill", "function info", "aggregator limitk"}),
            ("functions over time get range vectors",
             all(any(a.type == RANGE for a in call.arguments) for call in ranges)),
            ("rebuilt from its children a node has the same type", all(
                part.type == part.with_children(part.children()).type
                for node in first for part in walk(node)))]


def encoded() -> list[tuple[str, bool]]:
    """The bytes of the wire."""
    request = wire.write_request([((("__name__", "up"),), [(-1, 1.0)])])
    label = bytes.fromhex("0a085f5f6e616d655f5f12027570")
    sample = bytes.fromhex("09000000000000f03f10ffffffffffffffffff01")
    want = bytes([0x0a, len(label) + len(sample) + 4]) + b"\x0a" + bytes([len(label)]) + label \
        + b"\x12" + bytes([len(sample)]) + sample
    block = wire.snappy_block(b"x" * 70_000)
    return [("a write request is as protobuf wants it", request == want),
            ("a long block is cut into literals", len(block) == 70_000 + 3 + 2 * 3)]


def conditions() -> list[tuple[str, bool]]:
    """What explanations ask of trees: a tree that fits and one that does not."""
    pinned = Selector("up", shift=Shift(("@ 5",)))
    five = Length("5m")

    def topk(parameter: Node, operand: Node) -> Node:
        return Aggregate("topk", operand, parameter)

    def twice(inner: Node, shift: Shift) -> Node:
        middle = Call("sum_over_time", (Subquery(inner, five, shift=shift),))
        return Call("sum_over_time", (Subquery(middle, five),))

    def absent(*matchers: str) -> Node:
        return Call("absent", (Selector("x", matchers),))

    def quantiles(*phis: str) -> Node:
        return Call("histogram_quantiles", (UP, String('"q"'), *map(Number, phis)))

    time = Call("time", (), SCALAR)
    examples = {
        "changing_parameter_of_something_fixed": (topk(time, pinned), topk(time, UP)),
        "pinned_parameter": (topk(Call("scalar", (pinned,), SCALAR), UP),
                             topk(Call("scalar", (UP,), SCALAR), pinned)),
        "picked_of_what_came_later": (topk(Number("1"), Aggregate("sum", UP)),
                                      topk(Number("1"), UP)),
        "picked_of_sorted": (topk(Number("1"), Call("sort", (UP,))), topk(Number("1"), UP)),
        "sort_of_something_fixed": (Call("sort", (pinned,)), Call("sort", (UP,))),
        "pinned_in_nested_subqueries": (twice(pinned, Shift(("@ end()",))),
                                        twice(pinned, Shift())),
        "absent_with_two_conditions_on_a_label": (absent('a="1"', 'a!="2"'),
                                                  absent('a="1"', 'b!="2"')),
        "several_quantiles_at_once": (quantiles("1", "2"), quantiles("1")),
    }
    return [("each condition has its example", set(examples) == set(CONDITIONS)),
            *((f"{name} is for {yes.text()}, not for {no.text()}",
               CONDITIONS[name](yes) and not CONDITIONS[name](no))
              for name, (yes, no) in examples.items())]


def scripted() -> list[tuple[str, bool]]:
    """Lines of Prometheus's test scripts."""
    line = 'a{b="}\\" ",c="d"} 1+2x2 _x2 -1 stale 3x1'
    labels, samples = scripts.series_of(line, 1000) or ((), [])
    named = scripts.split_series('{"a.b", c="d"} 1')[0]
    ranged = scripts.evaluation_of("eval range from 0 to 1m30s step 5 up @ 1", 7)
    return [("labels with quotes and braces", labels == (("__name__", "a"), ("b", '}" '),
                                                         ("c", "d"))),
            ("a name in quotes", named == (("__name__", "a.b"), ("c", "d"))),
            ("values", samples == [(0, 1.0), (1000, 3.0), (2000, 5.0), (5000, -1.0),
                                   (6000, wire.STALE_BYTES), (7000, 3.0), (8000, 3.0)]),
            ("native histograms are left out", scripts.series_of("a {{schema:1}}", 1) is None),
            ("a range", ranged == scripts.Evaluation(7, 0, 90_000, 5000, "up @ 1"))]


def main() -> int:
    rows = comparisons() + shrinkings() + generated() + encoded() + conditions() + scripted()
    for sentence, holds in rows:
        if not holds:
            print(f"FAILED: {sentence}")
    failed = sum(not holds for _, holds in rows)
    print(f"{len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
