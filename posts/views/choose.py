"""Choosing from the library while a post is written: a dialog, or a page without scripts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import filing, reading
from posts.errors import PostsError
from posts.forms import MAX_PICTURES
from posts.models import MediaAsset
from posts.queries import library as query
from posts.services import attach as service
from posts.views import desk
from posts.views.panels import fresh
from ui.htmx import partial, wants_fragment

PAGE = "posts/choose.html"


@member_can("write")
@require_GET
def choose(request: TeamRequest) -> HttpResponse:
    """`post`: which one they are for; without it they begin a new one."""
    return _show(request)


def _show(request: TeamRequest, error: str = "", status: int = 200) -> HttpResponse:
    folders = query.folders(request.team)
    wanted = filing.wanted(request.GET, folders)
    given = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {
        "shelf": query.shelf(request.team, wanted),
        "wanted": wanted,
        "folders": folders,
        "post_id": reading.number(given.get("post", "")),
        "most": MAX_PICTURES,
        "error": error,
        "chosen": filing.chosen(request.POST.getlist("media")),
    }
    if wanted.after and wants_fragment(request):
        return partial(request, PAGE, "choose_tiles", context, status)
    searched = request.headers.get("HX-Target") == "choose-grid"
    return partial(request, PAGE, "choose_grid" if searched else "choose_dialog", context, status)


@member_can("write")
@require_POST
def attach(request: TeamRequest) -> HttpResponse:
    """Scripts get the tiles for the form; without them the post is saved with what was chosen."""
    ids = filing.chosen(request.POST.getlist("media"))
    assets = MediaAsset.objects.for_team(request.team).in_bulk(ids[:MAX_PICTURES])
    if not ids or len(assets) != len(ids):
        words = _("Choose at least one file first.") if not ids else _too_many_or_gone(ids)
        if wants_fragment(request):
            return HttpResponse(words, status=422, content_type="text/plain")
        return _show(request, words, 422)
    if wants_fragment(request):
        tiles = fresh((assets[pk] for pk in ids), request.team)
        return render(request, "posts/tiles.html", {"tiles": tiles})
    post_id = reading.number(request.POST.get("post", ""))
    if not post_id:
        url = reverse("posts:create", args=[request.team.slug])
        return redirect(f"{url}?{urlencode([('media', pk) for pk in ids])}")
    post = desk.find(request, post_id)
    try:
        service.attach(post=post, assets=[assets[pk] for pk in ids], by=request.user)
    except PostsError as error:
        return _show(request, str(error), 409)
    messages.success(request, _("Saved."))
    url = reverse("posts:edit", args=[request.team.slug, post.pk])
    return redirect(f"{url}#media")


def _too_many_or_gone(ids: list[int]) -> str:
    if len(ids) > MAX_PICTURES:
        return _("At most %(n)s pictures.") % {"n": MAX_PICTURES}
    return _("One of them was deleted meanwhile. Choose again.")
