"""Exporters that serve a page of a real client and a real ZooKeeper, the same at every scrape."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "exposition" / "pages"


class Exporter:
    """One page, on a port of loopback."""

    def __init__(self, page: str) -> None:
        body = (PAGES / page).read_bytes()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/metrics"

    def stop(self) -> None:
        """Closes the port."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
