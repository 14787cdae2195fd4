"""A card of the board to another place: by drag, by form, and back."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.forms import PlaceForm
from calendar_app.grouping import Place
from calendar_app.moves import lanes_for, moves_of
from calendar_app.queries import board as queries
from calendar_app.queries.counts import TITLES
from calendar_app.queries.places import standing
from calendar_app.services import stage
from calendar_app.services.lane import to_place
from calendar_app.views.answers import status_of
from calendar_app.views.back import signed, too_late, undo_url
from calendar_app.views.drawn import board_url, changes, group_shown
from posts.errors import PostsError
from posts.forms import first_errors
from posts.models import Post
from ui.htmx import partial, tell, toast, trigger


@member_can("write")
@require_http_methods(["GET", "POST"])
def card_move(request: TeamRequest, post_id: int) -> HttpResponse:
    """Every column and lane, with the reason where it cannot go. Its POST is what a drag sends."""
    post = get_object_or_404(Post.objects.for_team(request.team).select_related("team"), pk=post_id)
    if request.method == "GET":
        return _choices(request, post)
    form = PlaceForm({**request.GET.dict(), **request.POST.dict()})
    if not form.is_valid():
        return _choices(request, post, first_errors(form)[0], 422)
    to, place = form.cleaned_data["to"], form.cleaned_data["place"]
    source, before = queries.one_card(request.team, post).column, standing(post).times
    try:
        was = to_place(post=post, column=to, place=place, by=request.user)
    except PostsError as error:
        return _refused(request, post, source, error, anew="lane" in request.GET)
    post.refresh_from_db()
    said = _("Moved to %(column)s.") % {"column": TITLES[to]} if to else _("Moved.")
    undo = _out(request, post, before, was) if to else _back(request, was)
    # Undone from a toast: no drag waits for the answer, and reads the board by itself.
    return _moved(request, post, source, said, undo, anew="lane" in request.GET)


@member_can("write")
@require_POST
def card_move_undo(request: TeamRequest, post_id: int) -> HttpResponse:
    """Back to the column that it came from, as `of` says."""
    post = get_object_or_404(Post.objects.for_team(request.team).select_related("team"), pk=post_id)
    was, became = signed(request, "calendar_app:card_move_undo", post)
    source = queries.one_card(request.team, post).column
    try:
        stage.from_column(post=post, was=was, became=became, by=request.user)
    except PostsError as error:
        if request.htmx:
            return _refused(request, post, source, error, anew=bool(group_shown(request)))
        return too_late(request, error, board_url(request))
    post.refresh_from_db()
    column = queries.one_card(request.team, post).column
    said = _("Moved to %(column)s.") % {"column": TITLES[column]}
    return _moved(request, post, source, said, anew=bool(group_shown(request)))


def _moved(
    request: TeamRequest, post: Post, source: str, said: str, undo: str = "", *, anew: bool
) -> HttpResponse:
    if not request.htmx:
        tell(request, said, undo_url=undo)
        return redirect(board_url(request))
    return toast(_drawn(request, post, source, anew=anew), said, undo_url=undo)


def _drawn(
    request: TeamRequest, post: Post, source: str, status: int = 200, *, anew: bool
) -> HttpResponse:
    answer = changes(request, {source, queries.one_card(request.team, post).column}, status)
    return trigger(answer, "drum:board") if anew else answer


def _out(request: TeamRequest, post: Post, before: dict[str, Any], lane: Place | None) -> str:
    """The POST that takes the card out of its column again; none for what changed its lane, too."""
    became = standing(post).times
    if lane or not stage.leads_back(before, became):
        return ""
    url, group = undo_url("calendar_app:card_move_undo", post, before, became), group_shown(request)
    return f"{url}&{urlencode({'group': group})}" if group else url


def _back(request: TeamRequest, was: Place | None) -> str:
    """The POST that gives the card its lane again."""
    if was is None:
        return ""
    return f"{request.path}?{urlencode({'group': was.group, 'lane': was.key})}"


def _refused(
    request: TeamRequest, post: Post, source: str, error: PostsError, *, anew: bool
) -> HttpResponse:
    status = status_of(error)
    if not request.htmx:
        return _choices(request, post, str(error), status)
    post.refresh_from_db()
    return toast(_drawn(request, post, source, status, anew=anew), str(error), tone="bad")


def _choices(request: TeamRequest, post: Post, error: str = "", status: int = 200) -> HttpResponse:
    group = group_shown(request)
    context = {
        "post": post,
        "moves": moves_of(post),
        "group": group,
        "lanes": lanes_for(post, group),
        "board": board_url(request),
        "error": error,
    }
    return partial(request, "calendar_app/card_move.html", "card_move_form", context, status=status)
