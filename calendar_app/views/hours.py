"""The week and the day by the hour."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.filtering import bar_of
from calendar_app.grid import parse_day
from calendar_app.queries.hours import sheet
from calendar_app.views.answers import addressed
from calendar_app.views.best import best_shown
from calendar_app.views.shown import Shown, zone_shown
from ui.htmx import partial


@member_can("view")
@require_GET
def week(request: TeamRequest) -> HttpResponse:
    return _page(request, "week")


@member_can("view")
@require_GET
def day(request: TeamRequest) -> HttpResponse:
    return _page(request, "day")


def _page(request: TeamRequest, view: str) -> HttpResponse:
    asked = parse_day(request.GET.get(view, "")) or timezone.localdate()
    shown = Shown("week" if view == "week" else "hours", asked)
    hours = shown.hours(zone_shown())
    bar = bar_of(request, **{view: f"{asked:%Y-%m-%d}"})
    found = sheet(request.team, hours, bar.filters, with_free="free" in bar.laid)
    context = {
        "bar": bar,
        "view": view,
        "hours": hours,
        "sheet": found,
        "best": best_shown(request, bar),
        "none": not found.count,
        "shown": shown,
        "around": None if timezone.localdate() in hours.days else hours.first,
        "can_write": request.membership.can("write"),
        "can_move": request.membership.can("schedule"),
    }
    response = partial(request, "calendar_app/hours.html", "hours_sheet", context)
    return addressed(response, bar)
