"""Browsers in which notifications appear: let in by the person, from the page of preferences."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import public, signed_in
from accounts.http import UserRequest
from notifications import browsers
from notifications.models import Browser

WORKER = settings.BASE_DIR / "static/js/push-worker.js"


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponseBase:
    """Under one name for all releases: browsers ask there for a newer one, for years."""
    response = FileResponse(WORKER.open("rb"), content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@signed_in
@require_POST
def let_in(request: UserRequest) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in ("address", "p256dh", "auth")}
    name = browsers.name_of(request.headers.get("User-Agent", ""))
    try:
        browsers.let_in(user=request.user, name=name, **given)
    except browsers.NotABrowser:
        return HttpResponse(_("That is no address of a browser."), status=422)
    messages.success(request, _("Notifications will appear in this browser"))
    return redirect("notifications:preferences")


@signed_in
@require_POST
def remove(request: UserRequest, pk: int) -> HttpResponse:
    get_object_or_404(Browser, pk=pk, user=request.user).delete()
    messages.success(request, _("Nothing appears there any more"))
    return redirect("notifications:preferences")
