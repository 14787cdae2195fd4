"""The quick edit of a card: its few facts in a dialog, or on a page of their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.cardform import CardForm
from calendar_app.errors import Outdated
from calendar_app.queries.board import one_card
from calendar_app.services import card
from calendar_app.views.answers import status_of
from calendar_app.views.drawn import board_url, group_shown
from calendar_app.views.shown import zone_shown
from calendar_app.views.warned import against
from posts.errors import PostsError
from posts.models import Post
from posts.queries.choices import choices
from posts.queries.status import may_move
from posts.states import Stage
from ui.htmx import partial, toast


@member_can("write")
@require_http_methods(["GET", "POST"])
def card_edit(request: TeamRequest, post_id: int) -> HttpResponse:
    """What others changed meanwhile is shown beside what was typed; the next press decides."""
    post = _post(request, post_id)
    if post.stage == Stage.DONE:
        published = _("It is published. Duplicate it to write a new one.")
        return _answer(request, post, None, published, 409)
    form = _form(request, post)
    if not form.is_bound:
        return _answer(request, post, form)
    if not form.is_valid():
        return _answer(request, post, form, status=422)
    made, mark = form.changes(zone_shown()), form.cleaned_data["mark"]
    try:
        noted = card.edit(post=post, mark=mark, changes=made, by=request.user)
    except Outdated as error:
        post = _post(request, post_id)
        return _answer(request, post, _form(request, post), str(error), 409, outdated=True)
    except PostsError as error:
        return _answer(request, post, form, str(error), status_of(error))
    return _saved(request, post_id, noted, timed=made.when is not None)


def _post(request: TeamRequest, post_id: int) -> Post:
    rows = Post.objects.for_team(request.team).select_related("team", "campaign", "assignee")
    return get_object_or_404(rows, pk=post_id)


def _form(request: TeamRequest, post: Post) -> CardForm:
    item = one_card(request.team, post)
    movable = may_move(item.status) and item.column != "attention"
    return CardForm(
        request.POST if request.method == "POST" else None,
        post=post,
        choices=choices(request.team),
        timed=movable and request.membership.can("schedule"),
    )


def _answer(
    request: TeamRequest,
    post: Post,
    form: CardForm | None,
    error: str = "",
    status: int = 200,
    *,
    outdated: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {
        "post": post,
        "form": form,
        "error": error,
        "now": form.differences if form and outdated else [],
        "mark": card.mark_of(post) if outdated or status == 200 else request.POST.get("mark", ""),
        "choices": form.choices if form else None,
        "group": group_shown(request),
        "board": board_url(request),
    }
    page = "calendar_app/card_edit.html"
    response = partial(request, page, "card_edit_form", context, status)
    if request.htmx and request.method == "POST":
        # What is saved swaps nothing; a form to mend goes back into the dialog.
        response.headers["HX-Retarget"] = "#move-dialog-body"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _saved(request: TeamRequest, post_id: int, noted: str, *, timed: bool) -> HttpResponse:
    said, post = [_("Saved."), noted], _post(request, post_id)
    if timed and post.planned_at:
        said += against(post, post.planned_at).lines[:1]
    words = " ".join(filter(None, said))
    if not request.htmx:
        messages.success(request, words)
        return redirect(board_url(request))
    return toast(HttpResponse(), words)
