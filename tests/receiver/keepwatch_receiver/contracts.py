"""What each service accepts, and what it answers; a request that the real one refuses is refused.

Sources: PagerDuty's api-schema (reference/events-v2/openapiv3.json), Slack's pages on incoming
webhooks, chat.postMessage and block limits, Alertmanager's api/v2/openapi.yaml and api.go, and its
webhook payload version 4.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Callable

PAGERDUTY_EVENT_BYTES_MAX = 512_000
PAGERDUTY_SUMMARY_MAX = 1024
PAGERDUTY_KEY_MAX = 255
SLACK_BLOCKS_MAX = 50
SLACK_TEXT_MAX = 40_000
SLACK_ALL_BLOCKS_MAX = 13_200  # Undocumented; slackapi/bolt-js#2509.
SLACK_MENTION = re.compile(r"<(!|@|#|subteam)")
LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*\Z")


class Refused(Exception):
    """The service would say no, with these words."""


@dataclasses.dataclass
class Answer:
    """How a service answers: status, body, and the type of the body."""

    status: int
    body: str
    content_type: str = "application/json"


def want(holds: bool, why: str) -> None:
    """Refuses what does not hold."""
    if not holds:
        raise Refused(why)


def text(value: object, name: str, longest: int, least: int = 1) -> str:
    """A string of that many characters."""
    want(isinstance(value, str), f"{name} is not a string")
    assert isinstance(value, str)
    want(least <= len(value) <= longest, f"{name} has {len(value)} characters")
    return value


def moment(value: object, name: str) -> datetime.datetime:
    """A time as RFC 3339 writes it."""
    want(isinstance(value, str), f"{name} is not a string")
    try:
        found = datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as error:
        raise Refused(f"{name} is not a time: {value!r}") from error
    want(found.tzinfo is not None, f"{name} has no time zone")
    return found


def link(value: object, name: str, schemes: tuple[str, ...] = ("http", "https")) -> None:
    """An absolute URL."""
    address = text(value, name, 3000)
    want(address.split("://")[0] in schemes, f"{name} is no link: {address!r}")
    want(not re.search(r"[\s<>\"]", address), f"{name} has characters that a link has not")


def pagerduty(body: bytes) -> Answer:
    """The Events API, version 2."""
    want(len(body) <= PAGERDUTY_EVENT_BYTES_MAX, "event is too large")
    event = json.loads(body)
    want(isinstance(event, dict), "event is not an object")
    known = {"routing_key", "event_action", "dedup_key", "payload", "links", "images", "client",
             "client_url"}
    want(set(event) <= known, f"unknown: {set(event) - known}")
    want(bool(re.fullmatch(r"[0-9a-zA-Z]{32}", str(event.get("routing_key")))),
         "routing_key must be 32 characters")
    action = event.get("event_action")
    want(action in ("trigger", "acknowledge", "resolve"), "event_action")
    if action != "trigger" or "dedup_key" in event:
        text(event.get("dedup_key"), "dedup_key", PAGERDUTY_KEY_MAX)
    if action == "trigger":
        payload = event.get("payload")
        want(isinstance(payload, dict), "payload is missing")
        text(payload.get("summary"), "summary", PAGERDUTY_SUMMARY_MAX)
        text(payload.get("source"), "source", 1024)
        want(payload.get("severity") in ("critical", "error", "warning", "info"), "severity")
        if "timestamp" in payload:
            moment(payload["timestamp"], "timestamp")
        want(isinstance(payload.get("custom_details", {}), dict), "custom_details")
        for one in event.get("links", []):
            link(one.get("href"), "links.href")
        for one in event.get("images", []):
            link(one.get("src"), "images.src", ("https",))
    key = event.get("dedup_key", "made-up")
    return Answer(202, json.dumps(
        {"status": "success", "message": "Event processed", "dedup_key": key}))


def pagerduty_refusal(why: str) -> Answer:
    """As the Events API says no."""
    return Answer(400, json.dumps(
        {"status": "invalid event", "message": "Event object is invalid", "errors": [why]}))


def slack_text(value: object, where: str, longest: int) -> None:
    """A text object."""
    want(isinstance(value, dict), f"{where} is no text object")
    assert isinstance(value, dict)
    want(value.get("type") in ("mrkdwn", "plain_text"), f"{where}.type")
    said = text(value.get("text"), where, longest)
    if value["type"] == "mrkdwn":
        want(not SLACK_MENTION.search(said), f"{where} mentions people")


def slack_element(element: dict, where: str) -> None:
    """A button that opens a link; the one interactive element that Keepwatch uses."""
    want(element.get("type") == "button", f"{where}.type")
    slack_text(element.get("text"), where, 75)
    want(element["text"]["type"] == "plain_text", f"{where}.text.type")
    link(element.get("url"), f"{where}.url")


def slack_block(block: dict, where: str) -> None:
    """One block of those that Keepwatch uses."""
    kind = block.get("type")
    if kind == "header":
        slack_text(block.get("text"), where, 150)
        want(block["text"]["type"] == "plain_text", f"{where} must be plain_text")
    elif kind == "section":
        want("text" in block or "fields" in block, f"{where} is empty")
        if "text" in block:
            slack_text(block["text"], where, 3000)
        fields = block.get("fields", [])
        want(len(fields) <= 10, f"{where} has {len(fields)} fields")
        for field in fields:
            slack_text(field, where, 2000)
    elif kind == "actions":
        elements = block.get("elements", [])
        want(1 <= len(elements) <= 25, f"{where} has {len(elements)} elements")
        for element in elements:
            slack_element(element, where)
    elif kind == "context":
        elements = block.get("elements", [])
        want(1 <= len(elements) <= 10, f"{where} has {len(elements)} elements")
        for element in elements:
            slack_text(element, where, 2000)
    else:
        want(kind == "divider", f"{where} is of unknown type {kind!r}")


def slack_message(body: bytes) -> dict:
    """A message, by webhook or by method."""
    message = json.loads(body)
    want(isinstance(message, dict), "invalid_payload")
    blocks = message.get("blocks", [])
    want("text" in message or bool(blocks), "no_text")
    if "text" in message:
        said = text(message["text"], "text", SLACK_TEXT_MAX)
        want(not SLACK_MENTION.search(said), "text mentions people")
    want(len(blocks) <= SLACK_BLOCKS_MAX, "invalid_blocks")
    for index, block in enumerate(blocks):
        slack_block(block, f"blocks[{index}]")
    want(len(json.dumps(blocks, ensure_ascii=False)) <= SLACK_ALL_BLOCKS_MAX, "msg_blocks_too_long")
    return message


def slack_webhook(body: bytes) -> Answer:
    """An incoming webhook: the answer is the word ok."""
    slack_message(body)
    return Answer(200, "ok", "text/plain")


def slack_webhook_refusal(why: str) -> Answer:
    """As an incoming webhook says no: the word is the reason."""
    return Answer(400, why if re.fullmatch(r"\w+", why) else "invalid_blocks", "text/plain")


def slack_method(body: bytes) -> Answer:
    """chat.postMessage and chat.update: the status is always 200, the body says whether."""
    message = slack_message(body)
    text(message.get("channel"), "channel", 80)
    stamp = message.get("ts", "1700000000.000100")
    return Answer(200, json.dumps({"ok": True, "channel": "C024BE91L", "ts": stamp}))


def slack_method_refusal(why: str) -> Answer:
    """As a method says no."""
    return Answer(200, json.dumps({"ok": False, "error": "invalid_blocks", "detail": why}))


def alertmanager_alert(alert: dict) -> None:
    """One alert, as api.go validates it in classic mode."""
    labels = {name: value for name, value in alert["labels"].items() if value != ""}
    want(bool(labels), "at least one label pair required")
    for name in [*labels, *alert.get("annotations", {})]:
        want(bool(LABEL_NAME.match(name)), f"invalid label name {name!r}")
    if "startsAt" in alert and "endsAt" in alert:
        want(moment(alert["startsAt"], "startsAt") <= moment(alert["endsAt"], "endsAt"),
             "start time must be before end time")


def alertmanager(body: bytes) -> Answer:
    """POST /api/v2/alerts. Takes the good alerts even if others are bad, and then answers 400."""
    alerts = json.loads(body)
    want(isinstance(alerts, list), "body is not a list")
    known = {"labels", "annotations", "startsAt", "endsAt", "generatorURL"}
    for alert in alerts:
        want(isinstance(alert, dict) and set(alert) <= known, "alert has unknown fields")
        want(isinstance(alert.get("labels"), dict), "labels in body is required")
        for texts in (alert["labels"], alert.get("annotations", {})):
            want(all(isinstance(value, str) for value in texts.values()), "not a string")
        if alert.get("generatorURL"):
            link(alert["generatorURL"], "generatorURL")
    problems = []
    for alert in alerts:
        try:
            alertmanager_alert(alert)
        except Refused as why:
            problems.append(str(why))
    if problems:
        return Answer(400, json.dumps("; ".join(problems)))
    return Answer(200, "")


def alertmanager_refusal(why: str) -> Answer:
    """As the API's schema says no, to all alerts of the request."""
    return Answer(422, json.dumps({"code": 602, "message": why}))


