"""Random rule files, and tests of them that ask about everything but expect nothing yet."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any

INSTANCES = ("b1", "b2", "b3")
METRICS = ("m0", "m1", "m2", "m3")
DURATIONS = ("30s", "1m", "90s", "2m", "5m", "7m", "10m")
TEXTS = (
    "{{ $value }}", "{{ $labels.instance }} is at {{ $value }}", "plain text", "",
    '{{ printf "%.2f" $value }}', "{{ humanize $value }}", "{{ humanize1024 $value }}",
    "{{ humanizeDuration $value }}", "{{ humanizePercentage $value }}",
    '{{ with query "m0" }}{{ . | sortByLabel "instance" | first | value }}{{ else }}none{{ end }}',
    '{{ range query "m1" | sortByLabel "instance" }}{{ .Labels.instance }}={{ .Value }};{{ end }}',
    "{{ $externalLabels.cluster }} {{ $externalURL }}", "{{ .Labels.job | toUpper }}",
    '{{ if gt $value 3.0 }}high{{ else }}low{{ end }}', '{{ $labels.nothing }}x',
    '{{ reReplaceAll "b(.)" "broker-$1" $labels.instance }}', '{{ title "some words" }}',
    '{{ define "x" }}[{{ . }}]{{ end }}{{ template "x" $value }}', "{{ parseDuration \"1h\" }}",
    "{{ $value | humanizeTimestamp }}", "{{ len $labels.instance }}", "{{ query \"sum(m2)\" | len }}",
)


class Raw(str):
    """A text that stands in YAML as it is."""


def yaml(value: Any, indent: int = 0) -> str:
    """Block style, with strings in double quotes."""
    pad = "  " * indent
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict) and value:
        lines = []
        for key, inner in value.items():
            is_block = isinstance(inner, (dict, list)) and len(inner) > 0
            text = yaml(inner, indent + 1)
            lines.append(f"{pad}{json.dumps(key)}:" + (f"\n{text}" if is_block else f" {text}"))
        return "\n".join(lines)
    if isinstance(value, list) and value:
        return "\n".join(f"{pad}-\n{yaml(inner, indent + 1)}" if isinstance(inner, (dict, list))
                         and inner else f"{pad}- {yaml(inner, indent)}" for inner in value)
    return json.dumps(value)


@dataclasses.dataclass
class Case:
    """A rule file and a test file, as values."""

    number: int
    rules: dict
    tests: dict


class Generator:
    """The same seed makes the same files."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, choices: Any) -> Any:
        return self.random.choice(choices)

    def number(self) -> str:
        return self.pick(["0", "1", "2", "3", "5", "10", "0.5", "-1", "100", "1.5"])

    # Input.

    def item(self) -> str:
        count = self.random.randint(1, 12)
        start, step = self.number(), self.pick(["0", "1", "0.5", "2", "10", "0.1"])
        return self.pick([
            start, start, "_", f"_x{count}", "stale", f"{start}x{count}", f"{start}+{step}x{count}",
            f"{start}-{step}x{count}", f"{start}+{step}x{count}", "NaN", "Inf", "-Inf", "1e3",
        ] if self.chance(0.7) else [f"{start}x{count}", f"{start}+{step}x{count}"])

    def series(self) -> list[dict]:
        result = []
        for metric in METRICS:
            for instance in INSTANCES:
                if not self.chance(0.6):
                    continue
                job = self.pick(["kafka", "kafka", "zookeeper"])
                values = " ".join(self.item() for _ in range(self.random.randint(1, 6)))
                name = f'{metric}{{instance="{instance}",job="{job}"}}'
                result.append({"series": name, "values": values})
        return result

    # Rules.

    def selector(self, names: list[str]) -> str:
        name = self.pick(names)
        matchers = self.pick(["", "", "", '{instance="b1"}', '{job=~"k.*"}', '{instance!="b2"}'])
        return name + matchers

    def expression(self, names: list[str]) -> str:
        one, two = self.selector(names), self.selector(names)
        number, length = self.number(), self.pick(DURATIONS)
        compare = self.pick([">", "<", ">=", "<=", "==", "!="])
        aggregate = self.pick(["sum", "max", "min", "avg", "count", "stddev", "group"])
        over = self.pick(["rate", "increase", "delta", "changes", "resets", "avg_over_time",
                          "max_over_time", "min_over_time", "sum_over_time", "count_over_time",
                          "last_over_time", "present_over_time", "deriv", "irate", "stdvar_over_time",
                          "absent_over_time"])
        if self.chance(0.01):  # May well be an error, which ends the test.
            return self.pick([f"{one} - on (instance) {two} > 0", f"{one} / ignoring (job) {two}",
                              f"{one} * on (instance) group_left () {two}"])
        return self.pick([
            f"{one} {compare} {number}", f"{one} {compare} {number}", f"{one} {compare} {number}",
            f"{aggregate} by (job) ({one}) {compare} {number}", f"{aggregate}({one}) {compare} {number}",
            f"{aggregate} without (instance) ({one})", f"{over}({one}[{length}]) {compare} {number}",
            f"{over}({one}[{length}])", f"absent({one})", f"{one} and {two}", f"{one} unless {two}",
            f"{one} or {two}", f"{one} - {two} > 0", f"{one} / on (instance, job) {two}",
            f"{over}({one}[{length}:])", f"max_over_time({one}[{length}:30s]) > {number}",
            f"{one} offset {length} {compare} {number}", f"{one} offset -1m", f"{one} @ 120",
            f"{one} {compare} bool {number}", f"vector({number}) > 0", "time() > 300", f"abs({one})",
            f"clamp({one}, 0, 3)", f'label_replace({one}, "rack", "$1", "instance", "b(.)")',
            f"scalar({one}) > bool 1", f"{one} * on (job) group_left () max by (job) ({two})",
            'count by (alertname, alertstate) (ALERTS) > 0', "ALERTS_FOR_STATE > 60",
            f"timestamp({one}) > 60", f"quantile(0.5, {one})", f"{one} > {two}", "1", f"-{one}",
            f"predict_linear({one}[{length}], 60)", f"day_of_week({one})", f"round({one}, 0.5)",
        ])

    def labels(self) -> dict:
        choices = {"severity": self.pick(["page", "warn", "{{ $labels.job }}"]),
                   "team": "kafka", "instance": self.pick(["", "all", "{{ $labels.instance }}x"])}
        return {name: text for name, text in choices.items()
                if self.chance(0.02 if name == "instance" else 0.5)}

    def rule(self, index: str, names: list[str]) -> dict:
        if self.chance(0.35):
            rule = {"record": f"r{index}", "expr": self.expression(names)}
            if self.chance(0.3):
                rule["labels"] = {"source": self.pick(["a", "b"])}
            names.append(rule["record"])
            return rule
        rule = {"alert": f"A{index}" if self.chance(0.9) else "Shared",
                "expr": self.expression(names)}
        if self.chance(0.6):
            rule["for"] = self.pick([*DURATIONS, "0s"])
        if self.chance(0.3):
            rule["keep_firing_for"] = self.pick(DURATIONS)
        if self.chance(0.6):
            rule["labels"] = self.labels()
        if self.chance(0.7):
            rule["annotations"] = {name: self.pick(TEXTS) for name in ("summary", "description")
                                   if self.chance(0.7)}
        return rule

    def rules(self) -> dict:
        names = list(METRICS)
        groups = []
        for i in range(self.random.randint(1, 3)):
            group: dict = {"name": f"g{i}"}
            if self.chance(0.3):
                group["interval"] = self.pick(DURATIONS)
            if self.chance(0.15):
                group["query_offset"] = self.pick(["30s", "1m", "2m"])
            if self.chance(0.04):
                group["limit"] = self.random.randint(1, 4)
            if self.chance(0.15):
                group["labels"] = {"team": "group", "origin": f"g{i}"}
            group["rules"] = [self.rule(f"{i}{j}", names)
                              for j in range(self.random.randint(1, 4))]
            groups.append(group)
        return {"groups": groups}

    # Tests.

    def moments(self) -> list[str]:
        return [self.pick(["0", "30s", "1m", "90s", "2m", "3m", "4m", "5m", "299s", "6m", "10m",
                           "12m", "15m", "20m", "1m10s"]) for _ in range(self.random.randint(1, 3))]

    def case(self, number: int) -> Case:
        rules = self.rules()
        alerts = sorted({rule["alert"] for group in rules["groups"] for rule in group["rules"]
                         if "alert" in rule})
        names = [*METRICS, *(rule["record"] for group in rules["groups"]
                             for rule in group["rules"] if "record" in rule)]
        test: dict = {"name": "all"} if self.chance(0.7) else {}
        if self.chance(0.6):
            test["interval"] = self.pick(["15s", "30s", "1m", "2m"])
        if self.chance(0.3):
            test["external_labels"] = {"cluster": "c1"}
            test["external_url"] = "http://prometheus.example:9090/x"
        if self.chance(0.2):
            test["start_timestamp"] = self.pick(["2024-01-01T00:00:00Z", "1609459200"])
        test["input_series"] = self.series()
        test["alert_rule_test"] = [{"eval_time": at, "alertname": alert, "exp_alerts": []}
                                   for alert in alerts for at in self.moments()]
        queries = [self.expression(names) for _ in range(self.random.randint(1, 4))]
        test["promql_expr_test"] = [{"expr": query, "eval_time": at, "exp_samples": []}
                                    for query in [*queries, *names[4:], "ALERTS"]
                                    for at in self.moments()]
        content: dict = {"rule_files": [f"rules{number}.yml"],
                         "group_eval_order": [group["name"] for group in rules["groups"]]}
        if self.chance(0.6):
            content["evaluation_interval"] = self.pick(["15s", "30s", "1m", "2m"])
        if self.chance(0.2):
            content["fuzzy_compare"] = True
        content["tests"] = [test]
        return Case(number, rules, content)
