"""The series both sides are given: synthetic ones of every shape, all from one seed."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Callable

from .wire import STALE_BYTES, Sample, Series

INTERVAL_MS = 15_000
SAMPLES = 360  # An hour and a half.
SPAN_MS = INTERVAL_MS * SAMPLES
BASE_MS = 1_699_999_200_000  # A full hour.
OFF_GRID_MS = 321

Value = Callable[[int], float]  # From the index of a sample.


@dataclass
class Family:
    """The series of one metric, and what a generator of expressions should know of them."""

    name: str
    kind: str  # counter | gauge | histogram | buckets | info | odd
    typical: float = 1.0  # A value for comparisons that let some series through.
    series: list[Series] = field(default_factory=list)

    def labels(self) -> list[str]:
        """All names of labels, the metric's own name left out."""
        return sorted({name for labels, _ in self.series for name, _ in labels} - {"__name__"})

    def values(self, label: str) -> list[str]:
        """All values of a label."""
        return sorted({value for labels, _ in self.series
                       for name, value in labels if name == label})

    def add(self, samples: list[Sample], **labels: str) -> None:
        """Adds one series."""
        self.add_labelled(samples, labels)

    def add_labelled(self, samples: list[Sample], labels: dict[str, str]) -> None:
        """The same for names that are no Python identifiers."""
        whole = {"__name__": self.name, **labels}
        self.series.append((tuple(sorted((k, v) for k, v in whole.items() if v)), samples))


def grid(value: Value, first: int = 0, last: int = SAMPLES) -> list[Sample]:
    """A sample at each scrape."""
    return [(BASE_MS + i * INTERVAL_MS, value(i)) for i in range(first, last)]


def counter(rng: random.Random, rate: float, resets: int, whole: bool = True) -> list[Sample]:
    """Grows, and starts again at a few moments; not always from zero."""
    at_reset = set(rng.sample(range(20, SAMPLES), resets))
    total = rng.choice([0.0, 0.0, 5.0, 1e6])
    samples = []
    for i in range(SAMPLES):
        if i in at_reset:
            total = rng.choice([0.0, 1.0, 3.5])
        step = rng.expovariate(1 / rate) if rng.random() < 0.8 else 0.0
        total += math.floor(step) if whole else step
        samples.append((BASE_MS + i * INTERVAL_MS, total))
    return samples


def with_gap(samples: list[Sample], first: int, last: int, marked: bool) -> list[Sample]:
    """Without the samples [first, last); where they begin stands a staleness marker if marked."""
    gap = [(samples[first][0], STALE_BYTES)] if marked else []
    return samples[:first] + gap + samples[last:]


def requests(rng: random.Random) -> Family:
    """Counters with resets, under labels that join."""
    family = Family("requests_total", "counter", typical=500)
    for job, instances in (("api", "abc"), ("web", "de")):
        for instance in instances:
            for method in ("get", "post"):
                for code in ("200", "404", "500"):
                    samples = counter(rng, rng.choice([2, 10, 40]), rng.choice([0, 0, 1, 3]))
                    family.add(samples, job=job, instance=instance, method=method, code=code)
    return family


def errors(rng: random.Random) -> Family:
    """A counter of fractions that most methods of requests_total have, and some lack."""
    family = Family("errors_seconds_total", "counter", typical=20)
    for job, instances in (("api", "abc"), ("web", "df")):
        for instance in instances:
            family.add(counter(rng, 0.7, rng.choice([0, 2]), whole=False),
                       job=job, instance=instance, method=rng.choice(["get", "post"]))
    return family


def temperature(rng: random.Random) -> Family:
    """A gauge at irregular moments."""
    family = Family("temperature_celsius", "gauge", typical=20)
    for instance in "abcd":
        for room in ("cellar", "attic"):
            at, value, samples = BASE_MS + rng.randrange(INTERVAL_MS), rng.uniform(15, 25), []
            while at < BASE_MS + SPAN_MS:
                samples.append((at, round(value, 2)))
                value += rng.gauss(0, 0.4)
                at += max(1, round(rng.gauss(INTERVAL_MS, INTERVAL_MS / 3)))
            family.add(samples, instance=instance, room=room)
    return family


def queue(rng: random.Random) -> Family:
    """Small whole numbers that often stay as they are, with gaps of every sort."""
    family = Family("queue_length", "gauge", typical=4)
    for job, instance in (("api", "a"), ("api", "b"), ("web", "d")):
        for name in ("in", "out", "retry"):
            value, samples = rng.randrange(10), []
            for i in range(SAMPLES):
                if rng.random() < 0.15:
                    value = max(-2, value + rng.choice([-3, -1, -1, 1, 1, 2]))
                samples.append((BASE_MS + i * INTERVAL_MS, float(value)))
            for _ in range(2):
                first = rng.randrange(10, len(samples) - 60)
                samples = with_gap(samples, first, first + rng.choice([1, 10, 30, 50]),
                                   marked=rng.random() < 0.6)
            family.add(samples, job=job, instance=instance, queue=name)
    return family


