"""Posts as a list."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.filtering import Bar, bar_of
from calendar_app.grid import midnight, parse_day
from calendar_app.queries import listing as queries
from calendar_app.queries.listing import SORTS, Place, Wanted, parse_place, place_of
from calendar_app.views.answers import addressed
from ui.htmx import partial

_CALLED = {
    "time": _("Time, soonest first"),
    "latest": _("Time, latest first"),
    "changed": _("Last changed"),
    "status": _("Status"),
}


@member_can("view")
@require_GET
def posts(request: TeamRequest) -> HttpResponse:
    """From today on where nothing else is asked for; a page links to the one before and after."""
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "time"
    first, last = (parse_day(request.GET.get(name, "")) for name in ("from", "to"))
    kept = {"sort": sort if sort != "time" else "", "from": _iso(first), "to": _iso(last)}
    bar = bar_of(request, **kept)
    beside, back = _beside(request, bar)
    today = timezone.localdate()
    if beside is None and sort == "time" and not (first or last):
        beside = place_of(_begin(today))
    start = _begin(first) if first else None
    end = _begin(last + timedelta(days=1)) if last else None
    wanted = Wanted(sort, bar.filters, start, end, beside, back)
    context = {
        "bar": bar,
        "page": queries.page(request.team, wanted),
        "sorts": [(key, label, key == sort) for key, label in _CALLED.items()],
        "from": first,
        "to": last,
        "by_status": sort == "status",
        "by_change": sort == "changed",
        "today": today,
        "can_move": request.membership.can("schedule"),
    }
    return addressed(partial(request, "calendar_app/list.html", "list_rows", context), bar)


def _beside(request: TeamRequest, bar: Bar) -> tuple[Place | None, bool]:
    """Where the page begins or, with `before`, ends; anew once the filters were changed."""
    if bar.asked:
        return None, False
    before = parse_place(request.GET.get("before", ""))
    return before or parse_place(request.GET.get("after", "")), before is not None


def _begin(day: date) -> datetime:
    return midnight(day, ZoneInfo(timezone.get_current_timezone_name()))


def _iso(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""
