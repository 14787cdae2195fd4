"""Things that go wrong on demand: armed per account on a page, or by header for one request.

    X-Sandbox-Fault: kind[=parameter]

`delay`, `hang`, `hang_before`, `stale` and `processing_slow` take seconds, `rate_limited` what its
Retry-After says, the others need nothing. Applied by exchange.py; those of work on files and of
fetching them, which cannot be asked for by header, by pictures.py and fetching.py.

What the client sees of `reset_after_accept`: status line and headers, then a body that breaks off.
The server owns the socket, so this is as near to a lost connection as an application can come; both
under ASGI and WSGI the answer cannot be read to its end as JSON.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from publishers.sandbox.models import UNSEEN_SINCE, Account, Does, Fault
from publishers.sandbox.twin import Refused, Twin

# Long enough for a copy that lags; nothing waits longer than a minute.
LONGEST = 600.0
LONGEST_WAIT = 60.0
BEFORE = {
    Fault.Kind.ERROR_BEFORE: 500,
    Fault.Kind.UNAUTHORIZED: 401,
    Fault.Kind.RATE_LIMITED: 429,
    Fault.Kind.REJECTED: 422,
    Fault.Kind.MEDIA_ERROR: 415,
    Fault.Kind.HANG_BEFORE: 504,
}
# Not of the request and its answer, but of what the platform does with what it was given.
WITHIN = (Fault.Kind.PROCESSING_FAILED, Fault.Kind.PROCESSING_SLOW, Fault.Kind.FETCH_FAILED)
DEFAULT_TARGET = {
    Fault.Kind.MEDIA_ERROR: Does.UPLOAD,
    Fault.Kind.STALE: Does.READ,
    **dict.fromkeys(WITHIN, Does.UPLOAD),
}


@dataclass(frozen=True)
class Armed:
    kind: str
    parameter: str = ""

    @property
    def seconds(self) -> float:
        try:
            return max(0.0, min(float(self.parameter or 5), LONGEST))
        except ValueError:
            return 5.0


def arm(
    account: Account,
    kind: str,
    *,
    times: int | None = 1,
    parameter: str = "",
    does: str = "",
) -> Fault:
    """Let it go wrong so many times, or with None until removed. Aimed at publishing by default."""
    target = does or DEFAULT_TARGET.get(Fault.Kind(kind), Does.PUBLISH)
    return Fault.objects.create(
        account=account, kind=kind, does=target, parameter=parameter, remaining=times
    )


def take(request: HttpRequest, account: Account | None, does: Does) -> list[Armed]:
    """The faults of this request, used up by it: at most one delay and one other."""
    if header := request.headers.get("X-Sandbox-Fault"):
        kind, _, parameter = header.partition("=")
        return [Armed(kind.strip(), parameter.strip())] if kind.strip() in Fault.Kind else []
    if account is None:
        return []
    taken: list[Armed] = []
    armed_here = account.faults.filter(does=does).exclude(remaining=0)
    for fault in armed_here.exclude(kind__in=WITHIN):
        slow = fault.kind == Fault.Kind.DELAY
        if any((armed.kind == Fault.Kind.DELAY) == slow for armed in taken):
            continue
        if fault.remaining is None or Fault.objects.filter(pk=fault.pk).spend():
            taken.append(Armed(fault.kind, fault.parameter))
    return taken


def called_for(account: Account, kind: str) -> Armed | None:
    """The next armed fault of this kind, used up by whoever asks."""
    for fault in account.faults.filter(kind=kind).exclude(remaining=0):
        if fault.remaining is None or Fault.objects.filter(pk=fault.pk).spend():
            return Armed(fault.kind, fault.parameter)
    return None


def before(twin: Twin, armed: list[Armed]) -> None:
    """Wait, or refuse before anything is accepted."""
    for fault in armed:
        if fault.kind in (Fault.Kind.DELAY, Fault.Kind.HANG_BEFORE):
            _wait(fault.seconds)
    for fault in armed:
        if status := BEFORE.get(Fault.Kind(fault.kind)):
            raise Refused(twin.refusal(status, fault.kind))


@contextmanager
def lagging(armed: list[Armed]) -> Iterator[None]:
    """While a request is answered: what it may not know of yet."""
    lags = [fault.seconds for fault in armed if fault.kind == Fault.Kind.STALE]
    moment = timezone.now() - timedelta(seconds=max(lags)) if lags else None
    token = UNSEEN_SINCE.set(moment)
    try:
        yield
    finally:
        UNSEEN_SINCE.reset(token)


def pace(twin: Twin, armed: list[Armed], response: HttpResponse) -> None:
    """Let a refusal for too many requests ask for the wait that was armed."""
    for fault in armed:
        if fault.kind == Fault.Kind.RATE_LIMITED and fault.parameter:
            response["Retry-After"] = fault.parameter
            twin.ask_to_wait(response, fault.parameter)
            for name in [name for name in response.headers if name.lower().endswith("-reset")]:
                if fault.parameter.isdecimal():
                    response[name] = twin.reset(time.time() + int(fault.parameter))


def after(
    twin: Twin, request: HttpRequest, armed: list[Armed], response: HttpResponse
) -> HttpResponseBase:
    """Spoil the answer to something that was accepted and is committed."""
    for fault in armed:
        if spoil := SPOILT.get(fault.kind):
            return spoil(twin, request, fault, response)
    return response


def _hang(
    twin: Twin, request: HttpRequest, fault: Armed, response: HttpResponse
) -> HttpResponseBase:
    _wait(fault.seconds)
    return twin.refusal(504)


def _half(
    twin: Twin, request: HttpRequest, fault: Armed, response: HttpResponse
) -> HttpResponseBase:
    half = response.content[: len(response.content) // 2]
    return HttpResponse(half, status=response.status_code, content_type="application/json")


def _drip(
    twin: Twin, request: HttpRequest, fault: Armed, response: HttpResponse
) -> HttpResponseBase:
    bytes_of_it = [bytes([byte]) for byte in response.content or b" " * 100]

    def parts() -> Iterator[bytes]:
        for byte in bytes_of_it:
            yield byte
            time.sleep(1)

    async def parts_async() -> AsyncIterator[bytes]:
        for byte in bytes_of_it:
            yield byte
            await asyncio.sleep(1)

    body = parts_async() if isinstance(request, ASGIRequest) else parts()
    return StreamingHttpResponse(body, status=response.status_code, content_type="application/json")


type Spoil = Callable[[Twin, HttpRequest, Armed, HttpResponse], HttpResponseBase]
SPOILT: dict[str, Spoil] = {
    Fault.Kind.ERROR_AFTER: lambda twin, *_: twin.refusal(500),
    Fault.Kind.REFUSED_AFTER: lambda twin, *_: twin.refusal(422, Fault.Kind.REJECTED),
    Fault.Kind.HANG: _hang,
    Fault.Kind.HALF_ANSWER: _half,
    Fault.Kind.DRIP: _drip,
    Fault.Kind.EMPTY_ANSWER: lambda *_: HttpResponse(status=204),
    Fault.Kind.NO_ID: lambda *_: HttpResponse(b"{}", status=201, content_type="application/json"),
    Fault.Kind.WEB_PAGE: lambda *_: HttpResponse(b"<!doctype html><title>Welcome</title>"),
    Fault.Kind.RESET_AFTER_ACCEPT: lambda _, request, __, response: broken_off(request, response),
}


def broken_off(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    start = response.content[: len(response.content) // 2] or b"{"

    def parts() -> Iterator[bytes]:
        yield start
        raise ConnectionAbortedError("the sandbox cut this answer on request")

    async def parts_async() -> AsyncIterator[bytes]:
        yield start
        raise ConnectionAbortedError("the sandbox cut this answer on request")

    body = parts_async() if isinstance(request, ASGIRequest) else parts()
    return StreamingHttpResponse(body, status=response.status_code, content_type="application/json")


def _wait(seconds: float) -> None:
    # A silent request must not keep a pooled connection from the others.
    if not connection.in_atomic_block:
        connection.close()
    time.sleep(min(seconds, LONGEST_WAIT))
