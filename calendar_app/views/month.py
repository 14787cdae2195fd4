"""The month."""

import re

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.filtering import bar_of
from calendar_app.grid import Month, parse_day, parse_month
from calendar_app.queries.month import sheet
from calendar_app.views.answers import addressed
from calendar_app.views.shown import Shown, zone_shown
from ui.htmx import partial


@member_can("view")
@require_GET
def month(request: TeamRequest) -> HttpResponse:
    zone, today = zone_shown(), timezone.localdate()
    day = parse_day(request.GET.get("day", ""))
    shown = Month.of(parse_month(request.GET.get("month", ""), day or today), zone)
    page = _number(request.GET.get("page", "1"))
    bar = bar_of(request, month=f"{shown.first:%Y-%m}", day=f"{day:%Y-%m-%d}" if day else "")
    found = sheet(
        request.team,
        shown,
        agenda=day or today,
        page=page,
        filters=bar.filters,
        with_free="free" in bar.laid,
    )
    context = {
        "bar": bar,
        "month": shown,
        "around": day or (shown.first if shown.first != today.replace(day=1) else None),
        "shown": Shown("month", shown.first),
        "sheet": found,
        "none": not found.count,
        "day": day,
        "agenda_day": day or today,
        "page": page,
        "can_write": request.membership.can("write"),
        "can_move": request.membership.can("schedule"),
    }
    response = partial(request, "calendar_app/month.html", "month_sheet", context)
    return addressed(response, bar)


def _number(text: str) -> int:
    return min(max(int(text), 1), 10_000) if re.fullmatch(r"[0-9]{1,9}", text) else 1
