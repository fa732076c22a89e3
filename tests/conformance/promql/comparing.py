"""Whether two answers say the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .asking import Answer, Query
from .expression import Call, Node, Paren

TOLERANCE = 1e-9
OMITTED = "annotations omitted"  # The API shows ten of a kind, in no order.


@dataclass(frozen=True)
class Difference:
    """In what the answers differ first."""

    kind: str  # status | errorType | error | resultType | labels | values | order | warnings | infos
    authority: str
    subject: str
    gap: float = math.inf  # Of values: the largest relative difference of any two.

    def describe(self) -> str:
        """For people."""
        return f"{self.kind}: authority {self.authority[:300]} | subject {self.subject[:300]}"


def same_number(a: str, b: str) -> bool:
    """NaN and infinities exactly, others within the tolerance."""
    if a == b:
        return True
    x, y = float(a), float(b)
    if not (math.isfinite(x) and math.isfinite(y)):
        return math.isnan(x) and math.isnan(y) or x == y
    return abs(x - y) <= TOLERANCE * max(abs(x), abs(y))


def gap_between(a: str, b: str) -> float:
    """How far apart two numbers are, in parts of the larger one."""
    x, y = float(a), float(b)
    if same_number(a, b):
        return 0.0
    return abs(x - y) / max(abs(x), abs(y)) if math.isfinite(x - y) else math.inf


def widest_gap(mine: list[Any], other: list[Any]) -> float:
    """The widest of two lists of samples of the same times."""
    if [a[0] for a in mine] != [b[0] for b in other]:
        return math.inf
    return max((gap_between(a[1], b[1]) for a, b in zip(mine, other)), default=0.0)


def key_of(element: dict[str, Any]) -> str:
    """The labels of an element, as a text that sorts."""
    return str(sorted(element["metric"].items()))


def points_of(element: dict[str, Any]) -> list[Any]:
    """The samples of an element of a vector or a matrix."""
    return element["values"] if "values" in element else [element.get("value")]


def different_points(mine: list[Any], other: list[Any]) -> bool:
    """Whether times or values differ."""
    if len(mine) != len(other):
        return True
    return any(a[0] != b[0] or not same_number(a[1], b[1]) for a, b in zip(mine, other))


def sorting_function(node: Node) -> str:
    """The function that orders the result, "" if none does."""
    while isinstance(node, Paren):
        node = node.inner
    return node.function if isinstance(node, Call) and node.function.startswith("sort") else ""


def elements_difference(query: Query, mine: Answer, other: Answer) -> Difference | None:
    """Of vectors and matrices: labels, then values, then order where it is promised."""
    a = sorted(mine.result, key=key_of)
    b = sorted(other.result, key=key_of)
    keys_a, keys_b = [key_of(e) for e in a], [key_of(e) for e in b]
    if keys_a != keys_b:
        only_a = [key for key in keys_a if key not in keys_b]
        only_b = [key for key in keys_b if key not in keys_a]
        return Difference("labels", f"{len(a)} elements, alone {only_a[:3]}",
                          f"{len(b)} elements, alone {only_b[:3]}")
    differing = [(left, right) for left, right in zip(a, b)
                 if different_points(points_of(left), points_of(right))]
    if differing:
        left, right = differing[0]
        gap = max(widest_gap(points_of(x), points_of(y)) for x, y in differing)
        return Difference("values", f"{key_of(left)} {first_points(left, right)}",
                          f"{first_points(right, left)}", gap)
    return order_difference(query, mine, other)


def first_points(element: dict[str, Any], other: dict[str, Any]) -> str:
    """The first samples that differ, or all if their number does."""
    mine, theirs = points_of(element), points_of(other)
    if len(mine) != len(theirs):
        return f"{len(mine)} samples: {mine[:4]}"
    pairs = [a for a, b in zip(mine, theirs) if different_points([a], [b])]
    return f"{len(pairs)} of {len(mine)}: {pairs[:3]}"


def order_difference(query: Query, mine: Answer, other: Answer) -> Difference | None:
    """A matrix is sorted by labels; a vector only by a sorting function."""
    keys_a = [key_of(element) for element in mine.result]
    keys_b = [key_of(element) for element in other.result]
    sorting = sorting_function(query.node)
    if mine.result_type == "matrix" or sorting.startswith("sort_by_label"):
        if keys_a != keys_b:
            return Difference("order", str(keys_a[:4]), str(keys_b[:4]))
    elif sorting:  # What is equal may come in any order.
        values = [[element["value"] for element in answer.result] for answer in (mine, other)]
        if different_points(*values):
            return Difference("order", str(values[0][:6]), str(values[1][:6]))
    return None


def result_difference(query: Query, mine: Answer, other: Answer) -> Difference | None:
    """Of two results of one type."""
    if mine.result_type in ("vector", "matrix"):
        return elements_difference(query, mine, other)
    if mine.result_type == "scalar":
        if different_points([mine.result], [other.result]):
            return Difference("values", str(mine.result), str(other.result),
                              widest_gap([mine.result], [other.result]))
    elif mine.result != other.result:
        return Difference("values", str(mine.result), str(other.result))
    return None


def notes_difference(kind: str, mine: tuple[str, ...], other: tuple[str, ...]) -> Difference | None:
    """Of warnings or infos. If some were omitted, nobody knows which."""
    if mine == other:
        return None
    if len(mine) == len(other) and any(OMITTED in note for note in mine) \
            and any(OMITTED in note for note in other):
        return None
    return Difference(kind, str([note for note in mine if note not in other]),
                      str([note for note in other if note not in mine]))


def difference(query: Query, mine: Answer, other: Answer) -> Difference | None:
    """The first way in which the subject's answer is not the authority's."""
    if mine.is_error != other.is_error:
        return Difference("status", mine.error or "success", other.error or "success")
    if mine.is_error:
        if (mine.error_type, mine.status) != (other.error_type, other.status):
            return Difference("errorType", f"{mine.status} {mine.error_type}: {mine.error}",
                              f"{other.status} {other.error_type}: {other.error}")
        if mine.error != other.error:
            return Difference("error", mine.error, other.error)
        return None
    if mine.result_type != other.result_type:
        return Difference("resultType", mine.result_type, other.result_type)
    return (result_difference(query, mine, other)
            or notes_difference("warnings", mine.warnings, other.warnings)
            or notes_difference("infos", mine.infos, other.infos))
