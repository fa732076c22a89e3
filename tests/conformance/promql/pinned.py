"""Programs of the pinned Prometheus, built once and kept outside the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from .errors import ConformanceError

VERSION = "3.16.0"
SOURCE = "github.com/prometheus/prometheus@v0.316.0"  # In the cache of Go's modules.
MODULE = "github.com/prometheus/prometheus/cmd/{}@v0.316.0"


def path(program: str) -> Path:
    """Where `prometheus` or `promtool` lies once it was built."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "keepwatch" / f"prometheus-{VERSION}" / program


def build(program: str) -> None:
    """Builds it if that was not done yet and there is Go."""
    target = path(program)
    if target.exists() or not shutil.which("go"):
        return
    module = MODULE.format(program)
    print(f"building {module}; this takes minutes, once", flush=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.parent / f"building-{program}"
    # Service discovery is half of Prometheus, and nothing is to be discovered here.
    command = ["nice", "-n", "19", "go", "install", "-tags", "remove_all_sd", module]
    environment = {**os.environ, "GOBIN": str(building), "GOFLAGS": "-buildvcs=false",
                   "GOTOOLCHAIN": "local"}
    built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        raise ConformanceError(f"{' '.join(command)}: exit code {built.returncode}\n"
                               + built.stderr[-2000:])
    (building / program).rename(target)
