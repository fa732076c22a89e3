"""An exporter that shows whatever page it is given."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Exporter:
    """Answers every scrape with `page`, which may be set anew, on a port of loopback of its own.

    Bytes that are not UTF-8 stand in the page as `surrogateescape` has them.
    """

    def __init__(self, page: str) -> None:
        self.page = page
        exporter = self

        class Handler(BaseHTTPRequestHandler):
            """Answers with the page."""

            def do_GET(self) -> None:  # The name is http.server's.
                body = exporter.page.encode("utf-8", "surrogateescape")
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/metrics"

    def close(self) -> None:
        """Stops answering."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
