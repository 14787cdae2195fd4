"""Things that go wrong on demand: armed per account on a page, or by header for one request.

    X-Sandbox-Fault: kind[=parameter]

`delay`, `hang` and `hang_before` take seconds, `unauthorized` and the like need nothing. Applied by
exchange.py and nowhere else.

What the client sees of `reset_after_accept`: status line and headers, then a body that breaks off.
The server owns the socket, so this is as near to a lost connection as an application can come; both
under ASGI and WSGI the answer cannot be read to its end as JSON.
"""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from publishers.sandbox.models import Account, Does, Fault
from publishers.sandbox.twin import Refused, Twin

LONGEST = 60.0
BEFORE = {
    Fault.Kind.ERROR_BEFORE: 500,
    Fault.Kind.UNAUTHORIZED: 401,
    Fault.Kind.RATE_LIMITED: 429,
    Fault.Kind.REJECTED: 422,
    Fault.Kind.MEDIA_ERROR: 415,
    Fault.Kind.HANG_BEFORE: 504,
}
DEFAULT_TARGET = {Fault.Kind.MEDIA_ERROR: Does.UPLOAD}


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
    for fault in account.faults.filter(does=does).exclude(remaining=0):
        slow = fault.kind == Fault.Kind.DELAY
        if any((armed.kind == Fault.Kind.DELAY) == slow for armed in taken):
            continue
        if fault.remaining is None or Fault.objects.filter(pk=fault.pk).spend():
            taken.append(Armed(fault.kind, fault.parameter))
    return taken


def before(twin: Twin, armed: list[Armed]) -> None:
    """Wait, or refuse before anything is accepted."""
    for fault in armed:
        if fault.kind in (Fault.Kind.DELAY, Fault.Kind.HANG_BEFORE):
            _wait(fault.seconds)
    for fault in armed:
        if status := BEFORE.get(Fault.Kind(fault.kind)):
            raise Refused(twin.refusal(status, fault.kind))


def after(
    twin: Twin, request: HttpRequest, armed: list[Armed], response: HttpResponse
) -> HttpResponseBase:
    """Spoil the answer to something that was accepted and is committed."""
    kinds = {fault.kind: fault for fault in armed}
    if Fault.Kind.ERROR_AFTER in kinds:
        return twin.refusal(500)
    if Fault.Kind.HANG in kinds:
        _wait(kinds[Fault.Kind.HANG].seconds)
        return twin.refusal(504)
    if Fault.Kind.HALF_ANSWER in kinds:
        half = response.content[: len(response.content) // 2]
        return HttpResponse(half, status=response.status_code, content_type="application/json")
    if Fault.Kind.RESET_AFTER_ACCEPT in kinds:
        return broken_off(request, response)
    return response


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
    time.sleep(seconds)
