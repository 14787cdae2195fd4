"""What the board's pages share: how it may be grouped, and the board anew after a move."""

from dataclasses import dataclass, replace

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from accounts.http import TeamRequest
from calendar_app.filtering import Bar, bar_shown, query_shown
from calendar_app.grouping import GROUPS, group_of
from calendar_app.queries import board as queries
from calendar_app.queries.counts import TITLES
from posts import reading


@dataclass(frozen=True)
class Grouping:
    key: str
    label: str
    url: str
    on: bool


def page_of(text: str) -> int:
    """Of the lanes; the first for what is no number."""
    return max(1, reading.number(text[:6]))


def choices_of(bar: Bar) -> list[Grouping]:
    """The ways to group this board, each with the address that keeps its filters."""
    now = bar.keep.get("group", "")
    return [
        Grouping(key, str(label), replace(bar, keep={"group": key}).here, key == now)
        for key, label in GROUPS.items()
    ]


def group_shown(request: TeamRequest) -> str:
    """As a form says, or the page that the browser shows meanwhile."""
    said = request.POST.get("group") or request.GET.get("group")
    return group_of(said or QueryDict(query_shown(request)).get("group", ""))


def board_url(request: TeamRequest) -> str:
    group = group_shown(request)
    query = {"group": group} if group else None
    return reverse("calendar_app:board", kwargs={"team": request.team.slug}, query=query)


def changes(request: TeamRequest, keys: set[str], status: int = 200) -> HttpResponse:
    """Out-of-band: the columns `keys` as they truly are. A board in lanes is read again as a whole:
    were it replaced here, a reading of it that is on its way would find nothing to replace.
    """
    if group_of(QueryDict(query_shown(request)).get("group", "")):
        return HttpResponse(status=status)
    bar = bar_shown(request)
    columns = [queries.column(request.team, key, 0, bar.filters) for key in TITLES if key in keys]
    context = {"bar": bar, "columns": columns, "can_write": True, "swap": True}
    return render(request, "calendar_app/board.html#board_changes", context, status=status)
