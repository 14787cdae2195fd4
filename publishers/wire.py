"""The connections of the guarded client: where they may lead, until when, and what left on them.

Called by http.py.
"""

import socket
from contextlib import suppress
from functools import partial
from http.client import HTTPResponse, RemoteDisconnected
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from publishers.addresses import Resolve, is_public, origin
from publishers.deadlines import Alarm, alarm, boottime

CONNECT_SECONDS = 10.0
PORTS = frozenset({80, 443})


class Forbidden(Exception):
    """The address must not be called. Raised before a packet is sent; never leaves the client."""


class Wire:
    """What happens on the wire during one call: its deadline, and whether sending has begun."""

    def __init__(self, trusted: frozenset[str], ask: Resolve) -> None:
        self.trusted, self.ask = trusted, ask
        self.begun = self.expired = False
        self.sock: socket.socket | None = None
        self.ends = 0.0

    def start(self, seconds: float) -> Alarm:
        """The deadline of one call."""
        self.begun = self.expired = False
        self.sock = None
        self.ends = boottime() + seconds
        return alarm(seconds, self.expire)

    def expire(self) -> None:
        """Cuts a peer that drips: socket timeouts alone begin anew with every byte."""
        self.expired = True
        if self.sock is not None:
            with suppress(OSError):
                # Not SSLSocket.shutdown: that one takes the TLS state from under a reading thread.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def left(self) -> float:
        return max(0.01, min(CONNECT_SECONDS, self.ends - boottime()))

    def connect(self, scheme: str, host: str, port: int) -> socket.socket:
        """Resolve once, look at the answer, connect to exactly that: no second answer is asked."""
        known = origin(scheme, host, port) in self.trusted
        if not known and port not in PORTS:
            raise Forbidden
        found = self.ask(host, port, self.left())
        if not known and not all(is_public(address) for address in found):
            raise Forbidden
        failure: OSError = OSError(f"{host} has no address")
        for address in found:
            try:
                sock = socket.create_connection((address, port), timeout=self.left())
            except OSError as error:
                failure = error
            else:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
        raise failure

    def sending(self, sock: socket.socket | None) -> None:
        # A process that was frozen is here before its alarm, and that one rests with the machine.
        if self.expired or boottime() >= self.ends:
            raise TimeoutError("the deadline passed before it was sent")
        self.sock, self.begun = sock, True


class _Head:
    """Reads lines for http.client and remembers whether the blank line after the headers came."""

    def __init__(self, fp: Any) -> None:
        self.fp, self.ended = fp, False

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self.fp.readline(limit)
        self.ended = line in (b"\r\n", b"\n")
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self.fp, name)


class _Response(HTTPResponse):
    """http.client takes a connection cut inside "HTTP/1.1 201" for a complete answer. We do not."""

    def begin(self) -> None:
        head = _Head(self.fp)
        self.fp = cast(Any, head)
        try:
            super().begin()
        finally:
            if cast(Any, self.fp) is head:
                self.fp = head.fp
        if not head.ended:
            raise RemoteDisconnected("the headers were cut short")


class _Connection(HTTPConnection):
    response_class = _Response

    def __init__(self, *args: Any, wire: Wire, **kwargs: Any) -> None:
        self.wire = wire
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        scheme = "https" if isinstance(self, HTTPSConnection) else "http"
        try:
            return self.wire.connect(scheme, self._dns_host, self.port)
        except OSError as error:
            # urllib3 goes on after a bare ECONNRESET, as if the request had been sent.
            raise NewConnectionError(self, str(error)) from error

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.wire.sending(self.sock)
        super().send(data)


class _SecureConnection(_Connection, HTTPSConnection):
    """The same, inside TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class Transport(HTTPAdapter):
    """The requests adapter whose connections are made by the wire. Never retries."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        super().__init__(max_retries=0, pool_maxsize=1)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        # What a pool does not know itself, it hands to its connections.
        pools = {"http": _Pool, "https": _SecurePool}
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = cast(
            Any, {scheme: partial(pool, wire=self.wire) for scheme, pool in pools.items()}
        )
