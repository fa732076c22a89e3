"""What an explanation asks of an expression's tree, where a pattern over text would be too wide."""

from __future__ import annotations

from typing import Callable

from .dialect import CALENDAR
from .expression import Aggregate, Call, Node, Number, Selector, String, Subquery, walk

OF_THE_MOMENT = ("time", "timestamp", "start_timestamp", "predict_linear", *CALENDAR)


def is_pinned(node: Node) -> bool:
    """Whether it has an `@` of its own."""
    return isinstance(node, (Selector, Subquery)) and any(part.startswith("@")
                                                          for part in node.shift.parts)


def is_fixed(node: Node) -> bool:
    """Whether its value is one for all moments of a query."""
    if isinstance(node, (Selector, Subquery)):
        return is_pinned(node)
    if isinstance(node, Call) and node.function in OF_THE_MOMENT:
        return False
    return all(is_fixed(child) for child in node.children())


def changing_parameter_of_something_fixed(node: Node) -> bool:
    """An aggregation with a parameter that is no constant, over what is the same at each moment."""
    return any(isinstance(part, Aggregate) and part.parameter is not None
               and not isinstance(part.parameter, (Number, String)) and is_fixed(part.operand)
               for part in walk(node))


def pinned_parameter(node: Node) -> bool:
    """An `@` in the parameter of an aggregation."""
    return any(isinstance(part, Aggregate) and part.parameter is not None
               and any(is_pinned(below) for below in walk(part.parameter)) for part in walk(node))


def picked_of_what_came_later(node: Node) -> bool:
    """topk() and the like of groups, or of what a subquery gives."""
    return any(isinstance(part, Aggregate) and part.op in ("topk", "bottomk", "limitk")
               and any(isinstance(below, (Aggregate, Subquery)) for below in walk(part.operand))
               for part in walk(node))


def picked_of_sorted(node: Node) -> bool:
    """topk() and the like of what sort() gives."""
    return any(isinstance(part, Aggregate) and part.op in ("topk", "bottomk", "limitk")
               and any(isinstance(below, Call) and below.function.startswith("sort")
                       for below in walk(part.operand))
               for part in walk(node))


def sort_of_something_fixed(node: Node) -> bool:
    """sort() and the like of what is the same at each moment."""
    return any(isinstance(part, Call) and part.function.startswith("sort")
               and is_fixed(part.arguments[0]) for part in walk(node))


def pinned_in_nested_subqueries(node: Node) -> bool:
    """An `@` within a subquery with an `@` within another subquery."""
    return any(isinstance(outer, Subquery) and isinstance(middle, Subquery) and is_pinned(middle)
               and any(is_pinned(below) for below in list(walk(middle))[1:])
               for outer in walk(node) for middle in list(walk(outer))[1:])


def absent_with_two_conditions_on_a_label(node: Node) -> bool:
    """absent(x{a="1", a!="2"})."""
    for call in walk(node):
        if isinstance(call, Call) and call.function in ("absent", "absent_over_time"):
            for part in walk(call):
                if isinstance(part, Selector):
                    names = [matcher.split("=")[0].rstrip("!") for matcher in part.matchers]
                    if len(names) != len(set(names)):
                        return True
    return False


def several_quantiles_at_once(node: Node) -> bool:
    """histogram_quantiles() with more than one."""
    return any(isinstance(part, Call) and part.function == "histogram_quantiles"
               and len(part.arguments) > 3 for part in walk(node))


CONDITIONS: dict[str, Callable[[Node], bool]] = {
    condition.__name__: condition for condition in (
        changing_parameter_of_something_fixed, pinned_parameter, picked_of_what_came_later,
        picked_of_sorted, sort_of_something_fixed, pinned_in_nested_subqueries,
        absent_with_two_conditions_on_a_label, several_quantiles_at_once)}