def odd(rng: random.Random) -> Family:
    """Values that arithmetic trips over."""
    huge, tiny = 1.7e308, 5e-324
    shapes: dict[str, Value] = {
        "nan": lambda i: math.nan,
        "inf": lambda i: math.inf,
        "minus_inf": lambda i: -math.inf,
        "some_nan": lambda i: math.nan if i % 5 == 2 else float(i % 7),
        "some_inf": lambda i: math.inf if i % 6 == 1 else float(i),
        "both_inf": lambda i: math.inf if i % 2 else -math.inf,
        "huge": lambda i: huge - i * 1e305,
        "tiny": lambda i: tiny * (1 + i % 3),
        "zero": lambda i: 0.0,
        "minus_zero": lambda i: -0.0,
        "constant": lambda i: 42.0,
        "alternating": lambda i: float((-1) ** i * (i % 10)),
        "near": lambda i: 1e9 + 1e-3 * (i % 11),
        "cancelling": lambda i: [1e100, 1.0, -1e100, 3.0][i % 4],
        "falling": lambda i: 1000.0 - i,
    }
    family = Family("odd_value", "odd", typical=1)
    for shape, value in shapes.items():
        family.add(grid(value), shape=shape, sign=rng.choice(["plus", "minus"]))
    return family


def sparse(rng: random.Random) -> Family:
    """Rarer than the lookback, a single sample, a start in the middle, an end with a marker."""
    family = Family("sparse_value", "gauge", typical=3)
    for minutes in (4, 6, 11):
        steps = range(0, SPAN_MS, minutes * 60_000)
        family.add([(BASE_MS + ms + minutes * 7, rng.random() * 9) for ms in steps],
                   instance="a", every=f"{minutes}m")
    family.add(grid(float, 180, 181), instance="b", every="once")
    family.add(grid(lambda i: i % 9 + 0.5, 120, 300), instance="b", every="15s")
    ended = grid(lambda i: 7.0, 0, 200)
    family.add([*ended, (ended[-1][0] + INTERVAL_MS, STALE_BYTES)], instance="c", every="15s")
    blinking = [(at, STALE_BYTES if i % 8 == 5 else value)
                for i, (at, value) in enumerate(grid(float))]
    family.add(blinking, instance="d", every="15s")
    return family


