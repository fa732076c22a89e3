"""The Java archives of the lab: pinned by version and SHA-256, fetched once by Maven into a cache.

Maven is the client because every place where Java is built has it set up: mirrors, proxies and
credentials of a company's own registry are in its settings, and none of that is for us to repeat.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Iterator

from .errors import LabError

LAB_FOLDER = Path(__file__).resolve().parent.parent
LIST_FILE = LAB_FOLDER / "jars.txt"
AGENT_ARTIFACT = "jmx_prometheus_javaagent"
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_LIMIT_SECONDS = 900


@dataclass(frozen=True)
class Jar:
    """One pinned archive."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name Maven gives the file, and the cache with it."""
        return f"{self.artifact}-{self.version}.jar"


def cache_folder() -> Path:
    """Where the archives are kept: $KEEPWATCH_LAB_CACHE, else the user's cache folder."""
    chosen = os.environ.get("KEEPWATCH_LAB_CACHE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "keepwatch" / "jars"


def read_list(path: Path = LIST_FILE) -> list[Jar]:
    """Reads lines of `group:artifact:version sha256`; `#` starts a comment line."""
    jars = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, digest = line.partition(" ")
        parts = name.split(":")
        if len(parts) != 3 or len(digest) != 64:
            raise LabError(f"{path}:{number}: want group:artifact:version sha256, got {line!r}")
        jars.append(Jar(parts[0], parts[1], parts[2], digest))
    return jars


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def absent(jars: Iterable[Jar], folder: Path) -> list[Jar]:
    """Those that the folder lacks or holds with other bytes than were pinned."""

    def is_absent(jar: Jar) -> bool:
        path = folder / jar.file_name
        return not path.is_file() or sha256_of(path) != jar.sha256

    jars = list(jars)
    with ThreadPoolExecutor() as pool:  # hashlib lets go of the interpreter's lock.
        verdicts = list(pool.map(is_absent, jars))
    return [jar for jar, is_gone in zip(jars, verdicts) if is_gone]


def project_file(jars: Iterable[Jar]) -> str:
    """A Maven project that depends on exactly these archives and on nothing they ask for."""
    nothing_more = (
        "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>"
        "</exclusions>"
    )
    dependencies = "\n".join(
        f"<dependency><groupId>{jar.group}</groupId><artifactId>{jar.artifact}</artifactId>"
        f"<version>{jar.version}</version>{nothing_more}</dependency>"
        for jar in jars
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>\n'
        "<groupId>keepwatch</groupId><artifactId>lab</artifactId><version>1</version>\n"
        f"<packaging>pom</packaging><dependencies>\n{dependencies}\n</dependencies></project>\n"
    )


def run_maven(jars: list[Jar], folder: Path) -> None:
    """Lets Maven put the archives into `folder`. It fetches in parallel, and what a broken run had
    fetched is in Maven's own repository for the next."""
    maven = shutil.which("mvn")
    if maven is None:
        raise LabError(
            f"{len(jars)} archives of {LIST_FILE.name} are not in {cache_folder()}, and Maven, "
            "which fetches them, is not installed: apt-get install maven"
        )
    (folder / "pom.xml").write_text(project_file(jars))
    command = [maven, "-B", "-ntp", "-f", str(folder / "pom.xml"), COPY_GOAL,
               f"-DoutputDirectory={folder}"]
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, timeout=FETCH_LIMIT_SECONDS,
                             check=False)
    except subprocess.TimeoutExpired:
        raise LabError(f"Maven did not fetch the lab's archives within {FETCH_LIMIT_SECONDS} s; "
                       "what it has is kept, so try again") from None
    if run.returncode != 0:
        reasons = [line for line in run.stdout.splitlines() if line.startswith("[ERROR]")][:8]
        raise LabError("Maven could not fetch the lab's archives:\n" + "\n".join(reasons))


def accept(jar: Jar, fetched: Path, cache: Path) -> None:
    """Moves a fetched archive into the cache if its bytes are the pinned ones."""
    path = fetched / jar.file_name
    if not path.is_file():
        raise LabError(f"{jar.file_name}: Maven ended well but brought no such file")
    digest = sha256_of(path)
    if digest != jar.sha256:
        raise LabError(
            f"{jar.file_name}: want SHA-256 {jar.sha256} ({LIST_FILE.name}), fetched {digest}"
        )
    os.replace(path, cache / jar.file_name)


@contextmanager
def locked(cache: Path) -> Iterator[None]:
    """Two labs that start at once on a fresh machine fetch once."""
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure() -> int:
    """Fetches what the cache lacks and says how many archives that were."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache):
        wanted = absent(read_list(), cache)
        if wanted:
            with tempfile.TemporaryDirectory(dir=cache, prefix="incoming-") as incoming:
                run_maven(wanted, Path(incoming))
                for jar in wanted:
                    accept(jar, Path(incoming), cache)
    return len(wanted)


def classpath() -> str:
    """Everything but the exporter, which comes in as an agent with a classpath of its own."""
    cache = cache_folder()
    return ":".join(
        str(cache / jar.file_name) for jar in read_list() if jar.artifact != AGENT_ARTIFACT
    )


def agent_jar() -> Path:
    """The JMX exporter."""
    names = [jar.file_name for jar in read_list() if jar.artifact == AGENT_ARTIFACT]
    if len(names) != 1:
        raise LabError(f"{LIST_FILE}: want one {AGENT_ARTIFACT}, got {len(names)}")
    return cache_folder() / names[0]
