"""A post into the queue: its channels' next free slots, and the way back."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.queries.places import standing
from calendar_app.services import back, queue
from calendar_app.services.hold import week
from calendar_app.services.queue import Place
from calendar_app.views.answers import status_of
from calendar_app.views.back import signed, too_late, undo_url
from posts import clock, reading
from posts.errors import PostsError
from posts.models import Post
from posts.services.commitment import channels_to_time
from publishers.models import Channel
from ui import dates
from ui.htmx import tell, toast, trigger
from ui.spoken import spoken

MOST_CHANNELS = 100


@member_can("schedule")
@require_http_methods(["GET", "POST"])
def queue_add(request: TeamRequest, post_id: int) -> HttpResponse:
    """GET shows which slots it would take. The composer hands its own POST on to here."""
    post = _post(request, post_id)
    if request.method == "GET":
        return _ask(request, post)
    was = standing(post).times
    try:
        place = queue.add_to_queue(post=post, by=request.user)
    except PostsError as error:
        return _refused(request, post, error)
    words = said(place)
    post.refresh_from_db()
    undo = undo_url("calendar_app:queue_remove", post, was, standing(post).times)
    if request.htmx:
        return trigger(toast(HttpResponse(status=204), words, undo_url=undo), "live")
    if request.POST.get("then") == "review":
        url = _url(request, "approvals:post_review", post)
        return HttpResponseRedirect(url, preserve_request=True)
    tell(request, words, undo_url=undo)
    return redirect(_url(request, "posts:post", post))


@member_can("schedule")
@require_POST
def queue_remove(request: TeamRequest, post_id: int) -> HttpResponse:
    """Back to the times that it had, as `of` says. Nothing else can be chosen here."""
    post = _post(request, post_id)
    was, became = signed(request, "calendar_app:queue_remove", post)
    try:
        back.take_back(post=post, was=was, became=became, by=request.user)
    except PostsError as error:
        return too_late(request, error, _url(request, "posts:post", post))
    words = _("Taken out of the queue.")
    if request.htmx:
        return toast(HttpResponse(status=204), words)
    tell(request, words)
    return redirect(_url(request, "posts:post", post))


@member_can("schedule")
@require_GET
def queue_next(request: TeamRequest) -> HttpResponse:
    """In words, the first slot that these channels would take: for the composer."""
    asked = [reading.number(pk) for pk in request.GET.getlist("channels")[:MOST_CHANNELS]]
    chosen = Channel.objects.for_team(request.team).filter(pk__in=asked)
    channels = list(chosen.values_list("pk", flat=True))
    besides = [reading.number(request.GET.get("post", ""))]
    held = week(request.team, channels, now=clock.ask(), besides=besides)
    context: dict[str, Any] = {}
    try:
        context["place"] = queue.find(Post(team=request.team), channels, held)
    except PostsError as error:
        context["problem"] = str(error)
    return render(request, "calendar_app/queue_add.html#queue_words", context)


def _ask(request: TeamRequest, post: Post, problem: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"post": post, "problem": problem}
    channels = channels_to_time(post)
    held = week(post.team, channels, now=clock.ask(), besides=[post.pk])
    try:
        place = queue.find(post, channels, held)
        rows = [(held.channels[pk], moment) for pk, moment in place.times.items()]
        context |= {"place": place, "rows": sorted(rows, key=lambda row: row[1].at)}
    except PostsError as error:
        context["problem"] = problem or str(error)
    return render(request, "calendar_app/queue_add.html", context, status=status)


def _refused(request: TeamRequest, post: Post, error: PostsError) -> HttpResponse:
    status = status_of(error)
    if request.htmx:
        return toast(HttpResponse(status=status), str(error), tone="bad")
    post.refresh_from_db()
    return _ask(request, post, str(error), status)


def said(place: Place) -> str:
    """What happened, in the reader's zone."""
    at = dates.written(timezone.localtime(place.at.at), "D j M, H:i")
    if not place.commits:
        words = _("Planned for %(at)s. It goes out once it is approved.")
    elif place.apart:
        words = _("In the queue: each channel takes its own slot, the first %(at)s.")
    else:
        words = _("In the queue for %(at)s.")
    return " ".join([words % {"at": at}, *map(spoken, place.notes)])


def _post(request: TeamRequest, post_id: int) -> Post:
    return get_object_or_404(Post.objects.for_team(request.team).select_related("team"), pk=post_id)


def _url(request: TeamRequest, name: str, post: Post) -> str:
    return reverse(name, kwargs={"team": request.team.slug, "post_id": post.pk})
