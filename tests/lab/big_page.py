#!/usr/bin/env python3
"""The page of a big broker: thousands of partitions on one, and what it costs to ask for it.

  big_page.py --dir build/big --out big.prom
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from keepwatch_lab.cluster import Lab
from keepwatch_lab.ending import unwind_on_sigterm
from keepwatch_lab.errors import LabError
from keepwatch_lab.kafka_wire import Topic
from keepwatch_lab.pages import Page, timed_page
from keepwatch_lab.shape import Shape


def measure(lab: Lab, options: argparse.Namespace) -> tuple[Page, dict[str, object]]:
    """Fills the broker and asks for its page several times; returns the last one."""
    begun = time.monotonic()
    lab.create_topics([Topic(f"big-{i}", options.partitions, 1)
                       for i in range(1, options.topics + 1)])
    created = time.monotonic() - begun
    port, pid = lab.node("b1").ports["exporter"], lab.running["b1"].pid
    rounds = [timed_page(port, pid) for _ in range(options.scrapes)]
    page = rounds[-1][0]
    return page, {
        "replicas": options.topics * options.partitions,
        "bytes": len(page.body),
        "lines": page.body.count(b"\n"),
        "samples": page.samples(),
        "seconds_to_create": round(created, 1),
        "first_page_seconds": round(rounds[0][1], 2),
        "median_page_seconds": round(statistics.median(took for _, took, _ in rounds[1:]), 2),
        "median_cpu_seconds": round(statistics.median(cpu for *_, cpu in rounds[1:]), 2),
    }


def main() -> int:
    """Starts one broker, measures, and ends it unless it is to be kept."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True, help="the lab's folder")
    parser.add_argument("--out", type=Path, help="where the page goes")
    parser.add_argument("--topics", type=int, default=11)
    parser.add_argument("--partitions", type=int, default=300)
    parser.add_argument("--scrapes", type=int, default=6)
    parser.add_argument("--keep", action="store_true", help="leave the lab running")
    options = parser.parse_args()
    unwind_on_sigterm()
    try:
        lab = Lab.create(options.dir, Shape(brokers=1))
        begun = time.monotonic()
        lab.up()
        served = time.monotonic() - begun
        try:
            page, facts = measure(lab, options)
        finally:
            if not options.keep:
                lab.down()
        if options.out:
            options.out.write_bytes(page.body)
        print(json.dumps({"seconds_to_serve": round(served, 1), **facts,
                          "kept": lab.node("b1").ports if options.keep else None}))
    except (LabError, ConnectionError) as error:
        print(f"big_page: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
