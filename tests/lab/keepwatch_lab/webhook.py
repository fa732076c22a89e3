"""A sink that accepts every notification and writes down when it came."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MAX_BODY_BYTES = 4 << 20


class Receiver:
    """Listens on a free port of loopback; each POST becomes a line of the given JSON Lines file."""

    def __init__(self, path: Path) -> None:
        lock = threading.Lock()
        path.touch()  # No notification is a result too.

        class Handler(BaseHTTPRequestHandler):
            """Takes one notification."""

            def do_POST(self) -> None:  # The name is http.server's.
                """Writes the body down, as JSON if it is that."""
                size = int(self.headers.get("Content-Length", 0))
                if size > MAX_BODY_BYTES:
                    self.send_error(413)
                    return
                came = time.time()
                text = self.rfile.read(size).decode(errors="replace")
                try:
                    body = json.loads(text)
                except ValueError:
                    body = text
                line = json.dumps({"t": round(came, 3), "path": self.path, "body": body})
                with lock, path.open("a") as file:
                    file.write(line + "\n")
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Silence: the file is the log."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/notify"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self.server.shutdown()
        self.server.server_close()
