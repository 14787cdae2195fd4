"""An act on the posts that were chosen: what it asks, what it would do, what it did, the way back.

The view of an act is one call of `selected`, also in the rooms above.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import reading
from posts.errors import IllegalMove, UnknownPost
from posts.models import BulkAct, Post
from posts.selectionforms import ActForm
from posts.services import selection
from posts.services.selection import MOST, Act, Line
from posts.services.undo import take_back, usable
from ui.htmx import partial, toast, trigger, wants_fragment

PAGE = "posts/selection.html"
DONE = "posts/selection_done.html"
CHOSEN = "drum:chosen"


@dataclass(frozen=True)
class Sort:
    """How an act is shown. `make` gets its valid form, or None where it asks for nothing;
    `zoned` where it is about times; `final` says beforehand why there is no way back.
    """

    title: str
    press: str
    make: Callable[[Any], Act]
    form: type[ActForm] | None = None
    danger: bool = False
    zoned: bool = False
    final: str = ""


def selected(request: TeamRequest, sort: Sort) -> HttpResponse:
    """Without `confirm` it changes nothing, unless the posts were `dropped` somewhere and it has a
    way back. Who reads the address is led to the list.
    """
    if request.method != "POST":
        return redirect("calendar_app:list", team=request.team.slug)
    ids = _chosen(request)
    if problem := _refused(len(ids)):
        return _shown(request, sort, 422, problem=problem)
    try:
        posts = selection.load(request.team, ids)
    except UnknownPost:
        raise Http404 from None
    form = sort.form(request.POST, team=request.team) if sort.form else None
    if form and not form.is_bound:
        return _shown(request, sort, posts=posts, form=form)
    if form and not form.is_valid():
        return _shown(request, sort, 422, posts=posts, form=form)
    act = sort.make(form)
    if "confirm" in request.POST:
        return _done(request, act, ids, set(request.POST.getlist("seen")))
    return _first(request, sort, act, posts, form)


def _first(
    request: TeamRequest, sort: Sort, act: Act, posts: list[Post], form: ActForm | None
) -> HttpResponse:
    """What it would do; of posts that were dropped, done at once where there is a way back."""
    lines = act.lines(posts)
    if "dropped" not in request.POST or not act.kind:
        return _shown(request, sort, posts=posts, form=form, lines=lines)
    warned = next((words for line in lines for words in line.warned), "")
    ids = [post.pk for post in posts]
    return _done(request, act, ids, {line.mark for line in lines}, warned)


def _chosen(request: TeamRequest) -> list[int]:
    ids = list(dict.fromkeys(map(reading.number, request.POST.getlist("id"))))
    if 0 in ids:
        raise Http404
    return ids


def _refused(n: int) -> str:
    if not n:
        return _("Choose at least one post first.")
    if n <= MOST:
        return ""
    return _("Choose at most %(most)s posts. These are %(n)s.") % {"most": MOST, "n": n}


def _shown(
    request: TeamRequest, sort: Sort, status: int = 200, *, lines: Sequence[Line] = (), **said: Any
) -> HttpResponse:
    context = {
        "sort": sort,
        "changes": [line for line in lines if not line.why_not],
        "left": [line for line in lines if line.why_not],
        "next": _next(request),
        **said,
    }
    return partial(request, PAGE, "selection_form", context, status)


def _next(request: TeamRequest) -> str:
    """The page that the posts were chosen on."""
    target = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return target
    return reverse("calendar_app:list", args=[request.team.slug])


# -- done


def _done(
    request: TeamRequest, act: Act, ids: list[int], seen: set[str], warned: str = ""
) -> HttpResponse:
    """`warned`: what speaks against it, where nobody has seen that before."""
    made = selection.apply(team=request.team, ids=ids, act=act, seen=seen, by=request.user)
    if not made.done:
        return _result(request, made, 409)
    url = reverse("posts:selection_done", args=[request.team.slug, made.pk])
    if not wants_fragment(request):
        return redirect(f"{url}?{_asked(request)}")
    whole = made.done == len(made.results)
    if not whole:
        return trigger(_result(request, made), CHOSEN, {"done": True})
    undo = f"{url}undo/" if made.way_back else ""
    answer = toast(HttpResponse(status=204), f"{made.said} {warned}".rstrip(), undo_url=undo)
    return trigger(answer, CHOSEN, {"done": True, "close": True})


def _asked(request: TeamRequest) -> str:
    query = request.GET.copy()
    query["next"] = _next(request)
    return query.urlencode()


def _result(request: TeamRequest, made: BulkAct, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "act": made,
        "left": [result for result in made.results if not result["done"]],
        "changed": [result for result in made.results if result["done"]],
        "may_undo": usable(request.team, request.user).filter(pk=made.pk).exists(),
        "next": _next(request),
        **more,
    }
    return partial(request, DONE, "selection_result", context, status)


@member_can("write")
@require_GET
def selection_done(request: TeamRequest, pk: int) -> HttpResponse:
    mine = BulkAct.objects.for_team(request.team).filter(by=request.user)
    return _result(request, get_object_or_404(mine, pk=pk))


@member_can("write")
@require_POST
def selection_undo(request: TeamRequest, pk: int) -> HttpResponse:
    """Take all of it back, as far as nothing has happened since."""
    try:
        done, refused = take_back(team=request.team, pk=pk, by=request.user)
    except UnknownPost:
        raise Http404 from None
    except IllegalMove as error:
        return _undone(request, pk, str(error), 409)
    parts = []
    if done:
        words = ngettext("%(n)s post is as it was.", "%(n)s posts are as they were.", done)
        parts.append(words % {"n": done})
    if refused:
        left = ngettext("%(n)s stays: %(why)s", "%(n)s stay: %(why)s", len(refused))
        parts.append(left % {"n": len(refused), "why": refused[0]})
    return _undone(request, pk, " ".join(parts), 200 if done else 409)


def _undone(request: TeamRequest, pk: int, words: str, status: int) -> HttpResponse:
    well = status == HTTPStatus.OK
    if wants_fragment(request):
        answer = HttpResponse(status=204 if well else status)
        toast(answer, words, tone="good" if well else "bad")
        return trigger(answer, CHOSEN, {"close": True})
    if not well:
        made = BulkAct.objects.for_team(request.team).get(pk=pk)
        return _result(request, made, status, problem=words)
    messages.success(request, words)
    return redirect(_next(request))
