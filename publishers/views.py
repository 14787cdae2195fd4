"""The channels page and the way to a connected channel: connect, come back, choose, care for."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can, public, signed_in
from accounts.http import TeamRequest, UserRequest
from publishers import consents, queries, registry, services, standing, styles, tasks
from publishers.consents import Answer, NotConnected
from publishers.contract import AppPassword, Reconnect, TryLater
from publishers.forms import AppPasswordForm, ChooseForm
from publishers.models import Channel, OAuthState
from ui.htmx import go, partial, toast, wants_fragment

PER_PAGE = 60
PAGE = "publishers/channels.html"


@member_can("view")
@require_GET
def channels(request: TeamRequest) -> HttpResponse:
    return _list(request)


@member_can("connect")
@require_http_methods(["GET", "POST"])
def connect(request: TeamRequest, platform: str) -> HttpResponse:
    spec = registry.ADAPTERS[platform].spec if platform in registry.ADAPTERS else None
    if spec is None:
        raise Http404
    about = queries.platform(spec)
    again = _reconnects(request, platform)
    if isinstance(spec.auth, AppPassword):
        return _password(request, about, spec.auth, again)
    if request.method == "GET" or not about.ready:
        context = {"platform": about, "reconnects": again, "auth": spec.auth}
        status = 409 if request.method == "POST" else 200
        return render(request, "publishers/connect.html", context, status=status)
    url = consents.start(
        team=request.team,
        user=request.user,
        session_key=_session(request),
        platform=platform,
        reconnects=again,
    )
    return _leave(request, about, url)


@signed_in
@never_cache
@require_GET
def callback(request: UserRequest, platform: str) -> HttpResponse:
    """The platform sends the person back here; which team it is for, the state knows."""
    if platform not in registry.ADAPTERS:
        raise Http404
    answer = Answer(
        state=request.GET.get("state", ""),
        code=request.GET.get("code", ""),
        error=request.GET.get("error", ""),
    )
    try:
        row = consents.finish(
            platform=platform, answer=answer, user=request.user, session_key=_session(request)
        )
        return _settled(request, row)
    except NotConnected as refused:
        return _refused(request, refused)


@member_can("connect")
@require_http_methods(["GET", "POST"])
def choose(request: TeamRequest, pk: int) -> HttpResponse:
    row = consents.waiting(
        team=request.team, user=request.user, session_key=_session(request), pk=pk
    )
    if row is None:
        raise Http404(_("That choice was already made, or it waited too long. Connect again."))
    accounts = consents.held(row).accounts
    elsewhere = services.connected_elsewhere(row.team, row.platform, accounts)
    posted = request.POST if request.method == "POST" else None
    form = ChooseForm(accounts, elsewhere, posted)
    if form.is_valid():
        try:
            made = services.choose(row, form.cleaned_data["account"], request.user)
        except NotConnected as refused:
            return _refused(request, refused)
        return _connected(request, row, made)
    typed = posted.getlist("account") if posted is not None else None
    context = {
        "form": form,
        "platform": queries.platform(registry.spec_for(row.platform)),
        "options": queries.options(row, accounts, elsewhere, typed),
    }
    return render(request, "publishers/choose.html", context, status=200 if posted is None else 422)


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
        return _done(request, found.reason, tone="bad")
    return _done(request, _("%(channel)s is healthy") % {"channel": found.channel})


@member_can("connect")
@require_POST
def channels_check(request: TeamRequest) -> HttpResponse:
    """All of them, in the background: each card changes by itself when its answer is there."""
    connected = Channel.objects.for_team(request.team).filter(state=Channel.State.CONNECTED)
    tasks.check_soon(list(connected.values_list("pk", flat=True)))
    return _done(request, _("Checking every channel. The page shows what is found"))


@public
@require_GET
def platforms_css(request: HttpRequest) -> HttpResponse:
    """The platforms' colours as custom properties, read from the Specs."""
    response = HttpResponse(styles.sheet(), content_type="text/css; charset=utf-8")
    fresh = request.GET.get("v") == styles.version()
    age = "31536000, immutable" if fresh else "300"
    response.headers["Cache-Control"] = f"public, max-age={age}"
    return response


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _channel(request: TeamRequest, pk: int) -> Channel:
    return get_object_or_404(queries.channels(request.team), pk=pk)


def _reconnects(request: TeamRequest, platform: str) -> Channel | None:
    asked = request.POST.get("reconnects") or request.GET.get("reconnects") or ""
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    return get_object_or_404(queries.channels(request.team), pk=int(asked), platform=platform)


def _password(
    request: TeamRequest, about: queries.Platform, auth: AppPassword, again: Channel | None
) -> HttpResponse:
    initial = {"identifier": again.handle, "host": again.host} if again else {}
    posted = request.POST if request.method == "POST" else None
    form = AppPasswordForm(auth, posted, initial=initial)
    if form.is_valid():
        held = consents.sign_in(team=request.team, platform=about.slug, **form.cleaned_data)
        if isinstance(held, consents.Held):
            row = consents.keep(
                held,
                team=request.team,
                user=request.user,
                session_key=_session(request),
                platform=about.slug,
                reconnects=again,
            )
            try:
                return _settled(request, row)
            except NotConnected as refused:
                return _refused(request, refused)
        form.add_error(None, held.reason)
    context = {"platform": about, "reconnects": again, "form": form}
    return render(request, "publishers/connect.html", context, status=422 if form.is_bound else 200)


def _leave(request: TeamRequest, about: queries.Platform, url: str) -> HttpResponse:
    """On to the platform. A page between, since `form-action` also rules a form's redirects."""
    context = {"platform": about, "url": url}
    response = render(request, "publishers/leave.html", context)
    response.headers["Refresh"] = f"0; url={url}"
    return response


def _settled(request: UserRequest, row: OAuthState) -> HttpResponse:
    made = services.settle(row, request.user)
    if made:
        return _connected(request, row, made)
    return redirect("publishers:choose", team=row.team.slug, pk=row.pk)


def _connected(request: UserRequest, row: OAuthState, made: list[Channel]) -> HttpResponse:
    names = ", ".join(str(channel) for channel in made)
    messages.success(request, _("Connected %(names)s") % {"names": names})
    return redirect("publishers:channels", team=row.team.slug)


def _refused(request: UserRequest, refused: NotConnected) -> HttpResponse:
    context: dict[str, Any] = {"refused": refused, "back": refused.team}
    return render(request, "publishers/refused.html", context, status=refused.status)


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
