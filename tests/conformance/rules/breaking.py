"""Rule files that are wrong in a small way, or only look so."""

from __future__ import annotations

import random

LINES = (
    '    "unknown": "x"', '  "labels": []', '    - "x"', '"groups": []', '"other": 1', "  - 5", "- x",
    '    "for": 5', '    "for": "5x"', '    "for": "0"', '    "expr": 5', '    "expr": ""',
    '    "expr": "sum("', '    "alert": "A{b}"', '    "record": "a-b"', '    "record": "a{b}"',
    '    "record": ""', '    "labels":\n      "__name__": "x"', '    "labels":\n      "a-b": "x"',
    '    "labels":\n      "a": 5', '    "labels":\n      "a": [1]', '    "annotations": "x"',
    '    "annotations":\n      "a": "{{ $nope }}"', '    "annotations":\n      "a": "{{ if }}"',
    '    "annotations":\n      "a b": "x"', '    "keep_firing_for": "1h"', '    "interval": "x"',
    '    "limit": -3', '    "limit": "5"', '    "limit": 1.5', '    "limit": true',
    '    "query_offset": "-1m"', '    "name": "g0"', '    "name": ""', '    "name": 5', "# only words",
    "---", "...", '    "labels": {}', '    "rules": null', '    "rules": {}', "\t", "    ",
    '    "annotations":\n      "a": "{{ nope 1 }}"', '    "labels":\n      "a": "{{ $value | nope }}"',
    '    "expr": "foo[5m]"', '    "expr": "\'x\'"', '    "expr": "rate(foo)"', '    "expr": "1 + "',
    '    "expr": "mad_over_time(foo[5m])"', '    "expr": "foo offset -5m"', '    "expr": null',
)
VALUES = ("null", "5", "true", "[]", "{}", '"x"', "~", '""', "1.5", "- a", '"5m"', "!!str 5", "|\n      up",
          ">\n      up", "'it''s'", '"\\u00e9"', "&a x", "*a", "2024-01-01", "0x10", "yes", ".inf")


def broken(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    change = rng.randrange(7)
    if change == 0:
        del lines[at]
    elif change == 1:
        lines.insert(at, lines[at])
    elif change == 2:
        lines.insert(at, rng.choice(LINES))
    elif change == 3 and ":" in lines[at]:
        lines[at] = lines[at].split(":")[0] + ": " + rng.choice(VALUES)
    elif change == 4:
        lines[at] = rng.choice(["  ", " "]) + lines[at]
    elif change == 5 and len(lines[at]) > 2:
        place = rng.randrange(len(lines[at]))
        lines[at] = lines[at][:place] + rng.choice('"{}[]:,-#x\'') + lines[at][place + 1 :]
    else:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines)
