"""The receiver: answers as the services do, or misbehaves as its script says, and notes it all."""

from __future__ import annotations

import json
import random
import socket
import ssl
import struct
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .contracts import Answer, contract_for

BODY_BYTES_MAX = 8 << 20
HANG_SECONDS_MAX = 120
DRIP_SECONDS = 0.2

# What a fault does. All but `status` may say "accept": true, and then the request counts as taken:
# the receiver has it, and the sender cannot know.
FAULTS = ("status", "hang", "reset", "close", "drip")


class Server(ThreadingHTTPServer):
    """That connections break off is what it is for, and worth no word."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Silence."""


class Receiver:
    """Listens on a port of loopback (0: a free one). `record` gets a line of JSON for each request.

    A script is a list of steps, one for each request in the order they come; after its end all is
    well. `null` is a step without fault. {"fault": "status", "status": 429, "retry_after": "2"};
    {"fault": "hang", "accept": true}. With `chaos`, a share in [0, 1], requests beyond the script
    meet faults by the dice of `seed`.
    """

    def __init__(self, record: Path | None = None, port: int = 0, *,
                 chaos: float = 0, seed: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.lock = threading.Lock()
        self.script: deque[dict | None] = deque()
        self.seen: list[dict] = []
        self.chaos = chaos
        self.dice = random.Random(seed)
        self.record = record
        self.closing = threading.Event()
        if record:
            record.touch()  # Nothing is a result too.
        self.server = Server(("127.0.0.1", port), handler_for(self))
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def then(self, *steps: dict | None) -> None:
        """Appends to the script."""
        for step in steps:
            if step is not None and step.get("fault") not in FAULTS:
                raise ValueError(f"fault must be one of {FAULTS}: {step}")
        with self.lock:
            self.script.extend(steps)

    def next_fault(self) -> dict | None:
        """The script's next step, or what the dice say."""
        with self.lock:
            if self.script:
                return self.script.popleft()
            if self.dice.random() >= self.chaos:
                return None
            fault = self.dice.choice(FAULTS)
            accept = self.dice.random() < 0.5
            status = self.dice.choice((429, 500, 502, 503))
        step = {"fault": fault, "accept": accept, "seconds": 1}
        if fault == "status":
            step = {"fault": fault, "status": status}
            if status == 429:
                step["retry_after"] = "1"
        return step

    def note(self, entry: dict) -> None:
        """Writes one request down."""
        with self.lock:
            self.seen.append(entry)
            if self.record:
                with self.record.open("a") as file:
                    file.write(json.dumps(entry) + "\n")

    def close(self) -> None:
        """Stops listening, and lets go of those who hang."""
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def parsed(body: bytes) -> object:
    """The body as JSON, or as text if it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def handler_for(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    """The class of requests to this receiver."""

    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # The names are http.server's.
            """What was seen, for whoever watches from outside."""
            with receiver.lock:
                seen = json.dumps(receiver.seen)
            self.say(Answer(200 if self.path == "/_seen" else 404, seen))

        def do_POST(self) -> None:
            """A notification, or steps of the script."""
            came = time.time()
            size = int(self.headers.get("Content-Length", 0))
            if size > BODY_BYTES_MAX:
                self.send_error(413)
                return
            body = self.rfile.read(size)
            if self.path == "/_script":
                receiver.then(*json.loads(body))
                self.say(Answer(204, ""))
                return
            self.take(came, body)

        def take(self, came: float, body: bytes) -> None:
            """Answers one notification, and notes what really became of it."""
            fault = receiver.next_fault()
            contract = contract_for(self.path)
            answer = contract.answer(body)
            reaches = fault is None or bool(fault.get("accept"))
            accepted = reaches and answer.status < 300 and '"ok": false' not in answer.body
            entry = {"t": round(came, 3), "contract": contract.name, "path": self.path,
                     "accepted": accepted, "fault": fault and fault["fault"],
                     "status": answer.status if fault is None else fault.get("status"),
                     "headers": dict(self.headers), "body": parsed(body)}
            if not accepted and fault is None:
                entry["refusal"] = answer.body
            receiver.note(entry)
            if fault is None:
                self.say(answer)
            else:
                self.misbehave(fault, answer)

        def misbehave(self, fault: dict, answer: Answer) -> None:
            """Does what the step says in place of answering well."""
            kind = fault["fault"]
            if kind == "status":
                headers = {}
                if "retry_after" in fault:
                    headers["Retry-After"] = str(fault["retry_after"])
                if "location" in fault:
                    headers["Location"] = str(fault["location"])
                self.say(Answer(fault["status"], fault.get("body", "")), headers)
                return
            self.close_connection = True
            if kind == "hang":
                receiver.closing.wait(fault.get("seconds", HANG_SECONDS_MAX))
            elif kind == "drip":
                self.drip(answer, fault.get("seconds", HANG_SECONDS_MAX))
            elif kind == "reset":
                head = f"HTTP/1.1 {answer.status} OK\r\nContent-Length: 1000\r\n\r\nbegun"
                self.wfile.write(head.encode())
                self.wfile.flush()
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
                for open_end in (self.rfile, self.wfile, self.connection):
                    open_end.close()  # The last of them resets the connection.

        def drip(self, answer: Answer, seconds: float) -> None:
            """A byte now and then: never silent, never done."""
            whole = f"HTTP/1.1 {answer.status} OK\r\nX-Slow: {'x' * 10_000}\r\n\r\n".encode()
            until = time.monotonic() + seconds
            try:
                for byte in whole:
                    if time.monotonic() > until or receiver.closing.wait(DRIP_SECONDS):
                        return
                    self.wfile.write(bytes([byte]))
            except OSError:
                return  # The sender has had enough, as it should.

        def say(self, answer: Answer, headers: dict[str, str] | None = None) -> None:
            """A whole answer."""
            body = answer.body.encode()
            try:
                self.send_response(answer.status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                if answer.status != 204:
                    self.send_header("Content-Type", answer.content_type)
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if answer.status != 204:
                    self.wfile.write(body)
            except OSError:
                self.close_connection = True  # Who asked has died: that is what tests do.

        def log_message(self, format: str, *args: object) -> None:
            """Silence: the record is the log."""

    return Handler
