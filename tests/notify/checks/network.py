"""What lies between a sink and its receiver: TLS, names, redirects, a proxy, forbidden addresses."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from .parts import KEEPWATCH, ROOT, SCRAPED, Exporter, Process, eventually, free_port

sys.path.insert(0, str(ROOT / "tests/receiver"))
from keepwatch_receiver.certificates import context, make_certificate
from keepwatch_receiver.server import Receiver

RULES = """groups:
- name: g
  interval: 1s
  rules:
  - {alert: Fault, expr: fault > 0}
"""


class Proxy:
    """Opens the tunnels it is asked for, all to one port, and remembers their names."""

    def __init__(self, port: int) -> None:
        self.asked: list[str] = []
        self.port = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        """Until it is closed."""
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client: socket.socket) -> None:
        """One tunnel."""
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        self.asked.append(head.decode().splitlines()[0])
        server = socket.create_connection(("127.0.0.1", self.port))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=pump, args=(server, client), daemon=True).start()
        pump(client, server)


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Carries bytes until one of them ends."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def sink(name: str, url: str) -> str:
    """A webhook."""
    return f'[[sink]]\nname = "{name}"\nkind = "webhook"\nurl = "{url}"\ntimeout = "2s"\n'


def start(folder: Path, target: Exporter, egress: str, sinks: str) -> Process:
    """An agent with these sinks."""
    folder.mkdir()
    (folder / "rules.yml").write_text(RULES)
    (folder / "keepwatch.toml").write_text(f"""[serve]
listen = "127.0.0.1:{free_port()}"
{SCRAPED.format(target=target.port)}[egress]
{egress}
{sinks}""")
    return Process(folder, "agent", KEEPWATCH, "run", "--config", folder / "keepwatch.toml",
                   "--data-dir", folder / "state")


def check(folder: Path) -> Iterator[tuple[str, bool]]:
    """What held, as pairs of a sentence and whether it is true."""
    keys = folder / "keys"
    tls = {kind: context(keys, kind) for kind in ("good", "expired", "stranger")}
    receivers = {kind: Receiver(tls=one) for kind, one in tls.items()}
    certificate, key = make_certificate(keys, "client", "DNS:client", False)
    receivers["mutual"] = Receiver(tls=context(keys, "good", keys / "ca.pem"))
    receivers["redirect"] = Receiver()
    elsewhere = Receiver()
    receivers["redirect"].then({"fault": "status", "status": 307, "location": elsewhere.url})
    receivers["drip"] = Receiver()
    receivers["drip"].then({"fault": "drip"})
    plain = Receiver()
    proxy = Proxy(int(plain.url.rsplit(":", 1)[1]))
    target = Exporter("fault 1\n")
    sinks = "".join(sink(name, f"{one.url}/hook") for name, one in receivers.items())
    sinks += sink("nowhere", "http://nowhere.invalid/hook")
    sinks += sink("metadata", "http://169.254.169.254/latest/meta-data")
    agents = [
        start(folder / "straight", target,
              f'ca_file = "{keys}/ca.pem"\ncertificate_file = "{certificate}"\nkey_file = "{key}"',
              sinks),
        start(folder / "proxied", target, f'proxy = "{proxy.url}"\nno_proxy = [".corp"]',
              sink("out", "http://pager.example/hook")),
    ]
    try:
        for name in ("good", "mutual", "drip"):
            yield f"{name}: the page arrives", eventually(
                lambda name=name: any(one["accepted"] for one in receivers[name].seen))
        said = lambda: agents[0].log.read_text(errors="replace")  # noqa: E731
        for name, words in (
                ("expired", "tls: certificate refused: certificate has expired"),
                ("stranger", "tls: certificate refused: "),
                ("nowhere", "resolve: "),
                ("metadata", "resolve: only link-local or metadata addresses"),
                ("redirect", "refused for good: HTTP 307"),
                ("drip", "timeout after 2s")):
            yield f"{name}: the log says {words}", eventually(lambda name=name, words=words: any(
                f"sink {name}: " in line and words in line for line in said().splitlines()))
        yield "nobody follows a redirect", not elsewhere.seen
        yield "nothing was told to whom nobody trusts", not any(
            receivers[name].seen for name in ("expired", "stranger"))
        yield "by the proxy the page arrives", eventually(
            lambda: any(one["accepted"] for one in plain.seen))
        yield f"a tunnel was asked for: {proxy.asked}", proxy.asked[:1] == [
            "CONNECT pager.example:80 HTTP/1.1"]
    finally:
        for agent in agents:
            agent.stop()
        for one in (*receivers.values(), elsewhere, plain, target):
            one.close()
