"""Real series: what three brokers said while one of them was killed, from the demonstration."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from .data import BASE_MS, Family
from .errors import ConformanceError

RECORDING = Path(__file__).resolve().parents[2] / "demo" / "broker-killed.kwr"
# Counters, gauges, summaries with quantiles as labels, facts; names of moderate size.
NAMES = "|".join([
    "kafka_server_brokertopicmetrics_(bytesin|messagesin)_total",
    "kafka_server_replicamanager_(underreplicatedpartitions|leadercount|isrshrinks_total)",
    "kafka_network_requestmetrics_errors_total", "kafka_server_kafkaserver_brokerstate",
    "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
    "jvm_memory_used_bytes", "jvm_gc_collection_seconds_(count|sum)", "process_cpu_seconds_total",
    "process_start_time_seconds", "scrape_duration_seconds", "up",
])
SERIES_MAX = 40  # Of one metric; more would only make queries slow.
PLACED_MS = BASE_MS + 45 * 60_000  # Where the recording's first sample is moved to.


def asked(agent: Path) -> list[dict[str, object]]:
    """All samples of these names, as the agent reads them from the recording."""
    command = [str(agent), "query", f'{{__name__=~"{NAMES}"}}[1h]', "--from", str(RECORDING),
               "--format", "json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise ConformanceError(f"{' '.join(command)}: {ran.stderr.strip()}")
    return json.loads(ran.stdout)["result"]


def families(agent: Path) -> list[Family]:
    """A family for each name, `up` called `broker_up` as the synthetic ones have one."""
    rows = asked(agent)
    first = min(float(row["values"][0][0]) for row in rows)  # type: ignore[index]
    shift = PLACED_MS - round(first * 1000)
    found: dict[str, Family] = {}
    for row in rows:
        labels = dict(row["metric"])  # type: ignore[call-overload]
        name = labels.pop("__name__")
        name = "broker_up" if name == "up" else name
        kind = "counter" if name.endswith(("_total", "_count", "_sum")) else "gauge"
        family = found.setdefault(name, Family(name, kind))
        if len(family.series) < SERIES_MAX:
            samples = [(round(float(at) * 1000) + shift, float(value))
                       for at, value in row["values"]]  # type: ignore[attr-defined]
            family.add_labelled(samples, labels)
    for family in found.values():
        values = sorted(value for _, samples in family.series for _, value in samples)
        family.typical = values[len(values) // 2]
    return list(found.values())