def edges(rng: random.Random) -> Family:
    """Samples exactly on full minutes, and a millisecond beside them."""
    family = Family("edge_value", "gauge", typical=30)
    for name, offset in (("on", 0), ("before", -1), ("after", 1)):
        family.add([(BASE_MS + minute * 60_000 + offset, float(minute))
                    for minute in range(1, SPAN_MS // 60_000)], side=name)
    return family


def up(rng: random.Random) -> Family:
    """What every target has, with a label that only some carry."""
    family = Family("up", "gauge", typical=0.5)
    for job, instance, zone in (("api", "a", "x"), ("api", "b", "y"), ("api", "c", ""),
                                ("web", "d", "x"), ("web", "e", "")):
        values = [float(rng.random() < 0.9) for _ in range(SAMPLES)]
        family.add(grid(values.__getitem__), job=job, instance=instance, zone=zone)
    return family


def latency(rng: random.Random) -> list[Family]:
    """A classic histogram, whole and consistent."""
    bounds = [0.05, 0.1, 0.5, 1, 2.5, math.inf]
    buckets = Family("latency_seconds_bucket", "buckets", typical=100)
    total = Family("latency_seconds_sum", "counter", typical=100)
    count = Family("latency_seconds_count", "counter", typical=300)
    for job, instance in (("api", "a"), ("api", "b"), ("web", "d")):
        for path in ("/", "/pay"):
            mean = rng.choice([0.08, 0.4, 3])
            counts, spent, rows = [0] * len(bounds), 0.0, []
            for _ in range(SAMPLES):
                for _ in range(rng.randrange(6)):
                    took = rng.expovariate(1 / mean)
                    spent += took
                    for k, bound in enumerate(bounds):
                        counts[k] += took <= bound
                rows.append((tuple(counts), spent))
            where = {"job": job, "instance": instance, "path": path}
            for k, bound in enumerate(bounds):
                le = "+Inf" if bound == math.inf else f"{bound:g}"
                buckets.add_labelled(grid(lambda i, k=k: float(rows[i][0][k])), {**where, "le": le})
            total.add_labelled(grid(lambda i: rows[i][1]), where)
            count.add_labelled(grid(lambda i: float(rows[i][0][-1])), where)
    return [buckets, total, count]


def broken_buckets(rng: random.Random) -> Family:
    """Classic histograms as they should not be."""
    cases: dict[str, dict[str, float]] = {
        "not_monotonic": {"1": 5, "2": 3, "3": 9, "+Inf": 8},
        "slightly_off": {"1": 100, "2": 100 - 1e-11, "3": 200, "+Inf": 200},
        "no_infinity": {"1": 2, "2": 4},
        "only_infinity": {"+Inf": 7},
        "one_and_infinity": {"2": 3, "+Inf": 7},
        "no_number": {"1": 2, "abc": 3, "+Inf": 4},
        "without_le": {"": 5, "1": 2, "+Inf": 3},
        "twice": {"1": 2, "1.0": 3, "2": 4, "2e0": 5, "+Inf": 9},
        "all_zero": {"1": 0, "2": 0, "+Inf": 0},
        "not_counted": {"1": math.nan, "2": 3, "+Inf": 4},
        "negative_bounds": {"-5": 1, "-1": 4, "0": 6, "3": 8, "+Inf": 9},
        "only_negative": {"-5": 1, "-1": 4, "+Inf": 4},
        "first_bucket": {"-3": 4, "+Inf": 4},
        "fractions": {"0.1": 0.25, "0.2": 0.5, "+Inf": 0.75},
        "falling": {"1": 9, "2": 6, "+Inf": 3},
    }
    family = Family("broken_bucket", "buckets", typical=4)
    for case, buckets in cases.items():
        for le, count in buckets.items():
            step = rng.choice([0, 0, 1])
            family.add(grid(lambda i, c=count, s=step: c + s * (i // 60)), case=case, le=le)
    return family


def information(rng: random.Random) -> list[Family]:
    """Info metrics whose data labels change while they live."""
    target = Family("target_info", "info")
    build = Family("build_info", "info")
    for job, instance in (("api", "a"), ("api", "b"), ("web", "d"), ("web", "e")):
        change = rng.randrange(100, 250)
        ended = [*grid(lambda i: 1.0, 0, change), (BASE_MS + change * INTERVAL_MS, STALE_BYTES)]
        if instance == "b":
            ended.pop()  # Nobody said that the old one has ended.
        target.add(ended, job=job, instance=instance, version="1.0", region="north")
        target.add(grid(lambda i: 1.0, change), job=job, instance=instance, version="1.1",
                   region="north")
        build.add(grid(lambda i: 1.0), job=job, instance=instance, revision=f"r{instance}")
    return [target, build]


def utf8(rng: random.Random) -> list[Family]:
    """Names that must be quoted."""
    dotted = Family("http.server.duration", "counter", typical=300)
    for pod in ("p-1", "p-2"):
        for unit in ("мс", "s"):
            dotted.add_labelled(counter(rng, 5, 1), {"k8s.pod": pod, "единица": unit,
                                                     "instance": pod})
    smile = Family("🙂 value", "gauge", typical=5)
    for pod in ("p-1", "p-2"):
        smile.add_labelled(grid(lambda i: float(i % 13)), {"k8s.pod": pod})
    return [dotted, smile]


def colons(is_three: bool) -> Family:
    """What a recording rule makes, with values of labels that need escapes.

    A line feed is none that 2.42 matches with a dot.
    """
    family = Family("job:requests:rate5m", "gauge", typical=0.5)
    for job in ("api", "web", 'quo"te', "back\\slash", "tab\t", "été",
                *(["new\nline"] if is_three else [])):
        family.add(grid(lambda i, k=len(job): (i * k % 17) / 16), job=job)
    return family


def moved(family: Family, by_ms: int) -> Family:
    """The same at other times."""
    series = [(labels, [(at + by_ms, value) for at, value in samples])
              for labels, samples in family.series]
    return Family(family.name, family.kind, family.typical, series)


def families(seed: int, is_three: bool) -> list[Family]:
    """All of them, always the same for a seed.

    2.42 closes ranges on the left and knows no UTF-8 names. For it, no sample is at a full second,
    so that none is on an edge.
    """
    rng = random.Random(seed)
    found = [requests(rng), errors(rng), temperature(rng), queue(rng), odd(rng), sparse(rng),
             edges(rng), up(rng), *latency(rng), broken_buckets(rng), *information(rng),
             colons(is_three)]
    if is_three:
        return found + utf8(rng)
    return [moved(family, OFF_GRID_MS) for family in found]


def slices(found: list[Family], minutes: int = 10) -> list[list[Series]]:
    """The same samples cut by time, as a sender in real life would come with them."""
    width = minutes * 60_000
    parts: dict[int, list[Series]] = {}
    for family in found:
        for labels, samples in family.series:
            cut: dict[int, list[Sample]] = {}
            for sample in samples:
                cut.setdefault(sample[0] // width, []).append(sample)
            for key, piece in cut.items():
                parts.setdefault(key, []).append((labels, piece))
    return [parts[key] for key in sorted(parts)]
