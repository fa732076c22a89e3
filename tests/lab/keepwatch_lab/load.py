"""Real clients: producers at a steady rate and consumer groups, by Kafka's own tools."""

from __future__ import annotations

from .cluster import Lab
from .errors import LabError
from .java import tool_command

# A producer left alone ends by itself after this long.
LOAD_LIMIT_SECONDS = 2 * 3600


def start_producer(lab: Lab, topic: str, per_second: int, record_bytes: int = 200) -> str:
    """A producer with acks=all; returns its name among the lab's processes."""
    if per_second < 1:
        raise LabError(f"want at least 1 record a second, got {per_second}")
    name = f"produce-{topic}"
    lab.spawn(name, tool_command(
        "org.apache.kafka.tools.ProducerPerformance",
        "--topic", topic,
        "--num-records", str(per_second * LOAD_LIMIT_SECONDS),
        "--throughput", str(per_second),
        "--record-size", str(record_bytes),
        "--producer-props", f"bootstrap.servers={lab.bootstrap()}", "acks=all", "linger.ms=20",
        f"client.id=lab-{name}"))
    return name


def start_consumer(lab: Lab, topic: str, group: str) -> str:
    """A member of a consumer group that reads the topic and commits; its records go to its log."""
    name = f"consume-{group}-{topic}"
    lab.spawn(name, tool_command(
        "org.apache.kafka.tools.consumer.ConsoleConsumer",
        "--bootstrap-server", lab.bootstrap(), "--topic", topic, "--group", group,
        "--property", "print.value=false", "--property", "line.separator="))
    return name
