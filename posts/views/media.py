"""Pictures and videos: taking them in, describing them, and serving them to the team only."""

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
from posts.views import desk
from posts.views.pieces import Stored, served
from posts.views.sheet import Tile
from ui.htmx import wants_fragment

# Whatever a browser makes of the bytes, it runs nothing in them.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@member_can("write")
@require_POST
def media_upload(request: TeamRequest) -> HttpResponse:
    """Scripts send a file at a time and get its tile; a plain form opens a new post with all."""
    uploads = request.FILES.getlist("files")
    try:
        media.require_few(uploads)
        assets = [
            media.store(team=request.team, by=request.user, upload=upload) for upload in uploads
        ]
        if not assets:
            raise UploadRefused(_("Choose a picture first."))
    except UploadRefused as error:
        return _refused(request, error)
    if wants_fragment(request):
        tiles = [Tile(asset, asset.alt, 0) for asset in assets]
        return render(request, "posts/tiles.html", {"tiles": tiles})
    query = urlencode([("media", asset.pk) for asset in assets])
    return redirect(f"{reverse('posts:create', kwargs={'team': request.team.slug})}?{query}")


def _refused(request: TeamRequest, error: UploadRefused) -> HttpResponse:
    if wants_fragment(request):
        return HttpResponse(str(error), status=error.status, content_type="text/plain")
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
    asset = get_object_or_404(MediaAsset.objects.for_team(request.team), pk=media_id)
    return _serve(request, asset.file.name, asset.mime, asset.name)


@member_can("view")
@require_GET
def media_small(request: TeamRequest, media_id: int) -> HttpResponseBase:
    asset = get_object_or_404(MediaAsset.objects.for_team(request.team), pk=media_id)
    return _serve(request, asset.thumbnail.name, "image/webp", asset.name)


def _serve(request: TeamRequest, key: str | None, mime: str, name: str) -> HttpResponseBase:
    response = served(request, Stored(key or "", mime, name or "picture"), policy=SANDBOX)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
