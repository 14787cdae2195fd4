"""What pages of this room answer with: a refused move, and what the filters asked for."""

from django.http import HttpResponse

from calendar_app.filtering import Bar
from posts.errors import BadTime, NotReady, PostsError


def status_of(error: PostsError) -> int:
    """422 where the request can be mended, 409 where the post is elsewhere by now."""
    return 422 if isinstance(error, BadTime | NotReady) else 409


def addressed(response: HttpResponse, bar: Bar) -> HttpResponse:
    """The browser's address follows the filters, without what nobody knows."""
    if bar.asked:
        response.headers["HX-Push-Url"] = bar.here
    return response
