#!/usr/bin/env python3
"""Asks Keepwatch and a real Prometheus, which scrape the same pages, what Grafana asks of its data
source, and compares what they answer field by field.

    grafana.py --keepwatch PROGRAM [--prometheus PROGRAM]

Without --prometheus it is the pinned version if that was built, else what is installed. What
differs and is meant to is named in explained.toml. The last line is `N passed, M failed`.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "conformance")]

from keepwatch_grafana import comparing, sequence  # noqa: E402
from keepwatch_grafana.pair import Pair  # noqa: E402
from promql import servers  # noqa: E402
from promql.errors import ConformanceError  # noqa: E402

# So long both are watched before they are asked, and that many seconds of it are asked for.
WATCHED_SECONDS = 8
ASKED_SECONDS = 4


@dataclass
class Explanation:
    """A line of the comparison that is expected."""

    request: re.Pattern[str]
    difference: re.Pattern[str]
    reason: str
    until: tuple[int, ...]
    seen: int = field(default=0)

    def fits(self, request: str, line: str) -> bool:
        return bool(self.request.search(request) and self.difference.search(line))


def explanations(version: tuple[int, ...]) -> list[Explanation]:
    """Those that hold for this version of Prometheus."""
    listed = tomllib.loads((HERE / "explained.toml").read_text())["difference"]
    found = [Explanation(re.compile(each["request"]), re.compile(each["difference"]),
                         each["reason"], tuple(each.get("until", (99,)))) for each in listed]
    return [each for each in found if version < each.until]


def compare_all(pair: Pair, known: list[Explanation], old: bool) -> tuple[int, int]:
    """How many requests are answered alike, and how many are not."""
    end = int(time.time()) - 1
    moment = sequence.Moment(end - ASKED_SECONDS, end, str(pair.rules))
    passed = failed = 0
    for purpose, requests in sequence.all_requests(moment, old).items():
        before = failed
        for request in requests:
            lines = comparing.compare(request.send(pair.prometheus.port),
                                      request.send(pair.keepwatch.port))
            unexplained = []
            for line in lines:
                fitting = [each for each in known if each.fits(str(request), line)]
                for each in fitting:
                    each.seen += 1
                if not fitting:
                    unexplained.append(line)
            failed += bool(unexplained)
            passed += not unexplained
            if unexplained:
                print(f"{request}\n    " + "\n    ".join(unexplained))
        print(f"{purpose}: {len(requests)} requests, {failed - before} answered otherwise",
              flush=True)
    return passed, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keepwatch", type=Path, required=True)
    parser.add_argument("--prometheus", type=Path, default=servers.find_prometheus())
    options = parser.parse_args()
    if options.prometheus is None:
        print("there is no prometheus here: apt-get install prometheus")
        return 77
    text = servers.version_of(options.prometheus)
    known = explanations(tuple(int(part) for part in text.split(".")))
    with tempfile.TemporaryDirectory(prefix="keepwatch-grafana-") as folder:
        pair = Pair(options.keepwatch, options.prometheus, Path(folder))
        try:
            pair.wait_settled()
            pair.wait_watched(WATCHED_SECONDS)
            passed, failed = compare_all(pair, known, text.startswith("2."))
        finally:
            pair.stop()
    print(f"against Prometheus {text}")
    for each in known:
        print(f"explained {each.seen} times: {each.reason}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ConformanceError as error:
        print(error)
        print("0 passed, 1 failed")
        sys.exit(1)
