"""Servers that misbehave on purpose, on a real socket. Used by the tests of the HTTP client."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from publishers.contract import TryLater, Uncertain
from publishers.http import Client


@dataclass
class Peer:
    """Gives each accepted connection to `behave(conn)`; keeps what arrived in `seen`."""

    behave: Callable[["Peer", socket.socket], None]
    seen: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> "Peer":
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.stopping = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stopping.set()
        self.listener.close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while not self.stopping.is_set():
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(conn,), daemon=True).start()

    def _one(self, conn: socket.socket) -> None:
        with conn, suppress(OSError):
            self.behave(self, conn)

    def read(self, conn: socket.socket) -> bytes:
        """One whole request, headers and body; empty when the client hung up."""
        got = b""
        while b"\r\n\r\n" not in got:
            part = conn.recv(65536)
            if not part:
                return b""
            got += part
        head, _, body = got.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            part = conn.recv(65536)
            if not part:
                break
            body += part
        self.seen.append(head + b"\r\n\r\n" + body)
        return self.seen[-1]


def answer(status: str, body: bytes = b"{}", *headers: str, length: int | None = None) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def reset(conn: socket.socket) -> None:
    """Hang up rudely: the other side sees ECONNRESET."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def says(payload: bytes) -> Callable[[Peer, socket.socket], None]:
    """Answers every request with the same bytes and keeps the connection open."""

    def behave(peer: Peer, conn: socket.socket) -> None:
        while peer.read(conn):
            conn.sendall(payload)

    return behave


BOTH = pytest.mark.parametrize("commits", [True, False], ids=["commits", "repeatable"])


def client_for(peer: Peer, **options) -> Client:
    return Client(trusted=(peer.origin,), **options)


def unanswered(commits: bool) -> type:
    return Uncertain if commits else TryLater
