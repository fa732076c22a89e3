"""Command lines of the JVMs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import jars
from .errors import LabError
from .shape import EXPORTER_RULES, Node

HEAP_MB = {"kafka": 512, "zookeeper": 192, "tool": 128}
# The collector Kafka's own scripts choose: the names of the page's jvm_gc series depend on it.
COLLECTOR = ["-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35"]


def java_binary() -> str:
    """$KEEPWATCH_JAVA, $JAVA_HOME/bin/java or java of the search path."""
    home = os.environ.get("JAVA_HOME")
    named = os.environ.get("KEEPWATCH_JAVA") or (f"{home}/bin/java" if home else "java")
    found = shutil.which(named)
    if found is None:
        raise LabError(f"{named} is not there: apt-get install openjdk-17-jre-headless")
    return found


def common(heap_mb: int) -> list[str]:
    """What every JVM of the lab is started with."""
    return [java_binary(), f"-Xmx{heap_mb}m", "-Xms32m", "-Djava.awt.headless=true",
            f"-Dlog4j.configuration=file:{jars.LAB_FOLDER / 'log4j.properties'}"]


def server_command(node: Node, settings: Path) -> list[str]:
    """A broker with the JMX exporter in it, or a ZooKeeper."""
    command = common(HEAP_MB[node.kind]) + COLLECTOR
    if node.kind == "zookeeper":
        main = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
    else:
        main = "kafka.Kafka"
        command.append(f"-javaagent:{jars.agent_jar()}=127.0.0.1:{node.ports['exporter']}:"
                       f"{EXPORTER_RULES}")
    return [*command, "-cp", jars.classpath(), main, str(settings)]


def tool_command(main: str, *arguments: str) -> list[str]:
    """A command line tool of Kafka's; it starts faster with only the first compiler."""
    return [*common(HEAP_MB["tool"]), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            "-cp", jars.classpath(), main, *arguments]
