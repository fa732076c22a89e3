#!/usr/bin/env python3
"""Asks promtool and Keepwatch for their verdicts on the same rule files and tests of rules.

  promtool_rules.py --files 300             with the pinned promtool, if it was built
  promtool_rules.py --build                 builds it first, where there is Go
  promtool_rules.py --corpus DIR            files of somebody else, such as promtool's own
  promtool_rules.py --promtool PATH         another one

Tests are generated with no expectations; what promtool finds instead is put in, so that they pass,
and then one thing is changed, so that most fail: the verdicts on all three must be the same. Rule
files are checked as they are and broken in small ways. The same seed makes the same files.
Exit code 77: there is no promtool here.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from promql import pinned
from promql.errors import ConformanceError
from rules import breaking, filling, promtool
from rules.generating import Generator, yaml

ROOT = Path(__file__).resolve().parent.parent.parent
EXIT_SKIPPED = 77
SHOWN_MAX = 10
PASSED_SHARE_MIN = 0.5


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--promtool", type=Path)
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    parser.add_argument("--keep", type=Path, help="write the files here, and leave them")
    return parser.parse_args()


class Comparison:
    """What both said, and where they differ."""

    def __init__(self, program: Path, agent: Path) -> None:
        self.program, self.agent = program, agent
        self.same = self.differing = 0
        self.agreed: dict[str, list[int]] = {}

    def differ(self, kind: str, path: Path, theirs: str, ours: str) -> None:
        self.differing += 1
        if self.differing <= SHOWN_MAX:
            print(f"FAILED: {kind} {path}\n--- promtool\n{theirs[:1500]}\n--- keepwatch\n"
                  f"{ours[:1500]}\n", flush=True)

    def judge(self, kind: str, path: Path, theirs: tuple[bool, str], ours: tuple[bool, str]) -> None:
        if theirs[0] != ours[0]:
            self.differ(kind, path, theirs[1], ours[1])
            return
        self.same += 1
        self.agreed.setdefault(kind, [0, 0])[0 if theirs[0] else 1] += 1

    def keepwatch(self, command: str, path: Path) -> tuple[bool, str]:
        ran = subprocess.run([self.agent, command, path], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, check=False)
        if ran.returncode not in (0, 1, 3):
            raise ConformanceError(f"keepwatch {command} {path}: exit code {ran.returncode}\n"
                                   + ran.stdout)
        return ran.returncode == 0, ran.stdout

    def tests(self, kind: str, paths: list[Path]) -> dict[Path, str]:
        sections = promtool.output(self.program, ["test", "rules"], paths)
        for path in paths:
            verdict = promtool.passed(sections[path]), sections[path]
            if "{{schema" in path.read_text(errors="replace"):
                continue  # Native histograms are refused, and said so.
            self.judge(kind, path, verdict, self.keepwatch("test", path))
        return sections

    def checks(self, kind: str, paths: list[Path]) -> None:
        sections = promtool.output(self.program, ["check", "rules"], paths)
        for path in paths:
            verdict = promtool.passed(sections[path]), sections[path]
            self.judge(kind, path, verdict, self.keepwatch("check", path))


def generated_tests(comparison: Comparison, folder: Path, files: int, seed: int) -> None:
    generator = Generator(seed)
    rng = random.Random(seed)
    cases = [generator.case(number) for number in range(files)]
    probes = {}
    for case in cases:
        (folder / f"rules{case.number}.yml").write_text(yaml(case.rules) + "\n")
        path = folder / f"probe{case.number}.yml"
        path.write_text(yaml(case.tests) + "\n")
        probes[path] = case
    sections = comparison.tests("generated test, expecting nothing", list(probes))
    passing, failing = [], []
    for path, case in probes.items():
        if filling.is_hopeless(sections[path]):
            continue
        tests = filling.filled(case.tests, sections[path])
        passing.append(folder / f"filled{case.number}.yml")
        passing[-1].write_text(yaml(tests) + "\n")
        failing.append(folder / f"spoiled{case.number}.yml")
        failing[-1].write_text(yaml(filling.spoiled(tests, rng)) + "\n")
    comparison.tests("generated test, expecting what promtool found", passing)
    comparison.tests("generated test, spoiled", failing)
    comparison.checks("generated rules", [folder / f"rules{case.number}.yml" for case in cases])


def broken_rules(comparison: Comparison, folder: Path, files: int, seed: int) -> None:
    generator = Generator(seed + 1)
    rng = random.Random(seed + 1)
    paths = []
    for number in range(files):
        text = yaml(generator.rules()) + "\n"
        for _ in range(rng.randint(1, 2)):
            text = breaking.broken(text, rng)
        paths.append(folder / f"broken{number}.yml")
        paths[-1].write_text(text)
    comparison.checks("broken rules", paths)


def corpus(comparison: Comparison, folder: Path) -> None:
    files = sorted(path for path in folder.iterdir() if path.suffix in (".yml", ".yaml"))
    comparison.tests(f"test of {folder.name}", files)
    # A configuration of Prometheus is no rule file to promtool, and to us one to be imported.
    comparison.checks(f"rules of {folder.name}", files)


def run(options: argparse.Namespace, program: Path, folder: Path) -> int:
    agent = Path(os.environ.get("KEEPWATCH", ROOT / "build/release/keepwatch"))
    comparison = Comparison(program, agent)
    for path in options.corpus:
        corpus(comparison, path)
    generated_tests(comparison, folder, options.files, options.seed)
    broken_rules(comparison, folder, options.files, options.seed)
    for kind, (passed, failed) in comparison.agreed.items():
        print(f"{kind}: both accept {passed}, both refuse {failed}")
    filled = comparison.agreed.get("generated test, expecting what promtool found", [0, 0])
    if filled[0] < PASSED_SHARE_MIN * options.files:
        print(f"FAILED: only {filled[0]} of {options.files} generated tests pass in promtool")
        comparison.differing += 1
    print(f"{comparison.same} passed, {comparison.differing} failed")
    return 1 if comparison.differing else 0


def main() -> int:
    options = arguments()
    try:
        if options.build:
            pinned.build("promtool")
        program = options.promtool or promtool.find()
        if program is None:
            print("skipped: there is no promtool 3 here; --build builds it")
            return EXIT_SKIPPED
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            return run(options, program, options.keep)
        with tempfile.TemporaryDirectory(prefix="keepwatch-promtool-") as folder:
            return run(options, program, Path(folder))
    except ConformanceError as error:
        print(error)
        print("0 passed, 1 failed")
        return 1


if __name__ == "__main__":
    sys.exit(main())
