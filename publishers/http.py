"""The guarded HTTP client: every call to a platform goes through it. Given to adapters by sessions.

It answers one question for the delivery room: had the request that commits begun to be sent?
"""

import json as jsonlib
import logging
import time
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import parse_url

from publishers import bodies, storable
from publishers.addresses import Resolve, origin, resolve
from publishers.contract import Rejected, Reply, TryLater, Uncertain
from publishers.wire import CONNECT_SECONDS, Forbidden, Transport, Wire

logger = logging.getLogger(__name__)
# urllib3 writes whole addresses to the log, when a header is malformed even in a warning, and some
# platforms want tokens there. Said here too for whoever runs without config/logs.py.
logging.getLogger("urllib3").setLevel(logging.ERROR)

TOTAL_SECONDS = 30.0
MAX_BYTES = 10_000_000
USER_AGENT = "Drumbeat"


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
        self.total_seconds, self.max_bytes = total_seconds, max_bytes
        known = frozenset(_origin_of(url) for url in trusted if url)
        self._wire = Wire(known, ask)
        self._kept = Transport(self._wire)

    def close(self) -> None:
        self._kept.close()

    def trusts(self, url: str) -> bool:
        """Whether configuration names it, so that it may lie in our own network."""
        try:
            return _origin_of(url) in self._wire.trusted
        except ValueError:
            return False

    def send(  # noqa: PLR0913  (one call carries one HTTP request)
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        data: bytes | BinaryIO | None = None,
        length: int | None = None,
        files: Mapping[str, tuple[str, bytes | BinaryIO, str]] | None = None,
        seconds: float | None = None,
        commits: bool = False,
    ) -> Reply | TryLater | Rejected | Uncertain:
        body, kind = bodies.of(form=form, data=data, length=length, files=files)
        try:
            request = requests.Request(
                method,
                _checked(url),
                headers={"User-Agent": USER_AGENT, **kind, **(headers or {})},
                params=params,
                json=json,
                data=body,
            ).prepare()
        except (Forbidden, requests.RequestException, ValueError):
            return _refusal(url)
        return self._exchange(request, seconds or self.total_seconds, commits=commits)

    def _exchange(
        self, request: requests.PreparedRequest, seconds: float, *, commits: bool
    ) -> Reply | TryLater | Rejected | Uncertain:
        host = urlsplit(request.url or "").hostname or ""
        # An idle connection may be found closed only after the request went out on it, so the call
        # that commits gets a connection of its own.
        transport = Transport(self._wire) if commits else self._kept
        deadline, started = self._wire.start(seconds), time.monotonic()
        try:
            reply = self._read(transport, request, seconds)
        except Forbidden:
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

    def _read(
        self, transport: Transport, request: requests.PreparedRequest, seconds: float
    ) -> Reply:
        answer = transport.send(
            request, stream=True, timeout=(CONNECT_SECONDS, seconds), verify=True
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
        headers = CaseInsensitiveDict(storable.data(dict(answer.headers)))
        return Reply(answer.status_code, headers, bytes(body), _parsed(bytes(body)))

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
        raise Forbidden from None
    if parts.scheme not in ("http", "https") or not parts.host or "@" in urlsplit(url).netloc:
        raise Forbidden
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
        return storable.data(jsonlib.loads(body)) if body else None
    except (ValueError, RecursionError):
        return None
