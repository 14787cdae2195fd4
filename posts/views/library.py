"""The media library: all that the team has uploaded, to find, to look at and to put in order.

Selections are plain forms: each decision goes back to the list as it was asked for.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import filing, reading
from posts.errors import PostsError
from posts.filing import TagsForm
from posts.forms import first_errors
from posts.models import Folder
from posts.queries import library as query
from posts.services import library, media, uploads
from ui.htmx import go, partial, refresh, wants_fragment

PAGE = "posts/library.html"
# What was just deleted, for the way back on the next page.
GONE = "library_gone"
# What a link back may repeat of the list.
_ASKED = frozenset({"q", "kind", "folder", "tag", "show", "sort"})


@member_can("view")
@require_GET
def shelf(request: TeamRequest) -> HttpResponse:
    """By htmx: the list as the filter wants it, the tiles that come `after` one, or the list as it
    is now, with as many tiles as were `shown`.
    """
    wanted = filing.wanted(request.GET, folders := query.folders(request.team))
    asked = urlencode({name: request.GET[name] for name in sorted(_ASKED) if request.GET.get(name)})
    context: dict[str, Any] = {
        "shelf": query.shelf(request.team, wanted),
        "wanted": wanted,
        "asked": asked,
        "may_write": request.membership.can("write"),
    }
    if wanted.after and not wanted.shown and wants_fragment(request):
        return partial(request, PAGE, "library_tiles", context)
    context |= {
        "summary": query.summary(request.team),
        "folders": folders,
        "tags": query.tags(request.team),
        **_upload_facts(),
        # What was decided on the page before this one, and the way back.
        "gone": None if wants_fragment(request) else request.session.pop(GONE, None),
    }
    part = "library_again" if wanted.shown else "library_parts"
    response = partial(request, PAGE, part, context)
    if request.htmx.trigger == "filter":
        response.headers["HX-Push-Url"] = f"{request.path}?{asked}".rstrip("?")
    return response


def _upload_facts() -> dict[str, Any]:
    return {
        "accept": media.ACCEPT,
        "piece": uploads.PIECE,
        "most": uploads.largest(),
        "video_mb": settings.VIDEO_BYTES // 1_000_000,
    }


@member_can("write")
@require_POST
def move(request: TeamRequest) -> HttpResponse:
    """`folder` empty: out of every folder."""
    ids, value = _chosen(request), request.POST.get("folder", "")
    folder = None
    if value:
        known = Folder.objects.for_team(request.team)
        folder = known.filter(pk=reading.number(value)).first()
    if not ids or (value and folder is None):
        return _back(request, _nothing() if not ids else _("This folder is gone."), bad=True)
    count = library.move(team=request.team, ids=ids, folder=folder)
    if folder is None:
        words = ngettext("%(n)s file is in no folder.", "%(n)s files are in no folder.", count)
    else:
        words = ngettext("%(n)s file is in “%(to)s”.", "%(n)s files are in “%(to)s”.", count)
    return _back(request, words % {"n": count, "to": folder})


@member_can("write")
@require_POST
def tag(request: TeamRequest) -> HttpResponse:
    ids, form = _chosen(request), TagsForm(request.POST)
    names = form.cleaned_data["tags"] if form.is_valid() else []
    if not ids or not names:
        told = first_errors(form) or [_("Type a tag first.")]
        return _back(request, told[0] if ids else _nothing(), bad=True)
    try:
        count = library.tag(team=request.team, ids=ids, names=names)
    except PostsError as error:
        return _back(request, str(error), bad=True)
    words = ngettext("%(n)s file is tagged.", "%(n)s files are tagged.", count)
    return _back(request, words % {"n": count})


@member_can("write")
@require_POST
def remove(request: TeamRequest) -> HttpResponse:
    """Delete what no post has; the rest stays, and the answer says so."""
    ids = _chosen(request)
    if not ids:
        return _back(request, _nothing(), bad=True)
    done = library.delete(team=request.team, ids=ids)
    if done.kept:
        words = ngettext(
            "%(n)s stays: a post has it. Open it to see where.",
            "%(n)s stay: posts have them. Open one to see where.",
            len(done.kept),
        )
        messages.warning(request, words % {"n": len(done.kept)})
    remember(request, done.gone)
    return _back(request)


def remember(request: TeamRequest, gone: Sequence[int], name: str = "") -> None:
    """Say it on the next page, with the way back."""
    if gone:
        words = ngettext("%(n)s file is deleted.", "%(n)s files are deleted.", len(gone))
        one = _("“%(name)s” is deleted.") % {"name": name} if name else ""
        request.session[GONE] = {"ids": list(gone), "words": one or words % {"n": len(gone)}}


@member_can("write")
@require_POST
def restore(request: TeamRequest) -> HttpResponse:
    """The way back; also asked by a toast, whose address names the file."""
    ids = filing.chosen([*request.POST.getlist("id"), *request.GET.getlist("id")])
    count = library.restore(team=request.team, ids=ids[: library.MOST_AT_ONCE])
    words = ngettext("%(n)s file is back.", "%(n)s files are back.", count) % {"n": count}
    if wants_fragment(request):
        messages.success(request, words)
        return refresh()
    return _back(request, words if count else _("Nothing to put back."), bad=not count)


def _chosen(request: TeamRequest) -> list[int]:
    return filing.chosen(request.POST.getlist("id"))[: library.MOST_AT_ONCE]


def _nothing() -> str:
    return _("Choose at least one file first.")


def _back(request: TeamRequest, words: str = "", *, bad: bool = False) -> HttpResponse:
    """To the list as it was asked for."""
    if words:
        (messages.warning if bad else messages.success)(request, words)
    pairs = parse_qsl(request.POST.get("asked", "")[:1000])
    asked = urlencode([(name, value) for name, value in pairs if name in _ASKED])
    url = reverse("posts:library", kwargs={"team": request.team.slug})
    return go(request, f"{url}?{asked}".rstrip("?"))
