"""The channels page and the way to a connected channel: connect, come back, choose, care for."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from publishers import queries, services, standing, tasks
from publishers.contract import Reconnect, TryLater
from publishers.models import Channel
from ui.htmx import go, partial, toast, wants_fragment
from ui.spoken import spoken

PER_PAGE = 60
PAGE = "publishers/channels.html"


@member_can("view")
@require_GET
def channels(request: TeamRequest) -> HttpResponse:
    return _list(request)


@member_can("connect")
@require_http_methods(["GET", "POST"])
def channel_disconnect(request: TeamRequest, pk: int) -> HttpResponse:
    channel = _channel(request, pk)
    if request.method == "POST":
        services.disconnect(channel)
        return _done(request, _("%(channel)s was disconnected") % {"channel": channel})
    return partial(
        request, "publishers/disconnect.html", "disconnect_dialog", {"card": queries.card(channel)}
    )


@member_can("connect")
@require_POST
def channel_pause(request: TeamRequest, pk: int) -> HttpResponse:
    channel, paused = _channel(request, pk), request.POST.get("paused") == "1"
    services.pause(channel, paused=paused)
    words = _("%(channel)s is paused") if paused else _("%(channel)s publishes again")
    return _done(request, words % {"channel": channel})


@member_can("connect")
@require_POST
def channel_check(request: TeamRequest, pk: int) -> HttpResponse:
    channel = _channel(request, pk)
    found = standing.check(channel.pk)
    if isinstance(found, Reconnect | TryLater):
        return _done(request, spoken(found.reason), tone="bad")
    return _done(request, _("%(channel)s is healthy") % {"channel": found.channel})


@member_can("connect")
@require_POST
def channels_check(request: TeamRequest) -> HttpResponse:
    """All of them, in the background: each card changes by itself when its answer is there."""
    connected = Channel.objects.for_team(request.team).filter(state=Channel.State.CONNECTED)
    tasks.check_soon(list(connected.values_list("pk", flat=True)))
    return _done(request, _("Checking every channel. The page shows what is found"))


def _channel(request: TeamRequest, pk: int) -> Channel:
    return get_object_or_404(queries.channels(request.team), pk=pk)


def _list(request: TeamRequest, status: int = 200) -> HttpResponse:
    page = Paginator(queries.channels(request.team), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": [queries.card(channel) for channel in page],
        "summary": queries.summary(request.team),
        "platforms": queries.platforms(),
        "may_connect": request.membership.can("connect"),
    }
    return partial(request, PAGE, "channel_list", context, status)


def _done(request: TeamRequest, words: str, tone: str = "good") -> HttpResponse:
    """The list as it is now, with a word; without htmx the page again."""
    if wants_fragment(request):
        return toast(_list(request), words, tone=tone)
    level = messages.success if tone == "good" else messages.error
    level(request, words)
    return go(request, reverse("publishers:channels", args=[request.team.slug]))
