"""Shows pages in the viewer's own language and zone, keeps them out of caches, and tells the audit
log whom a request is from.

access.py puts the team's zone in place where the viewer has none.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts import audit, languages, refusals


class WhoAndWhereMiddleware:
    """Behind the one that knows the user. What was refused leaves an entry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with audit.came_with(request):
            response = self.get_response(request)
            refusals.noticed(request, response)
            return response


class ViewerZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = getattr(request.user, "time_zone", "")
        with timezone.override(zone or None):
            return self.get_response(request)


class ViewerLanguageMiddleware:
    """The account's choice, then what the browser asks for, then LANGUAGE_CODE.

    Unlike Django's own it leaves the thread as it found it: what runs there next is nobody's page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = translation.get_language_from_request(request)
        language = languages.chosen(request.user) or asked
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response


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
