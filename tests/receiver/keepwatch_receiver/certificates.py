"""Certificates of an authority that nobody but a test trusts."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

NAMES = {"good": "IP:127.0.0.1,DNS:localhost", "expired": "IP:127.0.0.1,DNS:localhost",
         "stranger": "DNS:elsewhere.example"}


def openssl(*words: str | Path) -> None:
    """Runs openssl, which is quiet when all is well."""
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def make_authority(folder: Path) -> None:
    """ca.pem and its key, unless they are there."""
    if (folder / "ca.pem").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=Test authority", "-keyout", folder / "ca.key",
            "-out", folder / "ca.pem")


def make_certificate(folder: Path, name: str, subject_names: str, expired: bool) -> tuple[Path, Path]:
    """A certificate and its key, signed by the folder's authority."""
    make_authority(folder)
    key, request, certificate = (folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
    extensions = folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName={subject_names}\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    openssl("x509", "-req", "-in", request, "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
            "-CAcreateserial", "-days", "-1" if expired else "2", "-extfile", extensions,
            "-out", certificate)
    return certificate, key


def context(folder: Path, kind: str, client_authority: Path | None = None) -> ssl.SSLContext:
    """What a server needs; with a client authority it wants a certificate of clients too."""
    certificate, key = make_certificate(folder, kind, NAMES[kind], kind == "expired")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    if client_authority:
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(client_authority)
    return tls
