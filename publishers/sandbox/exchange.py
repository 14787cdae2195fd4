"""The one way in for API requests: who asks, faults, budget, the platform's answer, the record."""

import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from publishers.sandbox import faults, fetching, quotas
from publishers.sandbox.access import open_to_all
from publishers.sandbox.models import Account, Call, Does
from publishers.sandbox.twin import Asked, Endpoint, Refused, Twin

BUDGET_WINDOW = timedelta(minutes=15)
CHUNK = 64 * 1024


def api(twin: Twin, route: str, **methods: Endpoint) -> URLPattern:
    """One path of a platform's API: `api(self, "2/tweets", POST=Endpoint(…), GET=Endpoint(…))`."""

    @open_to_all
    @csrf_exempt
    def view(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        endpoint = methods.get(request.method or "")
        if endpoint is None:
            return HttpResponseNotAllowed(list(methods))
        return exchange(twin, endpoint, request, captured)

    return path(route, view, name=f"{twin.slug} {route}".replace(":", " "))


def exchange(
    twin: Twin, endpoint: Endpoint, request: HttpRequest, captured: dict[str, Any]
) -> HttpResponseBase:
    asked, armed = Asked(request), []
    try:
        identify(twin, endpoint, asked)
        armed = faults.take(request, asked.account, endpoint.does)
        faults.before(twin, armed)
        if endpoint.does == Does.PUBLISH and not spend(asked.who):
            raise Refused(twin.refusal(429))
        if endpoint.does == Does.PUBLISH and quotas.is_spent(twin, asked.who):
            raise Refused(twin.refusal(429, quotas.SPENT))
        if endpoint.fetches is not None:
            for address in endpoint.fetches(asked, **captured):
                asked.fetched[address] = fetching.fetch(asked.who, address)
        with transaction.atomic(), faults.lagging(armed):
            response = endpoint.answer(asked, **captured)
    except Refused as refused:
        response = refused.response
    twin.stamp(response, asked.account, endpoint.does)
    faults.pace(twin, armed, response)
    record(twin, endpoint.does, asked, response, ", ".join(fault.kind for fault in armed))
    return faults.after(twin, request, armed, response) if response.status_code < 400 else response


def identify(twin: Twin, endpoint: Endpoint, asked: Asked) -> None:
    if endpoint.auth:
        asked.credential = twin.identify(asked.request)
        asked.account = asked.credential.account
    elif endpoint.whose:
        asked.account = endpoint.whose(asked.request)


def spend(account: Account) -> bool:
    """One post out of the account's budget. An account without a limit always has one left."""
    if account.budget_limit is None:
        return True
    rows, now = Account.objects.filter(pk=account.pk), timezone.now()
    if account.budget_resets_at is None or account.budget_resets_at <= now:
        stale = rows.filter(budget_resets_at=account.budget_resets_at)
        stale.update(budget_left=account.budget_limit, budget_resets_at=now + BUDGET_WINDOW)
    spent = rows.filter(budget_left__gt=0).update(budget_left=F("budget_left") - 1)
    account.refresh_from_db(fields=["budget_left", "budget_resets_at"])
    return spent == 1


def record(twin: Twin, does: Does, asked: Asked, response: HttpResponse, spoilt: str) -> None:
    failed = response.status_code >= 400
    Call.objects.create(
        platform=twin.slug,
        account=asked.account,
        does=does,
        method=asked.request.method or "",
        path=asked.request.path[:300],
        status=response.status_code,
        fault=spoilt[:60],
        error=response.content.decode(errors="replace")[:300] if failed else "",
    )


def raw_body(request: HttpRequest, limit: int, too_large: HttpResponse) -> bytes:
    """The body of an upload, which may be larger than Django lets forms be."""
    chunks, size = [], 0
    while chunk := request.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise Refused(too_large)
        chunks.append(chunk)
    return b"".join(chunks)


def json_object(data: bytes) -> dict[str, Any] | None:
    """The JSON object in a body, or None when it is anything else."""
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
