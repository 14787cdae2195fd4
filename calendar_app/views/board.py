"""The board, and moving cards on it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.filtering import bar_of, bar_shown
from calendar_app.forms import StageForm
from calendar_app.moves import moves_of
from calendar_app.queries import board as queries
from calendar_app.queries.board import TITLES
from calendar_app.services.stage import to_column
from calendar_app.views.answers import addressed, status_of
from posts.errors import PostsError
from posts.models import Post
from ui.htmx import partial, toast


@member_can("view")
@require_GET
def board(request: TeamRequest) -> HttpResponse:
    bar = bar_of(request)
    columns = queries.board(request.team, bar.filters)
    totals = {column.key: column.total for column in columns}
    context = {
        "bar": bar,
        "columns": columns,
        "none": not any(totals.values()),
        "open": sum(totals.values()) - totals["published"],
        "attention": totals["attention"],
        "can_write": request.membership.can("write"),
    }
    response = partial(request, "calendar_app/board.html", "board_columns", context)
    return addressed(response, bar)


@member_can("view")
@require_GET
def board_column(request: TeamRequest, key: str) -> HttpResponse:
    """The next cards of one column, as it scrolls; a page of them without JavaScript."""
    skip = request.GET.get("skip", "0")
    if key not in TITLES or not (skip.isascii() and skip.isdigit() and len(skip) < 8):
        raise Http404
    bar = bar_of(request)
    column = queries.column(request.team, key, int(skip), bar.filters)
    context = {"bar": bar, "column": column, "can_write": request.membership.can("write")}
    return partial(request, "calendar_app/column.html", "column_cards", context)


@member_can("write")
@require_http_methods(["GET", "POST"])
def card_move(request: TeamRequest, post_id: int) -> HttpResponse:
    """Every column, with the reason where it cannot go. Its POST is what a drag sends."""
    post = get_object_or_404(Post.objects.for_team(request.team).select_related("team"), pk=post_id)
    if request.method == "GET":
        return _choices(request, post)
    form = StageForm(request.POST)
    if not form.is_valid():
        return _choices(request, post, "Choose one of the columns.", 422)
    source = queries.one_card(request.team, post).column
    try:
        to_column(post=post, column=form.cleaned_data["to"], by=request.user)
    except PostsError as error:
        return _refused(request, post, source, error)
    if not request.htmx:
        return redirect("calendar_app:board", team=request.team.slug)
    keys = {source, queries.one_card(request.team, post).column}
    return toast(_changes(request, keys), f"Moved to {TITLES[form.cleaned_data['to']]}.")


def _refused(request: TeamRequest, post: Post, source: str, error: PostsError) -> HttpResponse:
    status = status_of(error)
    if not request.htmx:
        return _choices(request, post, str(error), status)
    post.refresh_from_db()
    keys = {source, queries.one_card(request.team, post).column}
    return toast(_changes(request, keys, status), str(error), tone="bad")


def _changes(request: TeamRequest, keys: set[str], status: int = 200) -> HttpResponse:
    """Out-of-band: the columns as they truly are."""
    bar = bar_shown(request)
    columns = [queries.column(request.team, key, 0, bar.filters) for key in TITLES if key in keys]
    context = {"bar": bar, "columns": columns, "can_write": True, "swap": True}
    return render(request, "calendar_app/board.html#board_changes", context, status=status)


def _choices(request: TeamRequest, post: Post, error: str = "", status: int = 200) -> HttpResponse:
    context = {"post": post, "moves": moves_of(post), "error": error}
    return partial(request, "calendar_app/card_move.html", "card_move_form", context, status=status)
