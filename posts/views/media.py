"""Pictures and videos: taking them in, describing them, and serving them to the team only."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.errors import UploadRefused
from posts.forms import AltForm
from posts.models import MediaAsset
from posts.services import media
from posts.services.media import Taken
from posts.views import desk, uploads
from posts.views.panels import fresh
from posts.views.pieces import Stored, served
from ui.htmx import wants_fragment

# Whatever a browser makes of the bytes, it runs nothing in them.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@member_can("write")
@require_POST
def media_upload(request: TeamRequest) -> HttpResponse:
    """Scripts send a file at a time and get its tile; a plain form opens a new post with all.

    `to` "library": what was sent stays there, by script with JSON and else with the page.
    """
    found = request.FILES.getlist("files")
    try:
        media.require_few(found)
        taken = [media.take(team=request.team, by=request.user, upload=one) for one in found]
        if not taken:
            raise UploadRefused(_("Choose a picture first."))
    except UploadRefused as error:
        return _refused(request, error)
    if request.POST.get("to") == "library":
        return _to_library(request, taken)
    assets = [one.asset for one in taken]
    if wants_fragment(request):
        return render(request, "posts/tiles.html", {"tiles": fresh(assets, request.team)})
    query = urlencode([("media", asset.pk) for asset in assets])
    return redirect(f"{reverse('posts:create', kwargs={'team': request.team.slug})}?{query}")


def _to_library(request: TeamRequest, taken: Sequence[Taken]) -> HttpResponse:
    if wants_fragment(request):
        return uploads.told(request, taken[0])
    for one in taken:
        words = _("You have “%(name)s” already.") if one.known else _("“%(name)s” is here.")
        messages.success(request, words % {"name": one.asset})
    return redirect("posts:library", team=request.team.slug)


def _refused(request: TeamRequest, error: UploadRefused) -> HttpResponse:
    if wants_fragment(request):
        return uploads.refused(error)
    if request.POST.get("to") == "library":
        messages.warning(request, str(error))
        return redirect("posts:library", team=request.team.slug)
    page = desk.sheet_of_nothing(request, "")
    return desk.show(request, page, errors=[str(error)], status=error.status)


@member_can("write")
@require_POST
def media_alt(request: TeamRequest, media_id: int) -> HttpResponse:
    """Keep a description with the picture, for the next post that uses it."""
    asset = get_object_or_404(MediaAsset.objects.for_team(request.team), pk=media_id)
    typed = request.POST.get("alt", request.POST.get(f"alt_{asset.pk}", ""))
    form = AltForm({"alt": typed})
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain")
    media.describe(asset=asset, alt=form.cleaned_data["alt"])
    return HttpResponse(status=204)


@member_can("view")
@require_GET
def media_file(request: TeamRequest, media_id: int) -> HttpResponseBase:
    asset = get_object_or_404(MediaAsset.objects.ever_of(request.team), pk=media_id)
    return _serve(request, asset.file.name, asset.mime, asset.name)


@member_can("view")
@require_GET
def media_small(request: TeamRequest, media_id: int) -> HttpResponseBase:
    asset = get_object_or_404(MediaAsset.objects.ever_of(request.team), pk=media_id)
    return _serve(request, asset.thumbnail.name, "image/webp", asset.name)


def _serve(request: TeamRequest, key: str | None, mime: str, name: str) -> HttpResponseBase:
    response = served(request, Stored(key or "", mime, name or "picture"), policy=SANDBOX)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
