"""A Prometheus and an agent, set up to scrape the same pages and run the same rules."""

from __future__ import annotations

import http.client
import json
import sys
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promql.errors import ConformanceError
from promql.dialect import FEATURE_FLAGS
from promql.servers import Server, free_port, version_of

TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS / "lab"))
from keepwatch_lab.exporter import Exporter  # noqa: E402

# Of a real client and a real ZooKeeper, the same at every scrape.
PAGES = {job: (TESTS / "exposition/pages" / name).read_text() for job, name in (
    ("client", "client-perfprod.prom"), ("zookeeper", "zkjmx-standalone-strimzi.prom"))}
# The group order is that of the names, so that both list them alike.
RULES = """groups:
  - name: recording
    interval: 1s
    rules:
      - record: job:up:count
        expr: count by (job) (up)
        labels: {team: streaming}
  - name: states
    interval: 1s
    rules:
      - alert: ExporterUp
        expr: up == 1
        labels: {severity: info}
        annotations: {summary: "{{ $labels.job }} is at {{ $value }}"}
      - alert: ExporterLong
        expr: up == 1
        for: 1h
        keep_firing_for: 5m
        labels: {severity: warning}
      - alert: Never
        expr: up > 1
  - name: wrong
    interval: 1s
    limit: 7
    rules:
      - alert: Broken
        expr: up * on (cluster) {__name__=~"up|scrape_samples_scraped"}
"""
START_LIMIT_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """A response, its JSON read if it is JSON."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, or its text where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode(errors="replace")


@dataclass(frozen=True)
class Request:
    """Parameters go into the body as a form with POST, and behind the path otherwise."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        shown = urllib.parse.unquote(urllib.parse.urlencode(self.params))
        return f"{self.method} {self.path} {shown}".rstrip()

    def send(self, port: int) -> Answer:
        """One connection for one request."""
        form = urllib.parse.urlencode(self.params)
        headers = dict(self.headers)
        path, body = self.path, None
        if self.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = form
        elif form:
            path += "?" + form
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(self.method, path, body, headers)
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, fields, response.read())
        finally:
            connection.close()


class Pair:
    """Both, over the same two exporters."""

    def __init__(self, keepwatch: Path, prometheus: Path, folder: Path) -> None:
        self.exporters = {job: Exporter(page) for job, page in PAGES.items()}
        self.rules = folder / "rules.yml"
        self.rules.write_text(RULES)
        self.servers: list[Server] = []
        try:
            self.prometheus = self.started(self.start_prometheus(prometheus, folder))
            self.keepwatch = self.started(self.start_keepwatch(keepwatch, folder))
        except BaseException:
            self.stop()
            raise

    def started(self, server: Server) -> Server:
        self.servers.append(server)
        server.wait_ready()
        return server

    def start_prometheus(self, program: Path, folder: Path) -> Server:
        jobs = "".join(f"""  - job_name: {job}
    static_configs:
      - targets: ["127.0.0.1:{exporter.port}"]
        labels: {{instance: {job}-1, cluster: grafana}}
""" for job, exporter in self.exporters.items())
        config = folder / "prometheus.yml"
        config.write_text(f"""global:
  scrape_interval: 2s
  scrape_timeout: 2s
  evaluation_interval: 1s
rule_files: ["{self.rules}"]
scrape_configs:
{jobs}""")
        port = free_port()
        features = ([] if version_of(program).startswith("2.")
                    else ["--enable-feature=" + ",".join(FEATURE_FLAGS)])
        return Server("prometheus", [str(program), f"--config.file={config}",
                                     f"--storage.tsdb.path={folder}/tsdb",
                                     f"--web.listen-address=127.0.0.1:{port}",
                                     "--log.level=warn", *features], folder, port)

    def start_keepwatch(self, program: Path, folder: Path) -> Server:
        targets = "".join(f"""[[target]]
name = "{job}-1"
kind = "{job}"
url = "{exporter.url()}"
interval = "2s"
timeout = "2s"
""" for job, exporter in self.exporters.items())
        port = free_port()
        config = folder / "keepwatch.toml"
        config.write_text(f"""[agent]
cluster = "grafana"
[serve]
listen = "127.0.0.1:{port}"
[store]
retain = "all"
[rules]
paths = ["{self.rules}"]
{targets}""")
        return Server("keepwatch", [str(program), "run", "--config", str(config), "--data-dir",
                                    str(folder / "state")], folder, port)

    def wait_settled(self) -> None:
        """Until both have scraped everything and their alerts are in the state they stay in."""
        self.wait_for("count(ALERTS) == 4 and count(job:up:count) == 2 and count(up == 1) == 2",
                      "two targets and four alerts")

    def wait_watched(self, seconds: int) -> None:
        """Until all of the last seconds has samples."""
        window = f"[{seconds}s:1s]"
        self.wait_for(f"count(count_over_time(up{window}) == {seconds}) == 2"
                      f" and count(count_over_time(job:up:count{window}) == {seconds}) == 2"
                      f" and count(count_over_time(ALERTS{window}) == {seconds}) == 4",
                      f"{seconds} s of samples")

    def wait_for(self, query: str, what: str) -> None:
        """Until the query gives something on both."""
        wanted = Request("GET", "/api/v1/query", (("query", query),))
        deadline = time.monotonic() + START_LIMIT_SECONDS
        for server in self.servers:
            while not wanted.send(server.port).json().get("data", {}).get("result"):
                if time.monotonic() > deadline:
                    raise ConformanceError(f"{server.name}: want {what}\n" + server.log_tail())
                time.sleep(0.2)

    def stop(self) -> None:
        """Ends what was started."""
        for server in self.servers:
            server.stop()
        for exporter in self.exporters.values():
            exporter.close()
