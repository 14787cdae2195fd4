"""The way back from a move: what a toast offers, signed, so that nothing else can be asked for."""

from datetime import date
from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.queries.places import standing
from calendar_app.services import back
from calendar_app.views.answers import status_of
from calendar_app.views.drawn_anew import changes
from calendar_app.views.shown import Shown, shown_in, zone_shown
from posts.errors import PostsError
from posts.models import Post
from ui import dates
from ui.htmx import tell, toast

type Times = dict[str, Any]
A_DAY = 24 * 60 * 60


def undo_url(name: str, post: Post, was: Times, became: Times) -> str:
    """Of the address `name`, which takes the post from what it `became` to what it `was`."""
    token = signing.dumps([post.pk, was, became], salt=_salt(name), compress=True)
    url = reverse(name, kwargs={"team": post.team.slug, "post_id": post.pk})
    return f"{url}?{urlencode({'of': token})}"


def signed(request: TeamRequest, name: str, post: Post) -> tuple[Times, Times]:
    """What it was and became. 404 for what was not offered for this address and post."""
    of, salt = request.GET.get("of", ""), _salt(name)
    try:
        pk, was, became = signing.loads(of, salt=salt, max_age=A_DAY)
    except signing.BadSignature:
        raise Http404 from None
    if pk != post.pk:
        raise Http404
    return was, became


def _salt(name: str) -> str:
    return f"calendar_app.back {name}"


@member_can("schedule")
@require_POST
def post_move_undo(request: TeamRequest, post_id: int) -> HttpResponse:
    """Back to the times that it had, of each channel; the toast takes even that back."""
    post = get_object_or_404(Post.objects.for_team(request.team).select_related("team"), pk=post_id)
    was, became = signed(request, "calendar_app:post_move_undo", post)
    places = standing(post).places(zone_shown())
    try:
        back.take_back(post=post, was=was, became=became, by=request.user)
    except PostsError as error:
        shown = shown_in(request, otherwise=_day(post))
        answer = changes(request, shown, places, status_of(error)) if request.htmx else None
        return too_late(request, error, shown.url(request.team, _day(post)), answer)
    post.refresh_from_db()
    shown = shown_in(request, otherwise=_day(post))
    now = standing(post)
    again = move_undo_url(post, became, now.times, shown)
    if not request.htmx:
        tell(request, _said(post), undo_url=again)
        return redirect(shown.url(request.team, _day(post)))
    answer = changes(request, shown, places | now.places(zone_shown()))
    return toast(answer, _said(post), undo_url=again)


def too_late(
    request: TeamRequest, error: PostsError, at: str, answer: HttpResponse | None = None
) -> HttpResponse:
    """A toast upon what `answer` heals; without htmx a page that leads on to `at`."""
    if request.htmx:
        refused = answer or HttpResponse(status=status_of(error))
        return toast(refused, str(error), tone="bad")
    context = {"reason": error, "at": at}
    return render(request, "409.html", context, status=status_of(error))


def move_undo_url(post: Post, was: Times, became: Times, shown: Shown) -> str:
    return f"{undo_url('calendar_app:post_move_undo', post, was, became)}&{shown.query}"


def _day(post: Post) -> date | None:
    return timezone.localtime(post.planned_at).date() if post.planned_at else None


def _said(post: Post) -> str:
    if post.planned_at is None:
        return _("Taken off the calendar.")
    at = dates.written(timezone.localtime(post.planned_at), "D j M, H:i")
    return _("Moved to %(at)s.") % {"at": at}
