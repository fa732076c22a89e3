#!/usr/bin/env python3
"""Asks Prometheus and Keepwatch the same random PromQL, and finds where they disagree.

  conformance.py --queries 20000            against the pinned 3.x if it was built, else Debian's
  conformance.py --build                    builds the pinned 3.x first, where there is Go
  conformance.py --ask 'rate(up[5m])'       shows both answers to one expression
  conformance.py --coverage                 adds the table of what was seen how often

The same seed asks the same queries. What differs is shrunk to its smallest form and grouped by it.
Differences that are known stand in explained-VERSION.toml; they count as neither passed nor failed.
Exit code 77: there is no Prometheus here.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from promql import data, pinned, recorded, servers
from promql.asking import Api, Query, ask_both
from promql.comparing import difference
from promql.dialect import Dialect
from promql.errors import ConformanceError
from promql.explaining import load
from promql.expression import Call
from promql.run import Run, describe_groups

ROOT = Path(__file__).resolve().parent.parent.parent
EXIT_SKIPPED = 77
NOT_EMPTY_SHARE_MIN = 0.6
SEEN_MIN_PER_QUERIES = 50 / 20_000


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--prometheus", type=Path, help="the authority's program")
    parser.add_argument("--subject", type=Path, help="a second Prometheus instead of Keepwatch")
    parser.add_argument("--features", choices=["all", "default"], default="all")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--ask", metavar="EXPRESSION")
    parser.add_argument("--time", type=float, help="of --ask, in Unix seconds")
    return parser.parse_args()


def coverage(run: Run, dialect: Dialect, is_shown: bool) -> list[str]:
    """What was seen too rarely; prints all if asked to."""
    seen = run.grammar.seen
    wanted = dialect.wanted()
    if is_shown:
        for name in sorted(set(wanted) | set(seen)):
            print(f"  {seen[name]:7}  {name}")
    rarest = min(wanted, key=lambda name: seen[name])
    print(f"{len(wanted)} functions, aggregators, operators and modifiers; the rarest, {rarest}, "
          f"was seen {seen[rarest]} times")
    least = max(1, int(run.tally.asked * SEEN_MIN_PER_QUERIES))
    return [f"{name} was seen {seen[name]} times, want {least}"
            for name in wanted if seen[name] < least]


def show_one(options: argparse.Namespace, authority: Api, subject: Api) -> int:
    """Both answers to one expression."""
    at = round(options.time * 1000) if options.time else data.BASE_MS + data.SPAN_MS // 2
    query = Query("query", Call("time", ()), at, text=options.ask)
    mine, other = ask_both(authority, subject, query)
    for api, answer in ((authority, mine), (subject, other)):
        print(f"{api.name}: {answer}\n")
    found = difference(query, mine, other)
    print(found.describe() if found else "no difference")
    return 1 if found else 0


def verdict(run: Run, missing: list[str]) -> int:
    """Prints what came out; the exit code."""
    tally = run.tally
    share = tally.not_empty / max(1, tally.answered)
    print(describe_groups(tally))
    print(f"{tally.asked} queries, {tally.answered} evaluated: {share:.1%} not empty, "
          f"{tally.errors / max(1, tally.answered):.1%} errors in Prometheus too")
    for name, count in tally.explained.most_common():
        print(f"  {count} differ for a known reason: {name}")
        if name in tally.examples:
            print(f"      such as {tally.examples[name].query.describe()[:300]}")
    for line in missing:
        print(f"FAILED: {line}")
    if share < NOT_EMPTY_SHARE_MIN:
        missing.append("share")
        print(f"FAILED: {share:.1%} of the results are not empty, want {NOT_EMPTY_SHARE_MIN:.0%}")
    failed = tally.differing + len(missing)
    print(f"{tally.equal} passed, {failed} failed")
    return 1 if failed else 0


def compare(options: argparse.Namespace, program: Path, folder: Path) -> int:
    """Starts both, fills both, asks both."""
    version = servers.version_of(program)
    dialect = servers.dialect_of(version, options.features)
    agent = Path(os.environ.get("KEEPWATCH", ROOT / "build/release/keepwatch"))
    families = data.families(options.seed, dialect.is_three) + recorded.families(agent)
    started = []
    try:
        started.append(servers.start_prometheus(program, dialect, folder, "prometheus"))
        if options.subject:
            started.append(servers.start_prometheus(options.subject, dialect, folder, "subject"))
        else:
            started.append(servers.start_keepwatch(agent, dialect, folder))
        for server in started:
            server.wait_ready()
            servers.fill(server, families)
        authority, subject = (Api(server.name, server.port) for server in started)
        if options.ask:
            return show_one(options, authority, subject)
        print(f"authority: Prometheus {version}, {program}; seed {options.seed}", flush=True)
        known = load(version)
        run = Run(authority, subject, families, dialect, known, options.seed)
        run.check_data()
        run.many(options.queries)
        return verdict(run, coverage(run, dialect, options.coverage))
    finally:
        for server in started:
            server.stop()


def main() -> int:
    options = arguments()
    try:
        if options.build:
            pinned.build("prometheus")
        program = options.prometheus or servers.find_prometheus()
        if program is None:
            print("skipped: there is no prometheus here; Debian's package has one")
            return EXIT_SKIPPED
        with tempfile.TemporaryDirectory(prefix="keepwatch-conformance-") as folder:
            return compare(options, program, Path(folder))
    except ConformanceError as error:
        print(error)
        print("0 passed, 1 failed")
        return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # Ends what was started on the way out.
    sys.exit(main())
