"""Series of a real Kafka cluster whose broker was killed: from the recording that the demonstration
shows. What it holds of some metrics is repeated for as long as the other data lasts, as if the same
happened again and again.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from pathlib import Path
from typing import Any

from .data import BASE_MS, SPAN_MS, Family
from .errors import ConformanceError
from .wire import STALE_BYTES, Sample

RECORDING = Path(__file__).resolve().parent.parent.parent / "demo/broker-killed.kwr"
PERIOD_MS = 240_000  # More than the recording lasts.
PAUSE_MS = 12_000  # Longer than between two scrapes: the target was down, and a scraper says so.

# Kinds as in data.py; selectors, as of some metrics the fleet has hundreds of series.
SELECTORS = [
    ("counter", "kafka_server_brokertopicmetrics_messagesin_total"),
    ("counter", 'kafka_network_requestmetrics_requests_total{request=~"Produce|Fetch.*|Metadata"}'),
    ("counter", "jvm_gc_collection_seconds_sum"),
    ("counter", "jvm_gc_collection_seconds_count"),
    ("counter", "kafka_server_fetcherstats_bytes_total"),
    ("gauge", "jvm_memory_pool_used_bytes"),
    ("gauge", "jvm_threads_state"),
    ("gauge", "kafka_network_processor_idlepercent"),
    ("gauge", "kafka_controller_kafkacontroller_activecontrollercount"),
    ("gauge", 'kafka_cluster_partition_underreplicated{topic="t1"}'),
    ("gauge", 'kafka_log_log_logendoffset{topic="t1",partition=~"[0-4]"}'),
    ("gauge", 'kafka_network_requestmetrics_totaltimems{request="Produce"}'),
    ("info", "jvm_runtime_info"),
]


def asked(agent: Path, selector: str) -> list[dict[str, Any]]:
    """All samples of a selector's series."""
    command = [str(agent), "query", f"{selector}[1h]", "--from", str(RECORDING), "--format", "json"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(said.stdout)["result"]
    except ValueError as error:
        raise ConformanceError(f"{' '.join(command)}: {(said.stdout + said.stderr)[:500]}") \
            from error


def repeated(points: list[Any], begin_ms: int) -> list[Sample]:
    """The samples, over and over; a marker where they pause and where a repetition ends."""
    once: list[Sample] = []
    for at, value in points:
        ms = round(at * 1000) - begin_ms
        if once and ms - once[-1][0] > PAUSE_MS:
            once.append((once[-1][0] + 5000, STALE_BYTES))
        once.append((ms, float(value)))
    once.append((once[-1][0] + 5000, STALE_BYTES))
    return [(start + ms, value) for start in range(BASE_MS, BASE_MS + SPAN_MS, PERIOD_MS)
            for ms, value in once]


def families(agent: Path) -> list[Family]:
    """One for each of the selectors."""
    answers = [(kind, asked(agent, selector)) for kind, selector in SELECTORS]
    begin_ms = min(round(one["values"][0][0] * 1000) for _, result in answers for one in result)
    found = []
    for kind, result in answers:
        values = [float(value) for one in result for _, value in one["values"]]
        family = Family(result[0]["metric"]["__name__"], kind, statistics.median(values))
        for one in result:
            labels = {name: value for name, value in one["metric"].items() if name != "__name__"}
            family.add_labelled(repeated(one["values"], begin_ms), labels)
        found.append(family)
    return found
