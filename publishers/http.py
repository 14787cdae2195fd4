"""The guarded HTTP client: every call to a platform goes through it. Given to adapters by sessions.

It answers one question for the delivery room: had the request that commits begun to be sent?
"""

import json as jsonlib
import logging
import socket
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from http.client import HTTPResponse, RemoteDisconnected
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError
from urllib3.util import parse_url

from publishers.addresses import Resolve, is_public, origin, resolve
from publishers.contract import Rejected, Reply, TryLater, Uncertain
from publishers.deadlines import Alarm, alarm

logger = logging.getLogger(__name__)
# urllib3 writes paths with their query to the log, and some platforms want tokens there.
logging.getLogger("urllib3").setLevel(logging.WARNING)

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
MAX_BYTES = 10_000_000
USER_AGENT = "Drumbeat"
PORTS = frozenset({80, 443})


class _Forbidden(Exception):
    """The address must not be called. Raised before a packet is sent; never leaves this module."""


class _Wire:
    """What happens on the wire during one call: its deadline, and whether sending has begun."""

    def __init__(self, trusted: frozenset[str], total: float, ask: Resolve) -> None:
        self.trusted, self.total, self.ask = trusted, total, ask
        self.begun = self.expired = False
        self.sock: socket.socket | None = None
        self.ends = 0.0

    def start(self) -> Alarm:
        self.begun = self.expired = False
        self.sock = None
        self.ends = time.monotonic() + self.total
        return alarm(self.total, self.expire)

    def expire(self) -> None:
        """Cuts a peer that drips: socket timeouts alone begin anew with every byte."""
        self.expired = True
        if self.sock is not None:
            with suppress(OSError):
                # Not SSLSocket.shutdown: that one takes the TLS state from under a reading thread.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def left(self) -> float:
        return max(0.01, min(CONNECT_SECONDS, self.ends - time.monotonic()))

    def connect(self, scheme: str, host: str, port: int) -> socket.socket:
        """Resolve once, look at the answer, connect to exactly that: no second answer is asked."""
        known = origin(scheme, host, port) in self.trusted
        if not known and port not in PORTS:
            raise _Forbidden
        found = self.ask(host, port, self.left())
        if not known and not all(is_public(address) for address in found):
            raise _Forbidden
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
        if self.expired:
            raise TimeoutError("the deadline passed before anything was sent")
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

    def __init__(self, *args: Any, wire: _Wire, **kwargs: Any) -> None:
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


class _Transport(HTTPAdapter):
    """The requests adapter whose connections are made by the wire. Never retries."""

    def __init__(self, wire: _Wire) -> None:
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


class Client:
    """`contract.Http`. One per job and thread; `trusted`: addresses named by configuration."""

    def __init__(
        self,
        trusted: Iterable[str] = (),
        *,
        total_seconds: float = TOTAL_SECONDS,
        max_bytes: int = MAX_BYTES,
        ask: Resolve = resolve,
    ) -> None:
        self.max_bytes = max_bytes
        known = frozenset(_origin_of(url) for url in trusted if url)
        self._wire = _Wire(known, total_seconds, ask)
        self._kept = _Transport(self._wire)

    def close(self) -> None:
        self._kept.close()

    def send(  # noqa: PLR0913  (one call carries one HTTP request)
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        data: bytes | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        commits: bool = False,
    ) -> Reply | TryLater | Rejected | Uncertain:
        try:
            request = requests.Request(
                method,
                _checked(url),
                headers={"User-Agent": USER_AGENT, **(headers or {})},
                params=params,
                json=json,
                data=data if data is not None else form,
                files=files,
            ).prepare()
        except (_Forbidden, requests.RequestException, ValueError):
            return _refusal(url)
        return self._exchange(request, commits=commits)

    def _exchange(
        self, request: requests.PreparedRequest, *, commits: bool
    ) -> Reply | TryLater | Rejected | Uncertain:
        host = urlsplit(request.url or "").hostname or ""
        # An idle connection may be found closed only after the request went out on it, so the call
        # that commits gets a connection of its own.
        transport = _Transport(self._wire) if commits else self._kept
        deadline, started = self._wire.start(), time.monotonic()
        try:
            reply = self._read(transport, request)
        except _Forbidden:
            return _refusal(str(request.url))
        except (requests.RequestException, HTTPError, OSError) as error:
            logger.warning("%s %s: %s", request.method, host, type(error).__name__)
            return self._silence(host, commits=commits)
        finally:
            deadline.off()
            if commits:
                transport.close()
        spent = (time.monotonic() - started) * 1000
        logger.info("%s %s answered %d in %d ms", request.method, host, reply.status, spent)
        return reply

    def _read(self, transport: _Transport, request: requests.PreparedRequest) -> Reply:
        answer = transport.send(
            request, stream=True, timeout=(CONNECT_SECONDS, self._wire.total), verify=True
        )
        body = bytearray()
        try:
            for part in answer.iter_content(65_536):
                body += part
                if len(body) > self.max_bytes:
                    raise OSError("the answer is too large")
        finally:
            if self._wire.expired or len(body) > self.max_bytes:
                answer.close()
        if self._wire.expired:
            raise TimeoutError("the answer was cut at the deadline")
        return Reply(answer.status_code, answer.headers, bytes(body), _parsed(bytes(body)))

    def _silence(self, host: str, *, commits: bool) -> TryLater | Uncertain:
        if not self._wire.begun:
            return TryLater(f"{host} could not be reached. Nothing was sent.")
        if commits:
            return Uncertain(f"The post was handed to {host}, but no full answer came back.")
        return TryLater(f"{host} gave no full answer. Nothing was published.")


def _checked(url: str) -> str:
    try:
        parts = parse_url(url)
    except LocationParseError:
        raise _Forbidden from None
    if parts.scheme not in ("http", "https") or not parts.host or "@" in urlsplit(url).netloc:
        raise _Forbidden
    return url


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return origin(parts.scheme, parts.hostname or "", parts.port)


def _refusal(url: str) -> Rejected:
    try:
        host = parse_url(url).host or "That"
    except LocationParseError:
        host = "That"
    reason = f"{host} is not an address that may be called. Check the server's address."
    return Rejected(reason, code="address_not_allowed")


def _parsed(body: bytes) -> Any:
    try:
        return cast(Any, jsonlib.loads(body)) if body else None
    except (ValueError, RecursionError):
        return None
