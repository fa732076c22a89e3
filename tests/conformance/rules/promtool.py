"""promtool: where it is, how it is built, and what it says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from promql import pinned
from promql.errors import ConformanceError

FILES_AT_ONCE = 100

SECTION = re.compile(r"^Processing test file: (.*)$", re.M)
CHECKED = re.compile(r"^Checking (.*)$", re.M)


def find() -> Path | None:
    """The pinned version, if it was built: an older one has another language."""
    built = pinned.path("promtool")
    return built if built.exists() else None


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
