"""/metrics for Prometheus: with the bearer token that is set, else from this machine alone."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from accounts.access import public
from delivery.metrics import exposition

_HERE = {"127.0.0.1", "::1", "localhost", "[::1]"}
_PLAIN = "text/plain; charset=utf-8"
# A proxy on this machine asks from here, too, for anybody.
_PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP")


@public
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if settings.METRICS_TOKEN and not _has_token(request):
        refused = HttpResponse("This needs the bearer token.\n", status=401, content_type=_PLAIN)
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    if not settings.METRICS_TOKEN and not _from_here(request):
        said = "Metrics are for this machine alone until DRUMBEAT_METRICS_TOKEN is set.\n"
        return HttpResponse(said, status=403, content_type=_PLAIN)
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    right = secrets.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    return kind.lower() == "bearer" and right


def _from_here(request: HttpRequest) -> bool:
    host, _port = split_domain_port(request.get_host())
    return (
        request.META.get("REMOTE_ADDR") in _HERE
        and host in _HERE
        and not any(header in request.headers for header in _PASSED_ON)
    )
