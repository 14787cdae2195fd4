"""Where platforms tell us things by themselves. Public: nothing is believed before it is proved."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import public
from publishers import hooks
from publishers.contract import Forged, Greeting, Hook

LARGEST = 1_000_000


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, platform: str) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    asked = Hook(
        method=request.method or "",
        query=request.GET.dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.read(LARGEST),
    )
    heard = hooks.hear(platform, asked)
    if heard is None:
        raise Http404
    if isinstance(heard, Forged):
        return HttpResponse(status=403)
    if isinstance(heard, Greeting):
        # Echoed to whoever asks, so never as something that a browser would run.
        headers = {"X-Content-Type-Options": "nosniff"}
        return HttpResponse(heard.body, content_type=heard.content_type, headers=headers)
    hooks.keep(platform, heard)
    return HttpResponse(status=200)
