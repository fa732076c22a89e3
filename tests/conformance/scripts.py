#!/usr/bin/env python3
"""Plays Prometheus's own test scripts to a real Prometheus and to Keepwatch, by remote write and
the HTTP API, and compares the answers: values, order, errors, warnings and infos with their
positions. Of each expression it also compares how it is printed and its tree.

  scripts.py                        the scripts of the Go module, with all features on both sides
  scripts.py --features default     without any feature flag, and `promql.features = []`
  scripts.py --features default --subject-features all
                                    what a Prometheus without flags answers, asked of a Keepwatch
                                    with its defaults
  scripts.py FILE…                  other scripts

Exit code 77: there is no Prometheus 3.16 or no script here.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from promql import pinned, servers, wire
from promql.asking import Answer, Api, Query, ask_both
from promql.comparing import difference, key_of
from promql.dialect import Dialect
from promql.errors import ConformanceError
from promql.expression import Call
from promql.scripts import Evaluation, Section, sections

ROOT = Path(__file__).resolve().parent.parent.parent
EXIT_SKIPPED = 77
# Native histograms and start timestamps cannot be sent by remote write 1.0, and are none of ours.
LEFT_OUT = ("native_histograms.test", "start_timestamps.test")
NODE = Call("time", ())  # Stands for the tree, which is not known here.

# Where we answer otherwise and mean to: script, line, endpoint, and why.
TWICE = "of two samples at one time Prometheus takes the first that is pushed, we the last"
NO_JSON = "Prometheus fails, as JSON has no such number"
KNOWN = {
    ("aggregators.test", 671, "query"): TWICE,
    ("aggregators.test", 680, "query"): TWICE,
    ("fill-modifier.test", 41, "parse_query"): NO_JSON,
    ("fill-modifier.test", 48, "parse_query"): NO_JSON,
    ("fill-modifier.test", 55, "parse_query"): NO_JSON,
    ("histograms.test", 1076, "query"): "Prometheus tells a repair once for several quantiles",
}
# With this flag Prometheus prints names without quotes, which others do not read. So it has the
# flag only where that is tested, and is not asked there to print.
UNQUOTED = ("unquoted_utf8_names.test", "promql-unquoted-utf8-names")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scripts", nargs="*", type=Path)
    parser.add_argument("--features", choices=["all", "default"], default="all")
    parser.add_argument("--subject-features", choices=["all", "default"])
    parser.add_argument("--build", action="store_true")
    return parser.parse_args()


def upstream() -> list[Path]:
    """The scripts of the pinned version, if Go has its source here."""
    asked = subprocess.run(["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=False)
    folder = Path(asked.stdout.strip()) / pinned.SOURCE / "promql/promqltest/testdata"
    return sorted(path for path in folder.glob("*.test") if path.name not in LEFT_OUT)


def queries(evaluation: Evaluation) -> list[Query]:
    """The question itself, and the two that need no data."""
    text = evaluation.expression
    found = [Query("format_query", NODE, text=text), Query("parse_query", NODE, text=text)]
    if evaluation.step_ms:
        return [Query("query_range", NODE, evaluation.start_ms, evaluation.end_ms,
                      evaluation.step_ms, text), *found]
    return [Query("query", NODE, evaluation.start_ms, text=text), *found]


def order_of(answer: Answer) -> list[str]:
    """Of the elements of an answer, where it has any."""
    return [key_of(e) for e in answer.result] if answer.result_type in ("vector", "matrix") else []


class Play:
    """Plays sections to both servers, each to new ones, as a section begins with no data."""

    def __init__(self, program: Path, dialect: Dialect, subject: Dialect) -> None:
        self.program = program
        self.dialect = dialect
        self.subject = subject
        self.equal = 0
        self.explained: list[str] = []
        self.differences: list[str] = []

    def section(self, section: Section, where: str) -> None:
        """Starts both, and goes through the steps."""
        dialect = self.dialect
        if where == UNQUOTED[0] and dialect.flags:
            dialect = replace(dialect, flags=(*dialect.flags, UNQUOTED[1]))
        agent = Path(os.environ.get("KEEPWATCH", ROOT / "build/release/keepwatch"))
        with tempfile.TemporaryDirectory(prefix="keepwatch-scripts-") as folder:
            started = []
            try:
                started.append(servers.start_prometheus(self.program, dialect, Path(folder),
                                                        "prometheus"))
                started.append(servers.start_keepwatch(agent, self.subject, Path(folder)))
                for server in started:
                    server.wait_ready()
                self.steps(section, started, where)
            finally:
                for server in started:
                    server.stop()

    def steps(self, section: Section, started: list[servers.Server], where: str) -> None:
        """Loads and asks in the script's order."""
        authority, subject = (Api(server.name, server.port) for server in started)
        loaded: list[wire.Series] = []
        for step in section.steps:
            if not isinstance(step, Evaluation):
                loaded.append(step)
                continue
            for server in started if loaded else ():
                wire.push(server.port, loaded)
            loaded = []
            for query in queries(step):
                if where == UNQUOTED[0] and self.dialect.flags and query.endpoint == "format_query":
                    continue
                self.compare(authority, subject, query, where, step.line)

    def compare(self, authority: Api, subject: Api, query: Query, script: str, line: int) -> None:
        """One question. What comes in no order may come in any."""
        mine, other = ask_both(authority, subject, query)
        found = difference(query, mine, other)
        if not found and "sort" in query.text and order_of(mine) != order_of(other):
            values = [[e.get("value") for e in answer.result] for answer in (mine, other)]
            if values[0] != values[1]:
                found = difference(query, replace(mine, result=str(values[0])),
                                   replace(other, result=str(values[1])))
        why = KNOWN.get((script, line, query.endpoint))
        if not found:
            self.equal += 1
        elif why:
            self.explained.append(f"{script}:{line}: {query.describe()}: {why}")
        else:
            self.differences.append(f"{script}:{line}: {query.describe()}\n    {found.describe()}")


def main() -> int:
    options = arguments()
    if options.build:
        pinned.build("prometheus")
    program = pinned.path("prometheus")
    scripts = options.scripts or upstream()
    if not program.exists() or not scripts:
        print("skipped: there is no Prometheus 3.16 here, or its test scripts are not")
        return EXIT_SKIPPED
    dialect = servers.dialect_of(pinned.VERSION, options.features)
    subject = servers.dialect_of(pinned.VERSION, options.subject_features or options.features)
    play = Play(program, dialect, subject)
    try:
        for path in scripts:
            found = sections(path)
            before = play.equal, len(play.differences)
            for section in found:
                play.section(section, path.name)
            print(f"{path.name}: {len(found)} sections, {play.equal - before[0]} equal, "
                  f"{len(play.differences) - before[1]} not", flush=True)
    except ConformanceError as error:
        play.differences.append(str(error))
    print("\n".join(["differ for a known reason:", *play.explained, *play.differences]))
    print(f"{play.equal} passed, {len(play.differences)} failed")
    return 1 if play.differences else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # Ends what was started on the way out.
    sys.exit(main())
