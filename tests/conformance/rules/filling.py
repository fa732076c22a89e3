"""From what promtool says instead of what was expected: tests that expect just that."""

from __future__ import annotations

import copy
import json
import random
import re
from typing import Any

from .generating import Raw

QUERY = re.compile(r'^    expr: ("(?:[^"\\]|\\.)*"), time: (\S+),\n        exp: .*\n        got: (.*)$',
                   re.M)
BROKEN_QUERY = re.compile(r'^    expr: ("(?:[^"\\]|\\.)*"), time: (\S+), err: ', re.M)
ALERT = re.compile(r"^    alertname: (\S+), time: (\S+), \n        exp:\[\], \n        got:\[\n"
                   r"((?:            .*\n)+)", re.M)
LABELS = re.compile(r"^ *Labels:(\{.*\}),?$", re.M)
ANNOTATIONS = re.compile(r"^ *Annotations:(\{.*\}),?$", re.M)
PAIR = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')
SAMPLE = re.compile(r'(\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\}) (\S+?)(?:, |$)')


def seconds(text: str) -> int:
    units = {"h": 3600, "m": 60, "s": 1}
    if text == "0":
        return 0
    return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+)([hms])", text))


def pairs(text: str) -> dict[str, str]:
    return {name: json.loads(f'"{value}"') for name, value in PAIR.findall(text)}


def number(text: str) -> Raw:
    """As YAML has it."""
    special = {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}
    return Raw(special.get(text) or repr(float(text)))


def is_hopeless(section: str) -> bool:
    """Whether the tests ended before they asked anything."""
    asked = section.replace("  FAILED:\n", "").strip()
    if not asked:
        return False
    known = "\n".join(match[0] for regex in (QUERY, BROKEN_QUERY, ALERT)
                      for match in regex.finditer(section))
    return not known or re.search(r"^    rule: ", section, re.M) is not None


def filled(tests: dict, section: str) -> dict:
    """The same tests, which now should pass."""
    answers = {(json.loads(expr), seconds(at)): got for expr, at, got in QUERY.findall(section)}
    broken = {(json.loads(expr), seconds(at)) for expr, at in BROKEN_QUERY.findall(section)}
    alerts = {(alert, seconds(at)): got for alert, at, got in ALERT.findall(section)}
    result = copy.deepcopy(tests)
    test = result["tests"][0]
    kept = []
    for case in test["promql_expr_test"]:
        key = (case["expr"], seconds(case["eval_time"]))
        got = answers.get(key, "")
        if key in broken or " NaN" in got:
            continue  # Nothing is equal to what is no number.
        case["exp_samples"] = [{"labels": labels, "value": number(value)}
                               for labels, value in SAMPLE.findall(got)]
        kept.append(case)
    test["promql_expr_test"] = kept
    for case in test["alert_rule_test"]:
        got = alerts.get((case["alertname"], seconds(case["eval_time"])), "")
        case["exp_alerts"] = []
        for labels, annotations in zip(LABELS.findall(got), ANNOTATIONS.findall(got)):
            own = pairs(labels)
            own.pop("alertname")
            case["exp_alerts"].append({"exp_labels": own, "exp_annotations": pairs(annotations)})
    return result


def spoiled(tests: dict, rng: random.Random) -> dict:
    """The same tests with one thing changed."""
    result = copy.deepcopy(tests)
    test = result["tests"][0]
    places: list[Any] = [case["exp_samples"] for case in test["promql_expr_test"]]
    places += [case["exp_alerts"] for case in test["alert_rule_test"]]
    full = [place for place in places if place]
    if not full or rng.random() < 0.1:
        if places:
            rng.choice(places).append({})
        return result
    place = rng.choice(full)
    thing = rng.choice(place)
    change = rng.randrange(4)
    if change == 0 or ("value" not in thing and not thing.get("exp_labels")):
        place.remove(thing)
    elif "value" in thing:
        thing["value"] = Raw(rng.choice(["1.0000000000000002", "7", ".inf", "-0.0"]))
    elif change == 1:
        thing["exp_labels"]["severity"] = "other"
    elif change == 2:
        thing["exp_annotations"]["summary"] = rng.choice(["", "other"])
    else:
        thing["exp_labels"].popitem()
    return result
