"""A query, and what a server answers to it."""

from __future__ import annotations

import http.client
import json
import urllib.parse
from dataclasses import dataclass
from typing import Any

from .errors import ConformanceError
from .expression import Node

ANSWER_LIMIT_SECONDS = 120.0


@dataclass(frozen=True)
class Query:
    """What is asked: `query` at one moment, `query_range`, or `format_query`, which only prints."""

    endpoint: str
    node: Node
    start_ms: int = 0
    end_ms: int = 0
    step_ms: int = 0
    text: str = ""  # In place of the node's own, for what is no expression.

    def expression(self) -> str:
        """The text that is sent."""
        return self.text or self.node.text()

    def form(self) -> dict[str, str]:
        """The parameters of the request."""
        form = {"query": self.expression()}
        if self.endpoint == "query":
            form["time"] = seconds(self.start_ms)
        elif self.endpoint == "query_range":
            form |= {"start": seconds(self.start_ms), "end": seconds(self.end_ms),
                     "step": seconds(self.step_ms)}
        return form

    def describe(self) -> str:
        """The expression and when it was asked for, on one line."""
        form = self.form()
        del form["query"]
        when = " ".join(f"{key}={value}" for key, value in form.items())
        return f"{self.endpoint} {when}  {self.expression()}"


def seconds(ms: int) -> str:
    """A time or a length as the API reads it."""
    return f"{ms // 1000}.{ms % 1000:03}"


@dataclass(frozen=True)
class Answer:
    """The envelope of the API, taken apart."""

    status: int
    error_type: str
    error: str
    result_type: str
    result: Any
    warnings: tuple[str, ...]
    infos: tuple[str, ...]

    @property
    def is_error(self) -> bool:
        """Whether there is no result."""
        return bool(self.error_type)

    @property
    def is_empty(self) -> bool:
        """Whether the result has no element."""
        return self.is_error or self.result in ([], "", None)


def answer_of(status: int, body: bytes) -> Answer:
    """Reads an envelope; what is none counts as an error of its own type."""
    try:
        envelope = json.loads(body)
        data = envelope.get("data")
        parts = data if isinstance(data, dict) else {"resultType": "text", "result": data}
        is_error = envelope["status"] != "success"
    except (ValueError, KeyError, AttributeError):
        return Answer(status, "no envelope", body.decode(errors="replace")[:300], "", None, (), ())
    return Answer(status, envelope.get("errorType", "") if is_error else "",
                  envelope.get("error", ""), parts.get("resultType", ""), parts.get("result"),
                  tuple(sorted(envelope.get("warnings") or ())),
                  tuple(sorted(envelope.get("infos") or ())))


class Api:
    """A connection to one server, kept open."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.port = port
        self.connection: http.client.HTTPConnection | None = None

    def send(self, query: Query) -> None:
        """Asks; receive() takes the answer."""
        body = urllib.parse.urlencode(query.form())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        for is_last in (False, True):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                             timeout=ANSWER_LIMIT_SECONDS)
            try:
                self.connection.request("POST", f"/api/v1/{query.endpoint}", body, headers)
                return
            except OSError as error:  # An idle connection may have been closed meanwhile.
                self.connection = None
                if is_last:
                    raise self.lost(query, error) from error

    def receive(self, query: Query) -> Answer:
        """The answer to what was sent."""
        assert self.connection
        try:
            response = self.connection.getresponse()
            answer = answer_of(response.status, response.read())
            if response.will_close:
                self.connection = None
            return answer
        except (OSError, http.client.HTTPException) as error:
            raise self.lost(query, error) from error

    def lost(self, query: Query, error: Exception) -> ConformanceError:
        """The server did not answer, which is no difference but the end."""
        return ConformanceError(f"{self.name} gave no answer to {query.describe()}: {error!r}")


def ask_both(authority: Api, subject: Api, query: Query) -> tuple[Answer, Answer]:
    """The two work at the same time."""
    authority.send(query)
    subject.send(query)
    return authority.receive(query), subject.receive(query)
