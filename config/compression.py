"""Pages go out compressed. Files and streams go as they are: events must not wait for more."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

KINDS = ("text/html", "application/json")


class PagesGZipMiddleware(GZipMiddleware):
    """Django's, which lengthens each answer at random, so that its length tells nothing."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(KINDS):
            return response
        return super().process_response(request, response)
