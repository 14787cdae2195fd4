"""A person's messages of one team, and the live stream that keeps open pages current."""

import re
from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import (
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from notifications import queries, services, stream
from notifications.hub import open_streams
from notifications.queries import EVERYTHING, AsOf
from ui import htmx

IN_PANEL = 8
PER_PAGE = 30
STREAMS_PER_PERSON = 12
AS_OF = re.compile(r"[0-9]{1,11}:[0-9]{1,18}:[0-9]{1,18}:(?:[0-9]{1,18}(?:,[0-9]{1,18})*)?")
LONGEST_AS_OF = 4000


@member_can("view")
@require_GET
def panel(request: TeamRequest) -> HttpResponse:
    """The drop-down under the bell; without a script, a page."""
    context = {
        "notices": queries.inbox(request.team, request.user)[:IN_PANEL],
        "unread": queries.unread(request.team, request.user).count(),
    }
    return htmx.partial(request, "notifications/panel.html", "notices", context)


@member_can("view")
@require_GET
def inbox(request: TeamRequest) -> HttpResponse:
    only_unread = request.GET.get("show") == "unread"
    rows = (queries.unread if only_unread else queries.inbox)(request.team, request.user)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "only_unread": only_unread,
        "unread": queries.unread(request.team, request.user).count(),
    }
    return htmx.partial(request, "notifications/list.html", "inbox", context)


@member_can("view")
@require_POST
def read(request: TeamRequest) -> HttpResponse:
    """All of them, or the one with `id`, which then opens what it is about."""
    number = request.POST.get("id", "")
    if not number:
        services.mark_read(queries.unread(request.team, request.user))
        return panel_or_back(request)
    mine = queries.inbox(request.team, request.user)
    message = get_object_or_404(mine, pk=number_of(number) or 0)
    services.mark_read(mine.filter(pk=message.pk))
    url = str(message.data.get("url") or "")
    if not url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        return panel_or_back(request)
    return htmx.go(request, url)


def panel_or_back(request: TeamRequest) -> HttpResponse:
    if htmx.wants_fragment(request):
        response = HttpResponse(status=204)
        return htmx.toast(htmx.trigger(response, "drum:read"), _("All read"))
    return redirect("notifications:list", team=request.team.slug)


@member_can("view")
@require_GET
def live(request: TeamRequest) -> HttpResponseBase:
    """Server-sent events. Who may see is settled here, before the stream starts."""
    if open_streams[request.user.pk] >= STREAMS_PER_PERSON:
        return HttpResponse(status=429, headers={"Retry-After": "30"})
    after = number_of(request.headers.get("Last-Event-ID", "") or request.GET.get("after", ""))
    since = drawn(request.GET.get("as_of", "")) if after is None else after
    return StreamingHttpResponse(
        stream.events(request.membership, request.session.session_key or "", since),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@member_can("view")
@require_GET
def changes(request: TeamRequest) -> HttpResponse:
    """The same for a browser that asks now and then, when nothing can stream."""
    given = request.GET.get("after", "")
    since = number_of(given) if given else drawn(request.GET.get("as_of", ""))
    if given and since is None:
        return HttpResponseBadRequest(_("“after” must be the number of an event."))
    known = since if isinstance(since, int) else queries.last_event(request.team)
    missed = queries.missed(request.team, since)
    # What is told again is older than the last; where that is gone, one begins anew.
    gone = [number for number, topic in missed if topic == EVERYTHING]
    last = max(gone or [known, *(number for number, _topic in missed)])
    events = [{"topic": topic, "id": number} for number, topic in missed]
    return JsonResponse({"last": last, "events": events})


def drawn(text: str) -> AsOf | None:
    """From what the page carries: seconds, then PostgreSQL's snapshot."""
    if len(text) > LONGEST_AS_OF or not AS_OF.fullmatch(text):
        return None
    seconds, _first, unseen, at_work = text.split(":")
    moment = datetime.fromtimestamp(int(seconds), UTC)
    numbers = frozenset(map(int, at_work.split(","))) if at_work else frozenset()
    return AsOf(moment, int(unseen), numbers)


def number_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
