"""One picture or video of the library: to look at, to describe, to file and to delete."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.filing import AssetForm
from posts.forms import first_errors
from posts.models import MediaAsset
from posts.queries import crops, uses
from posts.queries import library as query
from posts.services import library
from posts.services.library import KEPT
from posts.views.library import remember
from ui.htmx import go, partial, toast, wants_fragment

PAGE = "posts/asset.html"
ASK = "posts/asset_delete.html"
USES_PER_PAGE = 10


def find(request: TeamRequest, media_id: int) -> MediaAsset:
    """Also what was deleted, as long as it can be put back."""
    rows = MediaAsset.objects.ever_of(request.team).exclude(file="")
    return get_object_or_404(rows.select_related("uploaded_by", "folder", "team"), pk=media_id)


@member_can("view")
@require_GET
def asset(request: TeamRequest, media_id: int) -> HttpResponse:
    """The page; asked by htmx, the panel beside the list."""
    return _show(request, find(request, media_id))


@member_can("write")
@require_POST
def edit(request: TeamRequest, media_id: int) -> HttpResponse:
    """By htmx with every change: a word that it is saved and, beside the list, its tile."""
    found = find(request, media_id)
    form = AssetForm(request.POST, asset=found)
    if not form.is_valid():
        if wants_fragment(request):
            told = {"error": first_errors(form)[0]}
            return render(request, f"{PAGE}#asset_saved", told, status=422)
        return _show(request, found, form)
    library.edit(asset=found, **form.said)
    if wants_fragment(request):
        found.refresh_from_db()
        tile = query.tiles(request.team, [found])[0] if "beside" in request.POST else None
        context = {"saved": True, "tile": tile, "may_write": True}
        return render(request, f"{PAGE}#asset_saved", context)
    messages.success(request, _("Saved."))
    return redirect("posts:library_asset", team=request.team.slug, media_id=found.pk)


def _show(request: TeamRequest, found: MediaAsset, form: AssetForm | None = None) -> HttpResponse:
    said, among = form.data if form else _values(found), crops.specs(request.team)
    context: dict[str, Any] = {
        "asset": found,
        "said": said,
        "errors": first_errors(form) if form else [],
        "folders": query.folders(request.team),
        "known_tags": query.tags(request.team),
        "rights": MediaAsset.Rights.choices,
        "uses": _page_of_uses(request, found),
        "fits": query.fits(found, among),
        "cuts": crops.cuts(found, among, found.focal),
        "renditions": query.made(found),
        "may_write": request.membership.can("write"),
    }
    return partial(request, PAGE, "asset_panel", context, 422 if form else 200)


def _page_of_uses(request: TeamRequest, found: MediaAsset) -> Any:
    posts = uses.posts_with(request.team, found.pk)
    return Paginator(posts, USES_PER_PAGE).get_page(request.GET.get("page", "")[:9])


def _values(found: MediaAsset) -> dict[str, str]:
    return {
        "name": found.name,
        "alt": found.alt,
        "focal_x": str(found.focal_x),
        "focal_y": str(found.focal_y),
        "folder": str(found.folder_id or ""),
        "tags": ", ".join(found.tags.order_by("name").values_list("name", flat=True)),
        "rights": found.rights,
        "credit": found.credit,
        "rights_until": found.rights_until.isoformat() if found.rights_until else "",
    }


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: TeamRequest, media_id: int) -> HttpResponse:
    """Asks first where posts that are out show it; 409 while one that is not out needs it."""
    found = find(request, media_id)
    if request.method != "POST":
        return _ask(request, found)
    done = library.delete(team=request.team, ids=[found.pk], sure="sure" in request.POST)
    if done.kept and wants_fragment(request):
        return go(request, reverse("posts:library_delete", args=[request.team.slug, found.pk]))
    if done.kept:
        return _ask(request, found, status=409)
    if not wants_fragment(request):
        remember(request, done.gone, str(found))
        return redirect("posts:library", team=request.team.slug)
    back = f"{reverse('posts:library_restore', args=[request.team.slug])}?id={found.pk}"
    response = render(request, f"{PAGE}#asset_gone", {"asset": found})
    return toast(response, _("“%(name)s” is deleted.") % {"name": found}, undo_url=back)


def _ask(request: TeamRequest, found: MediaAsset, status: int = 200) -> HttpResponse:
    waiting = uses.waiting(request.team, found.pk)
    shown = uses.posts_with(request.team, found.pk)
    context = {
        "asset": found,
        "waiting": waiting[:USES_PER_PAGE],
        "waiting_count": waiting.count(),
        "shown": shown[:USES_PER_PAGE],
        "shown_count": shown.count(),
        "days": KEPT.days,
    }
    return render(request, ASK, context, status=status)
