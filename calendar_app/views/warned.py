"""What speaks against a time, on the forms that ask for one. Also for views that move posts."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.queries.ahead import Ahead, Intent, ahead, intent_of
from posts import reading
from posts.errors import BadTime
from posts.forms import TimeForm
from posts.models import Post
from posts.times import from_utc
from ui.htmx import partial

PAGE = "calendar_app/conflicts.html"
MOST_CHANNELS = 100


@member_can("view")
@require_GET
def post_conflicts(request: TeamRequest, post_id: int) -> HttpResponse:
    """Of a stored post at the date and time that a form says, or at its own."""
    post = get_object_or_404(Post.objects.for_team(request.team).select_related("team"), pk=post_id)
    at = _asked(request) or post.planned_at
    warned = against(post, at) if at else Ahead()
    return _answer(request, warned, at, post=post)


@member_can("write")
@require_GET
def conflicts(request: TeamRequest) -> HttpResponse:
    """Of the channels and the time that the composer says; texts only of what is stored."""
    _post, intent = intended(request)
    at = _asked(request) if request.GET.get("when", "pick") == "pick" else None
    warned = ahead(request.team, intent, at) if at else Ahead()
    return _answer(request, warned, at, composing=True)


def intended(request: TeamRequest) -> tuple[Post | None, Intent]:
    """What the composer says is to go out where; of a stored post the rest is known."""
    number = reading.number(request.GET.get("post", ""))
    post = Post.objects.for_team(request.team).filter(pk=number).first()
    asked = [reading.number(pk) for pk in request.GET.getlist("channels")[:MOST_CHANNELS]]
    stored = intent_of(post) if post else Intent(0, "", {})
    offsets = {pk: stored.offsets.get(pk, timedelta()) for pk in asked}
    return post, Intent(stored.post_id, stored.body, offsets, stored.own)


def against(post: Post, at: datetime, *, fixed: bool = True) -> Ahead:
    moved = from_utc(at, timezone.get_current_timezone_name())
    return ahead(post.team, intent_of(post, moved), at, fixed=fixed)


def _asked(request: TeamRequest) -> datetime | None:
    form = TimeForm(request.GET)
    if not form.is_valid():
        return None
    try:
        return form.moment(timezone.get_current_timezone_name()).at
    except BadTime:
        return None


def _answer(request: TeamRequest, warned: Ahead, at: datetime | None, **more: Any) -> HttpResponse:
    same_day = bool(at and warned.fix and _local(at).date() == _local(warned.fix).date())
    may = request.membership.can("schedule")
    context = {"warned": warned, "at": at, "same_day": same_day, "may_schedule": may, **more}
    return partial(request, PAGE, "conflicts_list", context)


def _local(at: datetime) -> datetime:
    return timezone.localtime(at)