def webhook(body: bytes) -> Answer:
    """Alertmanager's webhook payload, version 4."""
    payload = json.loads(body)
    want(isinstance(payload, dict), "payload is not an object")
    want(payload.get("version") == "4", "version is not 4")
    want(payload.get("status") in ("firing", "resolved"), "status")
    for name in ("receiver", "groupKey"):
        text(payload.get(name), name, 1 << 16)
    text(payload.get("externalURL"), "externalURL", 3000, 0)
    for name in ("groupLabels", "commonLabels", "commonAnnotations"):
        want(isinstance(payload.get(name), dict), name)
    want(isinstance(payload.get("truncatedAlerts"), int), "truncatedAlerts")
    want(bool(payload.get("alerts")), "no alerts")
    for alert in payload["alerts"]:
        want(alert["status"] in ("firing", "resolved"), "alert.status")
        want(bool(re.fullmatch("[0-9a-f]{16}", alert["fingerprint"])), "fingerprint")
        moment(alert["startsAt"], "startsAt")
        moment(alert["endsAt"], "endsAt")
    return Answer(200, "")


def webhook_refusal(why: str) -> Answer:
    """As any HTTP service says no."""
    return Answer(400, why, "text/plain")


@dataclasses.dataclass
class Contract:
    """A service: what it takes, and how it refuses."""

    name: str
    take: Callable[[bytes], Answer]
    refuse: Callable[[str], Answer]

    def answer(self, body: bytes) -> Answer:
        """Whatever the body is."""
        try:
            body.decode()
            return self.take(body)
        except Refused as why:
            return self.refuse(str(why))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self.refuse(f"malformed: {error}")


CONTRACTS = (
    ("/v2/enqueue", Contract("pagerduty", pagerduty, pagerduty_refusal)),
    ("/services/", Contract("slack", slack_webhook, slack_webhook_refusal)),
    ("/api/chat.", Contract("slack", slack_method, slack_method_refusal)),
    ("/api/v2/alerts", Contract("alertmanager", alertmanager, alertmanager_refusal)),
    ("/", Contract("webhook", webhook, webhook_refusal)),
)


def contract_for(path: str) -> Contract:
    """The service that lives at a path."""
    return next(contract for prefix, contract in CONTRACTS if path.startswith(prefix))
