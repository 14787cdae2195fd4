"""Shows times in the viewer's own zone, and keeps pages out of caches.

access.py puts the team's zone in place where the viewer has none.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone


class ViewerZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = getattr(request.user, "time_zone", "")
        with timezone.override(zone or None):
            return self.get_response(request)


class PrivatePagesMiddleware:
    """What a page shows is for its reader: no cache keeps it, unless the view says otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        match = request.resolver_match
        if request.method == "POST" and match and match.url_name == "account_logout":
            # Pictures, which a browser may keep. Not the storage: a draft may lie there.
            response.headers["Clear-Site-Data"] = '"cache"'
        return response
