"""The week of every channel: its slots, copying a day, and the queue that rests."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from accounts.services.teams import keep_settings
from calendar_app.errors import NoSlot
from calendar_app.forms import CopyForm, GapForm, PauseForm, SlotForm
from calendar_app.models import Slot
from calendar_app.queries import slots as queries
from calendar_app.services import slots as services
from publishers.models import Channel
from ui.htmx import partial, toast

PAGE = "calendar_app/slots.html"


@member_can("view")
@require_GET
def slots(request: TeamRequest) -> HttpResponse:
    page = queries.page(request.team, request.GET.get("page", "1"))
    cards = queries.cards(request.team, list(page))
    return partial(request, PAGE, "slots_list", _context(request, cards, page=page))


@member_can("schedule")
@require_POST
def slot_add(request: TeamRequest, pk: int) -> HttpResponse:
    """Its fields may also come in the address: the way back from `slot_remove`."""
    channel = _channel(request, pk)
    form = SlotForm(request.POST if "at" in request.POST else request.GET)
    if not form.is_valid():
        return _refused(request, channel, _first(form), 422)
    at = form.cleaned_data["at"]
    try:
        made = services.add(channel=channel, weekdays=form.cleaned_data["weekdays"], at=at)
    except NoSlot as error:
        return _refused(request, channel, str(error), 409)
    words = ngettext("%(n)s slot added.", "%(n)s slots added.", made) % {"n": made}
    return _done(request, channel, words if made else _("That slot is there already."))


@member_can("schedule")
@require_POST
def slot_remove(request: TeamRequest, pk: int) -> HttpResponse:
    found = Slot.objects.for_team(request.team).select_related("channel__team")
    slot = get_object_or_404(found, pk=pk)
    at, channel = f"{slot.at:%H:%M}", slot.channel
    back = reverse("calendar_app:slot_add", kwargs={"team": request.team.slug, "pk": channel.pk})
    undo = f"{back}?{urlencode([('at', at), ('weekdays', str(slot.weekday))])}"
    services.remove(slot=slot)
    words = _("%(day)s, %(at)s is no slot any more. What is planned there stays.")
    named = {"day": WEEKDAYS[slot.weekday], "at": at}
    return _done(request, channel, words % named, undo=undo)


@member_can("schedule")
@require_POST
def slot_copy(request: TeamRequest, pk: int) -> HttpResponse:
    channel, form = _channel(request, pk), CopyForm(request.POST)
    if not form.is_valid():
        return _refused(request, channel, _first(form), 422)
    try:
        made = services.copy(channel=channel, **form.cleaned_data)
    except NoSlot as error:
        return _refused(request, channel, str(error), 409)
    words = ngettext("%(n)s slot copied.", "%(n)s slots copied.", made) % {"n": made}
    return _done(request, channel, words if made else _("Those days have these slots already."))


@member_can("schedule")
@require_POST
def queue_pause(request: TeamRequest, pk: int) -> HttpResponse:
    """`paused` 0 resumes."""
    channel, form = _channel(request, pk), PauseForm(request.POST)
    if request.POST.get("paused") == "0":
        services.resume(channel=channel)
        return _done(request, channel, _("Its slots are given away again."))
    if not form.is_valid():
        return _refused(request, channel, _first(form), 422)
    services.pause(channel=channel, reason=form.cleaned_data["reason"], by=request.user)
    return _done(request, channel, _("Paused. What has a time still goes out."))


@member_can("manage")
@require_POST
def gap(request: TeamRequest) -> HttpResponse:
    form = GapForm(request.POST, instance=request.team)
    if form.is_valid():
        keep_settings(team=request.team, fields=["gap_minutes"])
        messages.success(request, _("Saved."))
        return redirect("calendar_app:slots", team=request.team.slug)
    request.team.refresh_from_db(fields=["gap_minutes"])
    page = queries.page(request.team, "1")
    cards = queries.cards(request.team, list(page))
    return render(request, PAGE, _context(request, cards, page=page, gap_form=form), status=422)


def _channel(request: TeamRequest, pk: int) -> Channel:
    return get_object_or_404(queries.channels(request.team), pk=pk)


def _first(form: Form) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def _context(request: TeamRequest, cards: list[queries.Card], **more: Any) -> dict[str, Any]:
    return {
        "cards": cards,
        "weekdays": list(zip(range(7), WEEKDAYS_ABBR.values(), WEEKDAYS.values(), strict=True)),
        "may_schedule": request.membership.can("schedule"),
        "may_manage": request.membership.can("manage"),
        "gap_form": GapForm(instance=request.team),
        **more,
    }


def _done(request: TeamRequest, channel: Channel, words: str, undo: str = "") -> HttpResponse:
    """The channel's week as it is now, out of band; without htmx the page again."""
    if not request.htmx:
        messages.success(request, words)
        url = reverse("calendar_app:slots", kwargs={"team": request.team.slug})
        return redirect(f"{url}#week-{channel.pk}")
    return toast(_week(request, channel, swap=True), words, undo_url=undo)


def _refused(request: TeamRequest, channel: Channel, words: str, status: int) -> HttpResponse:
    """The same week with the reason, and with what was typed."""
    typed = {
        "at": request.POST.get("at", "")[:20],
        "reason": request.POST.get("reason", "")[:400],
        "weekdays": request.POST.getlist("weekdays")[:7],
    }
    more = {"problem": words, "typed": typed}
    return _week(request, channel, swap=bool(request.htmx), status=status, **more)


def _week(request: TeamRequest, channel: Channel, status: int = 200, **more: Any) -> HttpResponse:
    cards = queries.cards(request.team, [channel])
    context = _context(request, cards, card=cards[0], **more)
    return partial(request, PAGE, "channel_week", context, status)
