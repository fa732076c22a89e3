"""promtool: where it is, how it is built, and what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from promql.errors import ConformanceError

MODULE = "github.com/prometheus/prometheus/cmd/promtool@v0.316.0"
PINNED = "3.16.0"
FILES_AT_ONCE = 100

SECTION = re.compile(r"^Processing test file: (.*)$", re.M)
CHECKED = re.compile(r"^Checking (.*)$", re.M)
QUERY = re.compile(r'^    expr: ("(?:[^"\\]|\\.)*"), time: (\S+),\n        exp: .*\n        got: (.*)$',
                   re.M)
ALERT = re.compile(r"^    alertname: (\S+), time: (\S+), \n        exp:(?:.|\n)*?\n        got:"
                   r"((?:.|\n)*?)(?=\n\n|\n    [a-z]+:|\Z)", re.M)


def cached() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "keepwatch" / f"prometheus-{PINNED}" / "promtool"


def build() -> None:
    """Builds the pinned version if that was not done yet."""
    target = cached()
    if target.exists() or not shutil.which("go"):
        return
    print(f"building {MODULE}; this takes minutes, once", flush=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.parent / "building-promtool"
    command = ["nice", "-n", "19", "go", "install", "-tags", "remove_all_sd", MODULE]
    environment = {**os.environ, "GOBIN": str(building), "GOFLAGS": "-buildvcs=false",
                   "GOTOOLCHAIN": "local"}
    built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        raise ConformanceError(f"{' '.join(command)}: exit code {built.returncode}\n"
                               + built.stderr[-2000:])
    (building / "promtool").rename(target)


def find() -> Path | None:
    """The pinned version, if it was built: an older one has another language."""
    return cached() if cached().exists() else None


def output(program: Path, what: list[str], paths: list[Path]) -> dict[Path, str]:
    """What it prints about each file."""
    sections: dict[Path, str] = {}
    begin = SECTION if what[0] == "test" else CHECKED
    for i in range(0, len(paths), FILES_AT_ONCE):
        command = [str(part) for part in (program, *what, *paths[i : i + FILES_AT_ONCE])]
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             check=False)
        pieces = begin.split(ran.stdout)
        for path, text in zip(pieces[1::2], pieces[2::2]):
            sections[Path(path)] = text
    missing = set(paths) - set(sections)
    if missing:
        raise ConformanceError(f"promtool {' '.join(what)} said nothing of {sorted(missing)[0]}")
    return sections


def passed(section: str) -> bool:
    return "  SUCCESS" in section
