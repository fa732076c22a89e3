"""Random well-typed expressions over the series of data.py.

What joins with what is steered by shapes: an expression of a shape gives elements that differ in
just these labels, so that two of one shape find each other. Without that, most of what is random
would be empty or an error, and would prove nothing.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace

from . import dialect as words
from .data import BASE_MS, SPAN_MS, Family
from .dialect import Dialect
from .expression import (SCALAR, Aggregate, Binary, Call, Length, Node, Number,
                         Paren, Selector, Shift, String, Subquery, Unary, bound)

LENGTHS = ["30s", "1m", "90s", "2m", "5m", "5m", "7m30s", "10m", "20m"]
STEPS = ["15s", "30s", "1m", "1m", "90s", "2m"]
OFFSETS = ["15s", "1m", "3m", "5m", "10m", "20m"]
NUMBERS = ["0", "1", "2", "3", "10", "0.5", "0.25", "1e3", "100", "-1", "1.5", "-0.5", "7"]
ODD_NUMBERS = ["Inf", "-Inf", "NaN", "0x1F", "1e-9", ".5", "5.", "+3", "1e100", "017", "-0"]
NEW_NUMBERS = ["1_000", "5m", "1h30m", "-2s", "0x_1F", "1e1_0"]
LENGTH_EXPRESSIONS = [("5m * 2", "10m"), ("(1 + 2) * 1m", "3m"), ("1h / 12", "5m"),
                      ("10m - 30s", "9m30s"), ("2 ^ 3 * 15s", "2m"), ("4h % 7m", "1m"),
                      ("step() + 1m", "1m"), ("max_of(step(), 5m)", "5m"),
                      ("min_of(10m, range() + 1m)", "1m"), ("-(-5m)", "5m"), ("300", "5m"),
                      ("1m + 2 * step()", "1m"), ("range() + 30s", "30s")]
QUANTILES = ["0", "0.1", "0.5", "0.5", "0.9", "0.99", "1", "0.25"]
ODD_QUANTILES = ["-1", "1.5", "NaN", "Inf", "-Inf"]
PATTERNS = [("(.*)", "$1"), ("(.)(.*)", "$2-$1"), ("(?P<first>.).*", "${first}x"), ("a|b", "ab"),
            (".*", "fixed"), ("(.+)", "pre-$1"), ("(.*)", ""), ("z.*", "never"), ("[ab]", "$0")]


@dataclass(frozen=True)
class Shape:
    """Elements that differ in these labels; those of a family have all of its labels."""

    labels: tuple[str, ...]
    family: Family | None = None


class Grammar:
    """Makes expressions. `seen` counts what there was already, so that the rare is preferred."""

    def __init__(self, rng: random.Random, families: list[Family], dialect: Dialect,
                 is_on_grid: bool = True) -> None:
        self.rng = rng
        self.families = families
        self.dialect = dialect
        self.is_on_grid = is_on_grid
        self.subqueries = 0  # Around what is made now.
        self.seen: Counter[str] = Counter()
        self.by_kind = {kind: [f for f in families if f.kind == kind]
                        for kind in {f.kind for f in families}}

    # What all draw from.

    def maybe(self, probability: float) -> bool:
        """True so often."""
        return self.rng.random() < probability

    def rare(self, names: list[str] | tuple[str, ...], prefix: str) -> str:
        """One of the names, rather one that was seen less than others."""
        drawn = [self.rng.choice(names) for _ in range(4)]
        return min(drawn, key=lambda name: self.seen[f"{prefix} {name}"])

    def weighted(self, options: dict[str, float]) -> str:
        """One of the keys by its weight."""
        return self.rng.choices(list(options), list(options.values()))[0]

    def expression(self) -> Node:
        """A whole expression of any type that a query can have."""
        depth = self.rng.choice([1, 2, 2, 3, 3, 4])
        draw = self.rng.random()
        if draw < 0.04:
            return self.scalar(depth)
        if draw < 0.06:
            return self.range(depth, self.full_shape())
        if draw < 0.065:
            return self.string(["plain", "", "é", "a\nb"])
        return self.vector(depth)

    # Shapes.

    def family(self, *kinds: str) -> Family:
        """A family, of one of these kinds if any is named."""
        pool = [f for kind in kinds for f in self.by_kind.get(kind, [])] or self.families
        return self.rng.choice(pool)

    def full_shape(self, *kinds: str) -> Shape:
        """The shape of a family's series."""
        family = self.family(*kinds)
        return Shape(tuple(family.labels()), family)

    def any_shape(self) -> Shape:
        """That of a family, or of one aggregated by some of its labels."""
        whole = self.full_shape()
        if self.maybe(0.6) or not whole.labels:
            return whole
        return Shape(self.some(whole.labels))

    def some(self, labels: tuple[str, ...], at_least: int = 0) -> tuple[str, ...]:
        """Some of the labels, in their order."""
        count = self.rng.randint(min(at_least, len(labels)), len(labels))
        return tuple(sorted(self.rng.sample(labels, count)))

    def family_with(self, labels: tuple[str, ...]) -> Family:
        """A family that has these labels."""
        return self.rng.choice([f for f in self.families if set(labels) <= set(f.labels())])

    def names(self, labels: tuple[str, ...]) -> str:
        """In parentheses, quoted where they must be."""
        return "(" + ", ".join(self.label(name) for name in labels) + ")"

    def label(self, name: str) -> str:
        """A label's name as it is written in a grouping."""
        is_plain = name.isascii() and name.isidentifier()
        return name if is_plain and not (self.dialect.is_three and self.maybe(0.02)) \
            else self.quoted(name, '"')

    # Selectors.

    def selector(self, family: Family) -> Selector:
        """An instant vector of a family's series, mostly of many."""
        name = family.name
        matchers = [self.matcher(family) for _ in range(self.rng.choice([0, 0, 0, 1, 1, 2]))]
        if not (name.isascii() and name.replace(":", "_").isidentifier()):
            return Selector(matchers=(self.quoted(name, '"'), *matchers), shift=self.shift())
        draw = self.rng.random()
        if draw < 0.04:
            return Selector(matchers=(f'__name__="{name}"', *matchers), shift=self.shift())
        if draw < 0.06 and self.dialect.is_three:
            return Selector(matchers=(f'"{name}"', *matchers), shift=self.shift())
        if draw < 0.07:
            pattern = self.rng.choice([name[:4] + ".*", name + "|up", ".*_info|" + name])
            return Selector(matchers=(f'__name__=~"{pattern}"', *matchers), shift=self.shift())
        return Selector(name, tuple(matchers), shift=self.shift())

    def matcher(self, family: Family) -> str:
        """A condition on a label that something satisfies, or now and then nothing."""
        labels = family.labels()
        if not labels or self.maybe(0.05):
            return self.rng.choice(['missing=""', 'missing!="x"', 'missing=~".*"', 'missing=~"a?"',
                                    'missing!~"x+"', 'missing="x"'])
        label = self.rng.choice(labels)
        value = self.rng.choice(family.values(label))
        op = self.rare(["=", "!=", "=~", "!~"], "matcher")
        name = self.label(label)
        if op in ("=", "!="):
            if self.maybe(0.05):
                value = ""
            return name + op + self.quoted(value)
        plain = "".join("\\" + c if c in "\\.+*?()[]{}|^$" else c for c in value)
        pattern = self.rng.choice([plain + "|zzz", plain[:1] + ".*", ".+", "(?i)" + plain.upper(),
                                   ".*" + plain[-1:], f"[{'a-e'}].*|{plain}", "", ".*"])
        return name + op + self.quoted(pattern)

    def shift(self) -> Shift:
        """Mostly none; else `offset`, `@` or both in any order."""
        parts = []
        if self.maybe(0.1):
            parts.append("offset " + self.offset())
        if self.maybe(0.08):
            at = self.rng.choice(["start()", "end()", self.moment(), self.moment()])
            parts.append(f"@ {at}")
        self.rng.shuffle(parts)
        return Shift(tuple(parts))

    def offset(self) -> str:
        """How far back, or ahead."""
        if self.dialect.is_three and self.maybe(0.15):
            expression, _ = self.rng.choice(LENGTH_EXPRESSIONS)
            return f"{self.rng.choice(['', '-'])}({expression})"
        return self.rng.choice(["", "", "-"]) + self.rng.choice(OFFSETS)

    def moment(self) -> str:
        """A time within the data, in seconds."""
        ms = BASE_MS + self.rng.randrange(SPAN_MS // 1000) * 1000
        if not self.is_on_grid:
            return f"{ms // 1000}.123"
        if self.maybe(0.5):
            ms -= ms % 60_000
        return str(ms // 1000) if self.maybe(0.8) else f"{ms // 1000}.{self.rng.randrange(1000):03}"

    def length(self, choices: list[str] = LENGTHS) -> Length:
        """Of a range or a step."""
        if self.dialect.is_three and self.maybe(0.06):
            return Length(*self.rng.choice(LENGTH_EXPRESSIONS))
        return Length(self.rng.choice(choices))

    # Range vectors.

    def range(self, depth: int, shape: Shape, extension: str = "") -> Node:
        """A range vector of a shape."""
        if shape.family and (extension or depth <= 1 or self.maybe(0.75)):
            return replace(self.selector(shape.family), range=self.length(), extension=extension)
        if self.subqueries and not self.dialect.is_three:
            # The grids of two subqueries meet on the edges of ranges, which 2.42 closes.
            return replace(self.selector(self.family_with(shape.labels)), range=self.length())
        step = self.length(STEPS) if self.maybe(0.7) else None
        self.subqueries += 1
        operand = bound(self.shaped(depth - 1, shape))
        self.subqueries -= 1
        return Subquery(operand, self.length(), step, self.shift())

    def over_range(self, depth: int, shape: Shape) -> Node:
        """A function of a range vector that gives a vector of the same shape."""
        name = self.rare([*self.dialect.range_functions, "quantile_over_time", "predict_linear",
                          *(["double_exponential_smoothing"]
                            if self.dialect.has_experiments else [])], "function")
        extension = ""
        if self.dialect.is_three and shape.family and self.maybe(0.25):
            extension = self.rng.choice([e for e, safe in (("anchored", words.ANCHORED),
                                                           ("smoothed", words.SMOOTHED))
                                         if name in safe] or [""])
        if shape.family and name in words.COUNTER and self.maybe(0.5) \
                and shape.family.kind not in ("counter", "buckets"):
            name = self.rare(["delta", "max_over_time", "deriv"], "function")
            extension = ""
        operand = self.range(depth, shape, extension)
        if name == "quantile_over_time":
            return Call(name, (self.quantile(depth), operand))
        if name == "predict_linear":
            return Call(name, (operand, self.simple_scalar(["60", "3600", "-600", "0"])))
        if name == "double_exponential_smoothing":
            return Call(name, (operand, self.simple_scalar(["0.5", "0.1", "0.9"]),
                               self.simple_scalar(["0.5", "0.1", "0.3"])))
        if name == "integral" and self.maybe(0.6):
            return Call(name, (operand, self.simple_scalar(["0", "1", "2", "2", "5"])))
        return Call(name, (operand,))

    # Scalars and strings.

    def number(self) -> Number:
        """A literal in some notation."""
        if self.maybe(0.8):
            return Number(self.rng.choice(NUMBERS))
        return Number(self.rng.choice(ODD_NUMBERS + (NEW_NUMBERS if self.dialect.is_three else [])))

    def simple_scalar(self, choices: list[str]) -> Node:
        """Mostly one of these, now and then any."""
        return Number(self.rng.choice(choices)) if self.maybe(0.9) else self.scalar(1)

    def quantile(self, depth: int) -> Node:
        """φ, mostly a sensible one."""
        draw = self.rng.random()
        if draw < 0.85:
            return Number(self.rng.choice(QUANTILES))
        return Number(self.rng.choice(ODD_QUANTILES)) if draw < 0.95 else self.scalar(depth - 1)

    def scalar(self, depth: int) -> Node:
        """Anything of type scalar."""
        if depth <= 0:
            return self.number()
        options = {"number": 2, "time": 1, "pi": 1, "scalar": 2, "binary": 2, "compare": 1,
                   "sign": 0.7, "paren": 0.4}
        if self.dialect.has_experiments:
            options |= {"of query": 2, "of two": 2}
        kind = self.weighted(options)
        if kind in ("time", "pi"):
            return Call(kind, (), SCALAR)
        if kind == "scalar":
            inner = Aggregate(self.rare(words.FOLDING, "aggregator"), self.vector(depth - 1))
            return Call("scalar", (inner if self.maybe(0.8) else self.vector(depth - 1),), SCALAR)
        if kind == "binary":
            return self.binary(self.rare(words.ARITHMETIC, "operator"), self.scalar(depth - 1),
                               self.scalar(depth - 1))
        if kind == "compare":
            return self.binary(self.rare(words.COMPARISON, "operator"), self.scalar(depth - 1),
                               self.scalar(depth - 1), is_bool=True)
        if kind == "sign":
            return Unary(self.rng.choice("--+"), bound(self.scalar(depth - 1)))
        if kind == "paren":
            return Paren(self.scalar(depth - 1))
        if kind == "of query":
            return Call(self.rare(["start", "end", "step", "range"], "function"), (), SCALAR)
        if kind == "of two":
            arguments = (self.scalar(depth - 1), self.scalar(depth - 1))
            return Call(self.rare(["min_of", "max_of"], "function"), arguments, SCALAR)
        return self.number()

    def quoted(self, text: str, quote: str = "") -> str:
        """As a string of PromQL, in any of its three quotes."""
        quote = quote or self.rng.choice("\"\"\"\"'`")
        if quote == "`" and "`" not in text and "\r" not in text:
            return f"`{text}`"
        quote = '"' if quote == "`" else quote
        escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        return quote + escaped.replace(quote, "\\" + quote) + quote

    def string(self, choices: list[str]) -> String:
        """A literal."""
        return String(self.quoted(self.rng.choice(choices)))

    # Binary operators.

    def binary(self, op: str, left: Node, right: Node, **more: object) -> Binary:
        """The operands mostly keep to themselves; else precedence decides."""
        if self.maybe(0.8):
            left, right = bound(left), bound(right)
        return Binary(op, left, right, **more)  # type: ignore[arg-type]

    def fill(self) -> str:
        """The modifier for what has no partner."""
        if not self.dialect.has_experiments or self.maybe(0.8):
            return ""
        first, second = self.rng.choice(NUMBERS), self.rng.choice(NUMBERS)
        return self.rng.choice([f"fill({first})", f"fill_left({first})", f"fill_right({first})",
                                f"fill_left({first}) fill_right({second})"])

    def matching(self, shape: Shape) -> str:
        """Words that let elements of one shape still find each other."""
        draw = self.rng.random()
        if draw < 0.6:
            return ""
        if draw < 0.8 and shape.labels:
            return "on" + self.names(shape.labels)
        return "ignoring" + self.names(self.rng.choice([(), ("missing",)]))

    def of_two(self, depth: int, shape: Shape) -> Node:
        """An operator between two vectors of one shape."""
        left, right = self.shaped(depth - 1, shape), self.shaped(depth - 1, shape)
        matching = self.matching(shape)
        draw = self.rng.random()
        if draw < 0.55:
            return self.binary(self.rare(words.ARITHMETIC, "operator"), left, right,
                               matching=matching, fill=self.fill())
        if draw < 0.8:
            return self.binary(self.rare(words.COMPARISON, "operator"), left, right,
                               is_bool=self.maybe(0.4), matching=matching, fill=self.fill())
        return self.binary(self.rare(words.SET, "operator"), left, right, matching=matching)

    def with_scalar(self, depth: int, shape: Shape) -> Node:
        """An operator between a vector and a scalar."""
        vector, scalar = self.shaped(depth - 1, shape), self.scalar(depth - 1)
        if self.maybe(0.6):
            op = self.rare(words.ARITHMETIC, "operator")
        else:
            op = self.rare(words.COMPARISON, "operator")
            if shape.family and self.maybe(0.7):
                scalar = Number(f"{shape.family.typical:g}")
        is_bool = op in words.COMPARISON and self.maybe(0.5)
        if self.maybe(0.3):
            return self.binary(op, scalar, vector, is_bool=is_bool)
        return self.binary(op, vector, scalar, is_bool=is_bool)

    def join(self, depth: int) -> Node:
        """Many elements, and one that they share."""
        shape = self.full_shape("counter", "gauge")
        if {"job", "instance"} <= set(shape.labels) and self.maybe(0.4):
            one: Node = self.selector(self.family("info"))
            key: tuple[str, ...] = ("instance", "job")
            include = self.rng.choice([(), ("version",), ("revision", "region"), ("missing",)])
        else:
            key = self.some(shape.labels)
            one = self.aggregated(depth - 1, Shape(key))
            include = self.rng.choice([(), (), ("missing",)])
        others = tuple(sorted(set(shape.labels) - set(key)))
        is_ignoring = self.maybe(0.3) and not include
        matching = "ignoring" + self.names(others) if is_ignoring else "on" + self.names(key)
        many, side = self.shaped(depth - 1, shape), self.rng.choice(["left", "right"])
        is_comparison = self.maybe(0.25)
        op = self.rare(words.COMPARISON if is_comparison else words.ARITHMETIC, "operator")
        left, right = (many, one) if side == "left" else (one, many)
        group = f"group_{side}" + (self.names(include) if include or self.maybe(0.8) else "()")
        return self.binary(op, left, right, is_bool=is_comparison and self.maybe(0.5),
                           matching=matching, group=group, fill=self.fill())

    def sets(self, depth: int) -> Node:
        """A set operator between vectors of different shapes."""
        left = self.full_shape()
        right = self.full_shape()
        common = tuple(sorted(set(left.labels) & set(right.labels)))
        matching = "on" + self.names(common) if self.maybe(0.7) else ""
        return self.binary(self.rare(words.SET, "operator"), self.shaped(depth - 1, left),
                           self.shaped(depth - 1, right), matching=matching)

    # Vectors.

    def aggregated(self, depth: int, shape: Shape) -> Node:
        """An aggregator whose result has the shape's labels."""
        whole = self.family_with(shape.labels)
        operand = self.shaped(depth - 1, Shape(tuple(whole.labels()), whole))
        if self.maybe(0.3):
            others = tuple(sorted(set(whole.labels()) - set(shape.labels)))
            grouping = "without " + self.names(others)
        elif shape.labels or self.maybe(0.2):
            grouping = "by " + self.names(shape.labels)
        else:
            grouping = ""
        op = self.rare([*words.FOLDING, "quantile"], "aggregator")
        parameter = self.quantile(depth) if op == "quantile" else None
        return Aggregate(op, operand, parameter, grouping, self.maybe(0.3))

    def picked(self, depth: int, shape: Shape) -> Node:
        """An aggregator that lets some of its elements through."""
        op = self.rare(self.dialect.picking, "aggregator")
        if op == "limit_ratio":
            parameter = self.simple_scalar(["0.5", "-0.5", "0.8", "1", "-1", "0.3", "1.1", "0"])
        else:
            parameter = self.simple_scalar(["1", "2", "3", "5", "100", "2.7"])
        grouping = ""
        if shape.labels and self.maybe(0.4):
            grouping = self.rng.choice(["by ", "without "]) + self.names(self.some(shape.labels))
        return Aggregate(op, self.shaped(depth - 1, shape), parameter, grouping, self.maybe(0.3))

    def shaped(self, depth: int, shape: Shape) -> Node:
        """An instant vector of the shape."""
        if depth <= 0:
            return self.leaf(shape)
        options = {"leaf": 1.0, "element": 2, "over range": 4, "scalar": 2, "of two": 1.5,
                   "sign": 0.2, "paren": 0.3, "picked": 0.7, "clamp": 0.5, "sort": 0.2,
                   "aggregated": 0.5 if shape.family else 3}
        kind = self.weighted(options)
        inner = depth - 1
        if kind == "element":
            names = [*words.ELEMENT, *words.CALENDAR, "timestamp"]
            if self.dialect.has_experiments:
                names.append("start_timestamp")
            return Call(self.rare(names, "function"), (self.shaped(inner, shape),))
        if kind == "over range":
            return self.over_range(depth, shape)
        if kind == "scalar":
            return self.with_scalar(depth, shape)
        if kind == "of two":
            return self.of_two(depth, shape)
        if kind == "sign":
            return Unary(self.rng.choice("---+"), bound(self.shaped(inner, shape)))
        if kind == "paren":
            return Paren(self.shaped(inner, shape))
        if kind == "picked":
            return self.picked(depth, shape)
        if kind == "clamp":
            return self.clamped(depth, shape)
        if kind == "sort":
            return Call(self.rare(["sort", "sort_desc"], "function"), (self.shaped(inner, shape),))
        if kind == "aggregated":
            return self.aggregated(depth, shape)
        return self.leaf(shape)

    def leaf(self, shape: Shape) -> Node:
        """The smallest of a shape."""
        if shape.family:
            found = self.selector(shape.family)
            if self.dialect.is_three and self.maybe(0.03):
                found = replace(found, extension="smoothed")
            return found
        family = self.family_with(shape.labels)
        grouping = "by " + self.names(shape.labels) if shape.labels else ""
        return Aggregate(self.rare(words.FOLDING, "aggregator"), self.selector(family),
                         grouping=grouping)

    def clamped(self, depth: int, shape: Shape) -> Node:
        """Functions of a vector and scalars."""
        name = self.rare(["clamp", "clamp_min", "clamp_max", "round"], "function")
        operand = self.shaped(depth - 1, shape)
        typical = [f"{shape.family.typical:g}"] if shape.family else ["3"]
        if name == "clamp":
            return Call(name, (operand, self.simple_scalar(["0", "1", "-2"]),
                               self.simple_scalar(typical)))
        if name == "round" and self.maybe(0.4):
            return Call(name, (operand,))
        choices = typical if name != "round" else ["5", "0.1", "0.5", "-2", "0"]
        return Call(name, (operand, self.simple_scalar(choices)))

    def vector(self, depth: int) -> Node:
        """Any instant vector."""
        if depth <= 0:
            return self.leaf(self.any_shape())
        options = {"shaped": 9.0, "join": 1.2, "sets": 0.7, "labels": 0.9, "histogram": 1.5,
                   "absent": 0.7, "vector": 0.4, "calendar": 0.2, "count_values": 0.4,
                   "quantile": 0.3}
        if self.dialect.has_experiments:
            options |= {"info": 0.8, "sort by label": 0.4}
        kind = self.weighted(options)
        if kind == "join":
            return self.join(depth)
        if kind == "sets":
            return self.sets(depth)
        if kind == "labels":
            return self.relabelled(depth)
        if kind == "histogram":
            return self.histogram(depth)
        if kind == "absent":
            return self.absent(depth)
        if kind == "vector":
            return Call("vector", (self.scalar(depth - 1),))
        if kind == "calendar":
            return Call(self.rare(words.CALENDAR, "function"), ())
        if kind == "count_values":
            label = self.string(["value", "instance", "job"])
            return Aggregate(kind, self.vector(depth - 1), label, self.loose_grouping(),
                             self.maybe(0.3))
        if kind == "quantile":
            return Aggregate(kind, self.vector(depth - 1), self.quantile(depth),
                             self.loose_grouping(), self.maybe(0.3))
        if kind == "info":
            return self.info(depth)
        if kind == "sort by label":
            labels = [self.string(["instance", "job", "le", "missing"])
                      for _ in range(self.rng.randint(1, 2))]
            name = self.rare(["sort_by_label", "sort_by_label_desc"], "function")
            return Call(name, (self.vector(depth - 1), *labels))
        return self.shaped(depth, self.any_shape())

    def loose_grouping(self) -> str:
        """By labels that the operand may have or not."""
        if self.maybe(0.5):
            return ""
        labels = self.some(("job", "instance", "le", "method", "missing"))
        return self.rng.choice(["by ", "without "]) + self.names(labels)

    def relabelled(self, depth: int) -> Node:
        """Functions that write labels."""
        shape = self.full_shape()
        operand = self.shaped(depth - 1, shape)
        source = [*shape.labels, "missing", "__name__"]
        target = self.string(["made", "made", "instance", "__name__", "job"])
        if self.rare(["label_replace", "label_join"], "function") == "label_join":
            separator = self.string(["-", "", ", "])
            sources = [self.string(source) for _ in range(self.rng.randint(1, 3))]
            return Call("label_join", (operand, target, separator, *sources))
        pattern, replacement = self.rng.choice(PATTERNS)
        return Call("label_replace", (operand, target, self.string([replacement]),
                                      self.string(source), self.string([pattern])))

    def histogram(self, depth: int) -> Node:
        """Functions of the buckets of classic histograms."""
        shape = self.full_shape("buckets")
        family = shape.family
        assert family
        draw = self.rng.random()
        if draw < 0.35:
            operand: Node = self.selector(family)
        elif draw < 0.65:
            operand = Call(self.rng.choice(["rate", "increase", "delta"]),
                           (self.range(1, shape),))
        elif draw < 0.9:
            labels = tuple(sorted({"le", *self.some(shape.labels)}))
            inner = Call("rate", (self.range(1, shape),))
            operand = Aggregate("sum", inner, grouping="by " + self.names(labels))
        else:
            operand = self.shaped(depth - 1, shape)
        names = ["histogram_quantile"] * 2
        if self.dialect.is_three:
            names.append("histogram_fraction")
        if self.dialect.has_experiments:
            names.append("histogram_quantiles")
        name = self.rare(names, "function")
        if name == "histogram_quantile":
            return Call(name, (self.quantile(depth), operand))
        if name == "histogram_fraction":
            bounds = ["0", "0.1", "1", "2", "-Inf", "Inf", "0.3"]
            return Call(name, (self.simple_scalar(bounds), self.simple_scalar(bounds), operand))
        quantiles = [self.quantile(depth) for _ in range(self.rng.randint(1, 3))]
        return Call(name, (operand, self.string(["q", "quantile", "job"]), *quantiles))

    def absent(self, depth: int) -> Node:
        """Functions of what is not there."""
        nothing = Selector("absent_metric", tuple(self.rng.choice(
            [(), ('job="a"',), ('job="a"', 'x=~"b"'), ('job="a"', 'job="b"')])))
        if self.rare(["absent", "absent_over_time"], "function") == "absent":
            return Call("absent", (nothing if self.maybe(0.7) else self.vector(depth - 1),))
        if self.maybe(0.7):
            return Call("absent_over_time", (replace(nothing, range=self.length()),))
        return Call("absent_over_time", (self.range(depth, self.full_shape()),))

    def info(self, depth: int) -> Node:
        """Data labels of info metrics."""
        operand = self.shaped(depth - 1, self.full_shape("counter", "gauge"))
        if self.maybe(0.4):
            return Call("info", (operand,))
        matchers = self.rng.choice([
            ('version=~".+"',), ('version=~".*"',), ('region="north"',), ('version="1.0"',),
            ('__name__="build_info"',), ('__name__=~".+_info"',), ('__name__!="target_info"',),
            ('__name__="target_info"', 'version!="1.0"'), ('revision=~"r.*"',
                                                          '__name__="build_info"')])
        return Call("info", (operand, Selector(matchers=matchers)))
