"""The month, and moving posts on it."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.forms import MoveForm
from calendar_app.grid import Month, parse_day, parse_month
from calendar_app.queries.month import sheet
from calendar_app.services import move
from calendar_app.views.answers import status_of
from posts.errors import PostsError
from posts.models import Post
from ui.htmx import partial, toast


@member_can("view")
@require_GET
def month(request: TeamRequest) -> HttpResponse:
    zone, today = _zone(), timezone.localdate()
    day = parse_day(request.GET.get("day", ""))
    shown = Month.of(parse_month(request.GET.get("month", ""), day or today), zone)
    page = _number(request.GET.get("page", "1"))
    context = {
        "month": shown,
        "sheet": sheet(request.team, shown, agenda=day or today, page=page),
        "day": day,
        "agenda_day": day or today,
        "page": page,
        "can_write": request.membership.can("write"),
        "can_move": request.membership.can("schedule"),
    }
    return partial(request, "calendar_app/month.html", "month_sheet", context)


@member_can("schedule")
@require_http_methods(["GET", "POST"])
def post_move(request: TeamRequest, post_id: int) -> HttpResponse:
    """A form to choose day and time; its POST is also what drag, keys and undo send."""
    post = get_object_or_404(_posts(request), pk=post_id)
    if request.method == "GET":
        return _form(request, post, MoveForm(initial=_where(post)))
    before = _where(post)
    form = MoveForm({**request.GET.dict(), **request.POST.dict()})
    if not form.is_valid():
        return _form(request, post, form, 422)
    try:
        said = _move(request, post, form.cleaned_data)
    except PostsError as error:
        return _refused(request, post, form, error)
    back = f"{request.path}?{urlencode({**before, 'month': _shown(request)})}"
    if not request.htmx:
        return redirect(_month_url(request, form.cleaned_data["day"]))
    days = {parse_day(before["day"]), form.cleaned_data["day"]}
    return toast(_changes(request, days), said, undo_url=back, act="Undo")


def _move(request: TeamRequest, post: Post, data: dict[str, Any]) -> str:
    if data["day"] is None:
        move.to_drawer(post=post, by=request.user)
        return "Taken off the calendar."
    moment = move.to_day(post=post, day=data["day"], at=data["time"], zone=_zone(), by=request.user)
    return moment.note or f"Moved to {moment.local:%a %-d %b, %H:%M}."


def _refused(request: TeamRequest, post: Post, form: MoveForm, error: PostsError) -> HttpResponse:
    """A drag gets the card where it truly is, and why; the form keeps what was typed."""
    status = status_of(error)
    if request.htmx and "typed" not in request.POST:
        post.refresh_from_db()
        days = {parse_day(_where(post)["day"]), form.cleaned_data["day"]}
        return toast(_changes(request, days, status), str(error), tone="bad")
    form.add_error(None, str(error))
    return _form(request, post, form, status)


def _changes(request: TeamRequest, days: set[date | None], status: int = 200) -> HttpResponse:
    """Out-of-band: the cells that changed, on the month that the browser shows, and the drawer."""
    some = next((day for day in days if day), timezone.localdate())
    shown = Month.of(parse_month(_shown(request), some), _zone())
    found = sheet(request.team, shown)
    context = {
        "changed": [day for day in found.days if day.day in days],
        "sheet": found,
        "month": shown,
        "can_write": True,
        "can_move": True,
    }
    return render(request, "calendar_app/month.html#month_changes", context, status=status)


def _form(request: TeamRequest, post: Post, form: MoveForm, status: int = 200) -> HttpResponse:
    context = {"post": post, "form": form, "month": _shown(request)}
    response = partial(request, "calendar_app/move.html", "move_form", context, status=status)
    if request.htmx and request.method == "POST":
        # A move swaps nothing of its own: the form with its errors goes back into the dialog.
        response.headers["HX-Retarget"] = "#move-dialog-body"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _posts(request: TeamRequest) -> Any:
    return Post.objects.for_team(request.team).select_related("team")


def _where(post: Post) -> dict[str, str]:
    """The day and time it has now, as the form takes them."""
    if post.planned_at is None:
        return {"day": "", "time": ""}
    local = timezone.localtime(post.planned_at)
    return {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}


def _month_url(request: TeamRequest, day: date | None) -> str:
    query = f"?month={day:%Y-%m}&day={day:%Y-%m-%d}" if day else ""
    return reverse("calendar_app:month", kwargs={"team": request.team.slug}) + query


def _shown(request: TeamRequest) -> str:
    """The month that the browser shows, as "2026-12"."""
    return request.POST.get("month", request.GET.get("month", ""))


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


def _number(text: str) -> int:
    return min(max(int(text), 1), 10_000) if re.fullmatch(r"[0-9]{1,9}", text) else 1
