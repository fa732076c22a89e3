"""Plain captures of what the lab's exporters say, as `keepwatch record --import` reads them.

One file for each answer, NAME-<unix time>.prom (or .txt for ZooKeeper's words), and a line for each
attempt in index.jsonl: when it began, its name, seconds, bytes, status (0 if none) and error.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from .cluster import Lab
from .pages import Page, fetch_page, four_letter_word

WORDS = ("mntr", "srvr", "ruok")


@dataclass(frozen=True)
class Source:
    """Something to ask again and again."""

    name: str
    suffix: str
    ask: Callable[[], Page]


def page_source(name: str, port: int) -> Source:
    """An exporter's page."""
    return Source(name, "prom", lambda: fetch_page(port))


def word_source(name: str, port: int, word: str) -> Source:
    """ZooKeeper's reply to a word; it has no status of its own, so 200 stands for an answer."""
    return Source(name, "txt", lambda: Page(200, four_letter_word(port, word)))


def sources_of(lab: Lab) -> list[Source]:
    """Everything the lab offers: b1, b2, …; zk-mntr, … and zkprov of a single ZooKeeper, or
    zk1-mntr, … of an ensemble's members."""
    found = []
    for node in lab.nodes.values():
        if node.kind == "kafka":
            found.append(page_source(node.name, node.ports["exporter"]))
            continue
        name = "zk" if lab.shape.zookeepers == 1 else node.name
        found += [word_source(f"{name}-{word}", node.ports["client"], word) for word in WORDS]
        if "metrics" in node.ports:
            found.append(page_source("zkprov", node.ports["metrics"]))
    return found


class Capture:
    """Asks every source on a grid of its own; one that hangs delays nobody else."""

    def __init__(self, sources: list[Source], folder: Path, every_seconds: float = 5.0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.every_seconds = every_seconds
        self.index_lock = threading.Lock()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.follow, args=(source, i / len(sources)))
                        for i, source in enumerate(sources)]
        for thread in self.threads:
            thread.start()

    def follow(self, source: Source, share: float) -> None:
        """Asks one source until the capture is over. A tick missed by a slow answer is skipped."""
        tick = time.monotonic() + share * self.every_seconds
        while not self.over.wait(max(0.0, tick - time.monotonic())):
            self.ask_once(source)
            behind = max(0.0, time.monotonic() - tick)
            tick += (behind // self.every_seconds + 1) * self.every_seconds

    def ask_once(self, source: Source) -> None:
        """One attempt: its line in the index, and its page if it brought one."""
        began = round(time.time(), 2)  # The file's name has no more digits.
        error = None
        page = Page(0, b"")
        begun = time.monotonic()
        try:
            page = source.ask()
        except OSError as problem:
            error = f"{type(problem).__name__}: {problem}"
        took = time.monotonic() - begun
        if error is None:
            (self.folder / f"{source.name}-{began:.2f}.{source.suffix}").write_bytes(page.body)
        line = json.dumps({"t": began, "n": source.name, "d": round(took, 3),
                           "bytes": len(page.body), "st": page.status, "err": error})
        with self.index_lock, (self.folder / "index.jsonl").open("a") as index:
            index.write(line + "\n")

    def stop(self) -> None:
        """Returns when the attempts under way have ended."""
        self.over.set()
        for thread in self.threads:
            thread.join()
