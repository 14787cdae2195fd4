"""Moving a post on the calendar: by drag, by keys, by form, and back."""

from datetime import time
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.forms import MoveForm
from calendar_app.grid import parse_day
from calendar_app.queries.ahead import Ahead
from calendar_app.queries.places import standing
from calendar_app.services import move
from calendar_app.views.answers import status_of
from calendar_app.views.back import move_undo_url
from calendar_app.views.drawn_anew import changes
from calendar_app.views.shown import shown_in, zone_shown
from calendar_app.views.warned import against
from posts.errors import PostsError
from posts.models import Post
from ui import dates
from ui.htmx import partial, tell, toast
from ui.spoken import spoken


@member_can("schedule")
@require_http_methods(["GET", "POST"])
def post_move(request: TeamRequest, post_id: int) -> HttpResponse:
    """A form to choose day and time; its POST is also what drag, keys and undo send."""
    post = get_object_or_404(_posts(request), pk=post_id)
    if request.method == "GET":
        warned = against(post, post.planned_at) if post.planned_at else None
        return _form(request, post, MoveForm(initial=_where(post)), warned=warned)
    before, was = _where(post), standing(post)
    form = MoveForm(_typed(request))
    if not form.is_valid():
        return _form(request, post, form, 422)
    if warned := _warned(request, post, form.cleaned_data):
        return _form(request, post, form, 409, warned=warned)
    try:
        said = _move(request, post, form.cleaned_data)
    except PostsError as error:
        return _refused(request, post, form, error)
    day = form.cleaned_data["day"]
    shown = shown_in(request, otherwise=day or parse_day(before["day"]))
    now, zone = standing(post), zone_shown()
    undo = move_undo_url(post, was.times, now.times, shown)
    if not request.htmx:
        tell(request, said, undo_url=undo)
        return redirect(shown.url(request.team, day))
    answer = changes(request, shown, was.places(zone) | now.places(zone))
    return toast(answer, said, undo_url=undo)


def _move(request: TeamRequest, post: Post, data: dict[str, Any]) -> str:
    """The post is as it has become."""
    if data["day"] is None:
        move.to_drawer(post=post, by=request.user)
        return _("Taken off the calendar.")
    moment = move.to_day(
        post=post,
        day=data["day"],
        at=data["time"],
        of=data["of"],
        zone=zone_shown(),
        by=request.user,
    )
    moved = _("Moved to %(at)s.") % {"at": dates.written(moment.local, "D j M, H:i")}
    said = spoken(moment.note) or moved
    if "typed" in request.POST:
        return said
    warned = against(post, post.planned_at or moment.at, fixed=False)
    return " ".join([said, *[*warned.lines, *warned.notes][:1]])


def _typed(request: TeamRequest) -> dict[str, str]:
    """The fields of a move; the button with a better time brings both of them at once."""
    typed = {**request.GET.dict(), **request.POST.dict()}
    day, _, at = typed.get("fix", "").partition("T")
    return {**typed, "day": day, "time": at} if at else typed


def _warned(request: TeamRequest, post: Post, data: dict[str, Any]) -> Ahead | None:
    """Asked of the form only, and once: “Keep both” comes back with `keep`."""
    if "typed" not in request.POST or "keep" in request.POST or data["day"] is None:
        return None
    moment = move.moment_on(post, data["day"], zone_shown(), data["time"])
    warned = against(post, moment.at)
    return None if warned.closed else warned


def _refused(request: TeamRequest, post: Post, form: MoveForm, error: PostsError) -> HttpResponse:
    """A drag gets the card where it truly is, and why; the form keeps what was typed."""
    status = status_of(error)
    if request.htmx and "typed" not in request.POST:
        post.refresh_from_db(fields=move.MOVED)
        places = standing(post).places(zone_shown())
        if day := form.cleaned_data["day"]:
            places.add((day, (form.cleaned_data["time"] or time.min).hour))
        shown = shown_in(request, otherwise=day)
        return toast(changes(request, shown, places, status), str(error), tone="bad")
    form.add_error(None, str(error))
    return _form(request, post, form, status)


def _form(
    request: TeamRequest,
    post: Post,
    form: MoveForm,
    status: int = 200,
    warned: Ahead | None = None,
) -> HttpResponse:
    shown = shown_in(request, otherwise=parse_day(_where(post)["day"]))
    context = {
        "post": post,
        "form": form,
        "shown": shown,
        "back": shown.url(request.team),
        "warned": warned,
    }
    response = partial(request, "calendar_app/move.html", "move_form", context, status=status)
    if request.htmx and request.method == "POST":
        # A move swaps nothing of its own: the form with its errors goes back into the dialog.
        response.headers["HX-Retarget"] = "#move-dialog-body"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _posts(request: TeamRequest) -> QuerySet[Post]:
    return Post.objects.for_team(request.team).select_related("team")


def _where(post: Post) -> dict[str, str]:
    """The day and time it has now, as the form takes them."""
    if post.planned_at is None:
        return {"day": "", "time": ""}
    local = timezone.localtime(post.planned_at)
    return {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
