"""What a move leaves to be drawn anew, in whichever part of the calendar the browser shows."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.http import TeamRequest
from calendar_app.filtering import bar_shown
from calendar_app.grid import Month
from calendar_app.queries import hours, month
from calendar_app.views.best import best_shown
from calendar_app.views.shown import Shown, zone_shown

type Places = set[tuple[date, int]]
# The fragment that answers, and what it is made of.
type Part = tuple[str, dict[str, Any]]


def changes(request: TeamRequest, shown: Shown, places: Places, status: int = 200) -> HttpResponse:
    """Out-of-band: what changed of the part that the browser shows, and the drawer. A list has
    neither, and reads itself again.
    """
    if _from_list(request):
        return HttpResponse(status=status)
    page, context = (_in_month if shown.name == "month" else _in_hours)(request, shown, places)
    context |= {"shown": shown, "can_write": True, "can_move": True}
    return render(request, page, context, status=status)


def _from_list(request: TeamRequest) -> bool:
    page = (request.htmx.current_url_abs_path or "").partition("?")[0]
    return page == reverse("calendar_app:list", kwargs={"team": request.team.slug})


def _in_month(request: TeamRequest, shown: Shown, places: Places) -> Part:
    days = {day for day, _hour in places}
    whole = Month.of(shown.first, zone_shown())
    bar = bar_shown(request)
    laid = "free" in bar.laid
    found = month.sheet(request.team, whole, filters=bar.filters, with_free=laid, only=days)
    changed = [day for day in found.days if day.day in days]
    return "calendar_app/month.html#month_changes", {
        "bar": bar,
        "month": whole,
        "sheet": found,
        "changed": changed,
    }


def _in_hours(request: TeamRequest, shown: Shown, places: Places) -> Part:
    whole = shown.hours(zone_shown())
    bar = bar_shown(request)
    found = hours.sheet(request.team, whole, bar.filters, with_free="free" in bar.laid)
    days = {day for day, _hour in places}
    return "calendar_app/hours.html#hours_changes", {
        "bar": bar,
        "hours": whole,
        "sheet": found,
        "best": best_shown(request, bar),
        "changed": [
            cell
            for row in found.rows
            for cell in row.cells
            if (cell.day, cell.slot.hour) in places and cell.exists
        ],
        "heads": [head for head in found.heads if head.day in days],
    }
