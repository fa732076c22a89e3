"""The tree of an expression: its text, its parts, and in which ways it can be made simpler.

A node is immutable. `simpler()` yields nodes of the same type that have less in them; a difference
is shrunk by trying them, so each must be nearer to the smallest node of its type.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator

VECTOR = "vector"
RANGE = "range"
SCALAR = "scalar"
STRING = "string"

Nodes = tuple["Node", ...]


class Node:
    """What all nodes have."""

    type: str

    def text(self) -> str:
        """As PromQL."""
        raise NotImplementedError

    def children(self) -> Nodes:
        """From left to right."""
        return ()

    def with_children(self, children: Nodes) -> "Node":
        """The same node over others of the same types."""
        assert not children
        return self

    def simpler(self) -> Iterator["Node"]:
        """The same over the same children, but with less of its own."""
        return iter(())

    def features(self) -> Iterator[str]:
        """What this node alone is an example of, for the table of coverage."""
        return iter(())


@dataclass(frozen=True)
class Number(Node):
    """A scalar in any notation."""

    written: str
    type = SCALAR

    def text(self) -> str:
        return self.written

    def simpler(self) -> Iterator[Node]:
        for plain in ("1", "0"):
            if self.written not in ("1", "0"):
                yield Number(plain)

    def features(self) -> Iterator[str]:
        yield "number literal"


@dataclass(frozen=True)
class String(Node):
    """A string with its quotes."""

    written: str
    type = STRING

    def text(self) -> str:
        return self.written

    def features(self) -> Iterator[str]:
        yield "string literal"


@dataclass(frozen=True)
class Length:
    """A duration, which may be an expression of others."""

    written: str
    plain: str | None = None  # A literal to put in its place.

    def simpler(self) -> Iterator["Length"]:
        if self.plain:
            yield Length(self.plain)

    def feature(self) -> Iterator[str]:
        if self.plain:
            yield "duration expression"


@dataclass(frozen=True)
class Shift:
    """`@` and `offset`, in the order in which they are written."""

    parts: tuple[str, ...] = ()

    def text(self) -> str:
        return "".join(" " + part for part in self.parts)

    def simpler(self) -> Iterator["Shift"]:
        for i in range(len(self.parts)):
            yield Shift(self.parts[:i] + self.parts[i + 1:])

    def features(self) -> Iterator[str]:
        for part in self.parts:
            if part.startswith("@"):
                yield "@ start()" if "start" in part else "@ end()" if "end" in part else "@ number"
            else:
                yield "offset -" if part.removeprefix("offset").lstrip().startswith("-") else "offset"


@dataclass(frozen=True)
class Selector(Node):
    """An instant vector, or with a range a range vector."""

    metric: str = ""
    matchers: tuple[str, ...] = ()  # Such as `job="a"`.
    range: Length | None = None
    extension: str = ""  # anchored | smoothed
    shift: Shift = Shift()

    @property
    def type(self) -> str:  # type: ignore[override]
        return RANGE if self.range else VECTOR

    def text(self) -> str:
        braces = "{" + ",".join(self.matchers) + "}" if self.matchers else ""
        bracket = f"[{self.range.written}]" if self.range else ""
        extension = " " + self.extension if self.extension else ""
        return f"{self.metric}{braces}{bracket}{extension}{self.shift.text()}"

    def simpler(self) -> Iterator[Node]:
        if self.extension:
            yield replace(self, extension="")
        for shift in self.shift.simpler():
            yield replace(self, shift=shift)
        for i in range(len(self.matchers)):
            if self.metric or len(self.matchers) > 1:
                yield replace(self, matchers=self.matchers[:i] + self.matchers[i + 1:])
        if self.range:
            for length in self.range.simpler():
                yield replace(self, range=length)

    def features(self) -> Iterator[str]:
        for matcher in self.matchers:
            yield "matcher " + next((op for op in ("=~", "!~", "!=", "=") if op in matcher), "name")
        if self.extension:
            yield self.extension
        if self.range:
            yield "range selector"
            yield from self.range.feature()
        yield from self.shift.features()


@dataclass(frozen=True)
class Subquery(Node):
    """An expression on a grid of times."""

    operand: Node
    range: Length
    step: Length | None = None
    shift: Shift = Shift()
    type = RANGE

    def text(self) -> str:
        step = self.step.written if self.step else ""
        return f"{self.operand.text()}[{self.range.written}:{step}]{self.shift.text()}"

    def children(self) -> Nodes:
        return (self.operand,)

    def with_children(self, children: Nodes) -> Node:
        return replace(self, operand=bound(children[0]))

    def simpler(self) -> Iterator[Node]:
        if self.step:
            yield replace(self, step=None)
            for length in self.step.simpler():
                yield replace(self, step=length)
        for shift in self.shift.simpler():
            yield replace(self, shift=shift)
        for length in self.range.simpler():
            yield replace(self, range=length)

    def features(self) -> Iterator[str]:
        yield "subquery" if self.step else "subquery with the default step"
        yield from self.range.feature()
        if self.step:
            yield from self.step.feature()
        yield from self.shift.features()


@dataclass(frozen=True)
class Unary(Node):
    """A sign."""

    sign: str
    operand: Node

    @property
    def type(self) -> str:  # type: ignore[override]
        return self.operand.type

    def text(self) -> str:
        return self.sign + self.operand.text()

    def children(self) -> Nodes:
        return (self.operand,)

    def with_children(self, children: Nodes) -> Node:
        return replace(self, operand=bound(children[0]))

    def features(self) -> Iterator[str]:
        yield "unary " + self.sign


@dataclass(frozen=True)
class Paren(Node):
    """Parentheses, which mean nothing but must be printed."""

    inner: Node

    @property
    def type(self) -> str:  # type: ignore[override]
        return self.inner.type

    def text(self) -> str:
        return f"({self.inner.text()})"

    def children(self) -> Nodes:
        return (self.inner,)

    def with_children(self, children: Nodes) -> Node:
        return replace(self, inner=children[0])

    def features(self) -> Iterator[str]:
        yield "parentheses"


def bound(node: Node) -> Node:
    """The node so that a sign, a bracket or an operator beside it takes it as a whole."""
    if isinstance(node, (Binary, Unary)):
        return Paren(node)
    if isinstance(node, Number) and node.written.startswith(("-", "+")):
        return Paren(node)
    return node


@dataclass(frozen=True)
class Binary(Node):
    """An operator between two operands, with all that may stand behind it."""

    op: str
    left: Node
    right: Node
    is_bool: bool = False
    matching: str = ""  # `on(a, b)` or `ignoring(a)`
    group: str = ""  # `group_left(c)` or `group_right(c)`
    fill: str = ""  # `fill(0)`, `fill_left(1) fill_right(2)`

    @property
    def type(self) -> str:  # type: ignore[override]
        return SCALAR if self.left.type == self.right.type == SCALAR else VECTOR

    def text(self) -> str:
        words = [self.op, "bool" if self.is_bool else "", self.matching, self.group, self.fill]
        between = " ".join(word for word in words if word)
        return f"{self.left.text()} {between} {self.right.text()}"

    def children(self) -> Nodes:
        return (self.left, self.right)

    def with_children(self, children: Nodes) -> Node:
        return replace(self, left=bound(children[0]), right=bound(children[1]))

    def simpler(self) -> Iterator[Node]:
        if self.fill:
            yield replace(self, fill="")
            for part in self.fill.split(" ") if " " in self.fill else ():
                yield replace(self, fill=part)
        if self.group:
            yield replace(self, group="")
            if not self.group.endswith("()"):
                yield replace(self, group=self.group.split("(")[0] + "()")
        elif self.matching:
            yield replace(self, matching="")
        if self.is_bool and self.type == VECTOR:
            yield replace(self, is_bool=False)

    def features(self) -> Iterator[str]:
        kinds = f"{self.left.type[0]}{self.right.type[0]}"
        yield f"operator {self.op}"
        yield f"operator {self.op} {kinds}"
        if self.is_bool:
            yield f"{self.op} bool"
        for part in (self.matching, self.group, *self.fill.split(" ")):
            if part:
                yield part.split("(")[0]


@dataclass(frozen=True)
class Aggregate(Node):
    """An aggregator with its grouping before or after its arguments."""

    op: str
    operand: Node
    parameter: Node | None = None
    grouping: str = ""  # `by (a)` or `without (b)`
    is_grouping_last: bool = False
    type = VECTOR

    def text(self) -> str:
        arguments = ", ".join(child.text() for child in self.children())
        if not self.grouping:
            return f"{self.op}({arguments})"
        if self.is_grouping_last:
            return f"{self.op}({arguments}) {self.grouping}"
        return f"{self.op} {self.grouping} ({arguments})"

    def children(self) -> Nodes:
        return (self.parameter, self.operand) if self.parameter else (self.operand,)

    def with_children(self, children: Nodes) -> Node:
        return replace(self, parameter=children[0] if self.parameter else None,
                       operand=children[-1])

    def simpler(self) -> Iterator[Node]:
        if self.grouping:
            yield replace(self, grouping="", is_grouping_last=False)
        if self.is_grouping_last:
            yield replace(self, is_grouping_last=False)

    def features(self) -> Iterator[str]:
        yield f"aggregator {self.op}"
        if self.grouping:
            yield f"{self.op} {self.grouping.split()[0]}"


@dataclass(frozen=True)
class Call(Node):
    """A function."""

    function: str
    arguments: Nodes
    type: str = VECTOR

    def text(self) -> str:
        return f"{self.function}({', '.join(each.text() for each in self.arguments)})"

    def children(self) -> Nodes:
        return self.arguments

    def with_children(self, children: Nodes) -> Node:
        return replace(self, arguments=children)

    def features(self) -> Iterator[str]:
        yield f"function {self.function}"


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first."""
    yield node
    for child in node.children():
        yield from walk(child)


def size(node: Node) -> int:
    """How much there is to read."""
    return len(node.text())


def features(node: Node) -> set[str]:
    """All that an expression is an example of."""
    return {feature for part in walk(node) for feature in part.features()}
