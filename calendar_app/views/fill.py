"""Posts without a time into the next free slots: choose, look, confirm."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.errors import Outdated
from calendar_app.services import fill
from calendar_app.views.answers import back_url
from posts import reading
from posts.models import Post
from posts.queries.cards import cards
from posts.states import Stage
from ui.htmx import partial, tell

PAGE = "calendar_app/slots_fill.html"
PER_PAGE = 30


@member_can("schedule")
@require_http_methods(["GET", "POST"])
def slots_fill(request: TeamRequest) -> HttpResponse:
    """GET with `posts` is the preview; its form POSTs the same with what it has shown."""
    asked = request.POST if request.method == "POST" else request.GET
    ids = [reading.number(pk) for pk in asked.getlist("posts")[: fill.MOST]]
    if request.method == "GET":
        return _choose(request) if not ids else _preview(request, ids)
    seen = request.POST.get("seen", "")
    try:
        done = fill.fill(team=request.team, ids=ids, seen=seen, by=request.user)
    except Outdated as error:
        return _preview(request, ids, str(error), 409)
    month = reverse("calendar_app:month", args=[request.team.slug])
    if done.act:
        tell(request, done.act.said, undo_url=back_url(done.act, month))
    for line in done.lines:
        if line.place is None:
            named = {"post": line.post, "why": line.why_not}
            messages.warning(request, _("Not “%(post)s”: %(why)s") % named)
    return redirect(month)


def _choose(request: TeamRequest) -> HttpResponse:
    waiting = Post.objects.for_team(request.team).filter(planned_at=None).exclude(stage=Stage.DONE)
    ids = waiting.order_by("-updated_at", "-pk").values_list("pk", flat=True)
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    found = cards(request.team, page, tags=False)
    context = {"page": page, "cards": [found[pk] for pk in page if pk in found]}
    return partial(request, PAGE, "fill_form", {**context, "most": fill.MOST})


def _preview(
    request: TeamRequest, ids: list[int], problem: str = "", status: int = 200
) -> HttpResponse:
    filling = fill.preview(team=request.team, ids=ids)
    names = {
        variant.channel_id: variant.channel
        for line in filling.lines
        for variant in line.post.variants.all()
    }
    rows: list[dict[str, Any]] = [
        {"line": line, "times": _times(line, names)} for line in filling.lines
    ]
    context = {"filling": filling, "rows": rows, "problem": problem}
    return partial(request, PAGE, "fill_form", context, status)


def _times(line: fill.Line, names: dict[int, Any]) -> list[tuple[Any, Any]]:
    if line.place is None:
        return []
    rows = [(names[pk], moment) for pk, moment in line.place.times.items() if pk in names]
    return sorted(rows, key=lambda row: row[1].at)
