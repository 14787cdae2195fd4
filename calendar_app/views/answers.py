"""What pages of this room answer with: a refused move, its way back, what the filters asked for."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from calendar_app.filtering import Bar
from posts.errors import BadTime, NotReady, PostsError
from posts.models import BulkAct


def status_of(error: PostsError) -> int:
    """422 where the request can be mended, 409 where the post is elsewhere by now."""
    return 422 if isinstance(error, BadTime | NotReady) else 409


def addressed(response: HttpResponse, bar: Bar) -> HttpResponse:
    """The browser's address follows the filters, without what nobody knows."""
    if bar.asked:
        response.headers["HX-Push-Url"] = bar.here
    return response


def back_url(act: BulkAct, page: str) -> str:
    """To take it back; what comes of that leads on to `page`."""
    url = reverse("posts:selection_undo", args=[act.team.slug, act.pk])
    return f"{url}?{urlencode({'next': page})}"
