"""The way to a connected channel: choose a door, sign in, come back, choose accounts."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import member_can, signed_in
from accounts.http import TeamRequest, UserRequest
from publishers import consents, queries, registry, services
from publishers.consents import Answer, Held, NotConnected
from publishers.contract import NotPublished, OAuth2
from publishers.forms import ChooseForm, SignInForm
from publishers.models import Channel, OAuthState
from publishers.queries import Entry, Platform
from ui.spoken import spoken

CONNECT = "publishers/connect.html"


@member_can("connect")
@require_http_methods(["GET", "POST"])
def connect(request: TeamRequest, platform: str) -> HttpResponse:
    """Through one door at a time: `way` names it where there are several."""
    if platform not in registry.ADAPTERS:
        raise Http404
    about = queries.platform(registry.spec_for(platform))
    entry, again = _entry(request, about), _reconnects(request, platform)
    posted = request.POST if request.method == "POST" else None
    form = SignInForm(entry.auth, posted, initial=_known(entry, again))
    context = {"platform": about, "entry": entry, "reconnects": again, "form": form}
    if not entry.ready:
        return render(request, CONNECT, context, status=409 if posted is not None else 200)
    if form.is_valid():
        refused = _sign_in(request, about, entry, form, again)
        if isinstance(refused, HttpResponse):
            return refused
        form.add_error(None, spoken(refused.reason))
    return render(request, CONNECT, context, status=422 if form.is_bound else 200)


def _sign_in(
    request: TeamRequest, about: Platform, entry: Entry, form: SignInForm, again: Channel | None
) -> HttpResponse | NotPublished:
    who: dict[str, Any] = {
        "team": request.team,
        "user": request.user,
        "session_key": _session(request),
        "door": replace(entry.door, host=form.cleaned_data.pop("host", "")),
        "reconnects": again,
    }
    if isinstance(entry.auth, OAuth2):
        url = consents.start(**who)
        return _leave(request, about, url) if isinstance(url, str) else url
    held = consents.sign_in(door=who["door"], **form.cleaned_data)
    if not isinstance(held, Held):
        return held
    try:
        return _settled(request, consents.keep(held, **who))
    except NotConnected as refused:
        return _refused(request, refused)


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


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _entry(request: TeamRequest, about: Platform) -> Entry:
    """The door that was asked for; without a word the first one that is open."""
    asked = request.POST.get("way", request.GET.get("way"))
    for entry in about.doors:
        if entry.door.way == asked:
            return entry
    if asked:
        raise Http404
    return next((entry for entry in about.doors if entry.ready), about.doors[0])


def _known(entry: Entry, again: Channel | None) -> dict[str, str]:
    """What need not be typed again."""
    if again is None:
        return {"host": queries.usual_host(entry.door)}
    return {"identifier": again.handle, "host": again.host}


def _reconnects(request: TeamRequest, platform: str) -> Channel | None:
    asked = request.POST.get("reconnects") or request.GET.get("reconnects") or ""
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    return get_object_or_404(queries.channels(request.team), pk=int(asked), platform=platform)


def _leave(request: TeamRequest, about: Platform, url: str) -> HttpResponse:
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
