"""Requests byte by byte. Ordinary clients tidy paths and headers up, and exactly that must not happen here."""

from __future__ import annotations

import http.client
import io
import socket
from dataclasses import dataclass

from .server import Server


@dataclass
class RawAnswer:
    """`status` is 0 when the server closed the connection without answering."""

    status: int
    headers: http.client.HTTPMessage | None
    body: bytes

    def header(self, name: str) -> str | None:
        return self.headers.get(name) if self.headers is not None else None

    def all(self, name: str) -> list[str]:
        return (self.headers.get_all(name) or []) if self.headers is not None else []


class _Replayed:
    """Lets `http.client` parse bytes that were received already."""

    def __init__(self, data: bytes):
        self.data = data

    def makefile(self, *_args, **_kwargs):
        return io.BytesIO(self.data)


def exchange(server: Server, request: bytes, method: str = "GET", more: list[bytes] | None = None) -> RawAnswer:
    """Sends `request`, then the pieces of `more`, and reads the answer until the server closes or is silent for long."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        try:
            connection.sendall(request)
            for piece in more or []:
                connection.sendall(piece)
        except OSError:
            # The server may answer and close before it has read everything; the answer still counts.
            pass
        received = bytearray()
        while True:
            try:
                part = connection.recv(65536)
            except OSError:
                break
            if not part:
                break
            received += part
    if not received:
        return RawAnswer(0, None, b"")
    response = http.client.HTTPResponse(_Replayed(bytes(received)), method=method)  # type: ignore[arg-type]
    response.begin()
    try:
        body = response.read()
    except http.client.IncompleteRead as cut:
        body = cut.partial
    return RawAnswer(response.status, response.headers, body)


def request(
    server: Server,
    target: str | bytes,
    method: str = "GET",
    headers: list[tuple[str, str]] | None = None,
    body: bytes = b"",
    host: str | None = None,
) -> RawAnswer:
    """One request whose target goes onto the wire unchanged; `Connection: close` and `Host` are added."""
    if isinstance(target, str):
        target = target.encode()
    lines = [method.encode() + b" " + target + b" HTTP/1.1"]
    lines.append(f"Host: {host or f'127.0.0.1:{server.port}'}".encode())
    lines.append(b"Connection: close")
    for name, value in headers or []:
        lines.append(f"{name}: {value}".encode())
    if body:
        lines.append(f"Content-Length: {len(body)}".encode())
    return exchange(server, b"\r\n".join(lines) + b"\r\n\r\n" + body, method)
