"""Decisions about the deliveries that were chosen in the list, and the way back from them.

Each is a button of one form. By htmx the list comes back as it is then; without it the page that
the form was sent from.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from delivery.forms import TimeForm, first_error
from delivery.services import bulk
from delivery.services.bulk import Answer
from delivery.services.holding import hold
from delivery.views.answers import answered, decided, decides
from delivery.views.list import SAID
from posts.errors import UnknownDelivery
from ui import dates
from ui.htmx import go
from ui.spoken import spoken


@member_can("publish")
@decides
def selection_retry(request: TeamRequest) -> HttpResponse:
    """What may be live needs `looked`, which only the button that asks for it sends."""
    return _decide(request, _("On its way now"), bulk.retry, looked="looked" in request.POST)


@member_can("publish")
@decides
def selection_live(request: TeamRequest) -> HttpResponse:
    return _decide(request, _("Noted as live"), bulk.mark_published)


@member_can("publish")
@decides
def selection_cancel(request: TeamRequest) -> HttpResponse:
    """Also what only waits for its time."""
    return _decide(request, _("Dropped"), bulk.cancel)


@member_can("publish")
@decides
def selection_reschedule(request: TeamRequest) -> HttpResponse:
    form = TimeForm(request.POST, auto_id="chosen-%s")
    if not form.is_valid():
        return answered(request, first_error(form), 422, time_form=form)
    moment = form.moment(timezone.get_current_timezone_name())
    at = dates.written(moment.local, "D j M, H:i")
    words = spoken(moment.note) or _("From %(time)s on") % {"time": at}
    return _decide(request, words, bulk.reschedule, typed={"time_form": form}, at=moment)


@member_can("connect")
@decides
def selection_hold(request: TeamRequest) -> HttpResponse:
    return _hold(request, paused=True)


@member_can("connect")
@decides
def selection_resume(request: TeamRequest) -> HttpResponse:
    return _hold(request, paused=False)


@member_can("publish")
@require_POST
def undo(request: TeamRequest, pk: int) -> HttpResponse:
    """Take a decision back, as far as nothing has happened since. `to`: the delivery's page."""
    answer = decided(request, _("Taken back"), bulk.undo, pk=pk)
    to = request.POST.get("to", "")
    if answer.status_code != HTTPStatus.FOUND or not (to.isascii() and to.isdecimal()):
        return answer
    messages.success(request, request.session.pop(SAID)["words"])
    return go(request, reverse("delivery:delivery", args=[request.team.slug, to]))


def _hold(request: TeamRequest, *, paused: bool) -> HttpResponse:
    ids = _chosen(request)
    try:
        changed = hold(team=request.team, ids=ids, paused=paused)
    except UnknownDelivery:
        raise Http404 from None
    if not changed:
        return answered(request, _("These channels are as you want them already."), 409)
    names = ", ".join(map(str, changed))
    if paused:
        words = _("On hold: %(names)s. Their deliveries wait.") % {"names": names}
    else:
        words = _("Going on: %(names)s.") % {"names": names}
    name = "delivery:selection_resume" if paused else "delivery:selection_hold"
    back = f"{reverse(name, args=[request.team.slug])}?{urlencode({'id': sorted(ids)}, doseq=True)}"
    return answered(request, words, 200, undo=back)


def _decide(
    request: TeamRequest, words: str, act: Callable[..., Answer], **given: Any
) -> HttpResponse:
    ids = _chosen(request)
    if not ids:
        return answered(request, _("Choose at least one delivery first."), 422)
    return decided(request, words, act, ids=ids, **given)


def _chosen(request: TeamRequest) -> set[int]:
    """Also from the address: the way back from a pause names its deliveries there."""
    given = [*request.POST.getlist("id"), *request.GET.getlist("id")]
    if not all(text.isdecimal() and len(text) < 19 for text in given):
        raise Http404
    return {int(text) for text in given}
