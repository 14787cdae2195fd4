"""The board, as columns or in lanes, and the next cards of a column as it scrolls."""

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.filtering import Bar, bar_of
from calendar_app.grouping import group_of, place_of
from calendar_app.queries import board as queries
from calendar_app.queries.counts import TITLES
from calendar_app.queries.lanes import lanes
from calendar_app.views.answers import addressed
from calendar_app.views.drawn import choices_of, page_of
from ui.htmx import partial


@member_can("view")
@require_GET
def board(request: TeamRequest) -> HttpResponse:
    group = group_of(request.GET.get("group", ""))
    page = page_of(request.GET.get("lanes", ""))
    bar = bar_of(request, group=group)
    context = _of_lanes(request, bar, group, page) if group else _of_columns(request, bar)
    totals = {column.key: column.total for column in context["heads"]}
    still_open = [column for column in context["heads"] if column.key != "published"]
    context |= {
        "bar": bar,
        "grouping": choices_of(bar),
        "none": not any(totals.values()),
        "open": sum(column.least for column in still_open),
        "open_beyond": any(column.beyond for column in still_open),
        "attention": totals["attention"],
        "can_write": request.membership.can("write"),
        "can_manage": request.membership.can("manage"),
    }
    response = partial(request, "calendar_app/board.html", "board_columns", context)
    return addressed(response, bar)


def _of_columns(request: TeamRequest, bar: Bar) -> dict[str, Any]:
    columns = queries.board(request.team, bar.filters)
    return {"columns": columns, "heads": columns}


def _of_lanes(request: TeamRequest, bar: Bar, group: str, page: int) -> dict[str, Any]:
    found = lanes(request.team, group, page, bar.filters)
    return {"lanes": found, "heads": found.heads}


@member_can("view")
@require_GET
def board_column(request: TeamRequest, key: str) -> HttpResponse:
    """The next cards of a column, in lanes of one of its cells; a page of them without scripts."""
    skip, group = _number(request.GET.get("skip", "0")), request.GET.get("group", "")
    place = place_of(group, request.GET.get("lane", "")) if group else None
    if key not in TITLES or skip is None or (group and place is None):
        raise Http404
    bar = bar_of(request, group=place.group if place else "")
    column = queries.column(request.team, key, skip, bar.filters, place)
    context = {
        "bar": bar,
        "column": column,
        "place": place,
        "can_write": request.membership.can("write"),
    }
    return partial(request, "calendar_app/column.html", "column_cards", context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
