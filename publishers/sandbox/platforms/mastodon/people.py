"""Who is who on the server."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from publishers.sandbox import figures
from publishers.sandbox.models import Account
from publishers.sandbox.platforms.mastodon.apps import site_of
from publishers.sandbox.platforms.mastodon.errors import error
from publishers.sandbox.twin import Asked, Refused, answer

READERS = ("read", "read:accounts", "profile")


def current(asked: Asked) -> HttpResponse:
    if not any(asked.token.allows(scope) for scope in READERS):
        raise Refused(error(403, "This action is outside the authorized scopes"))
    return answer(shown(asked, asked.who))


def shown(asked: Asked, who: Account) -> dict[str, Any]:
    address = reverse("sandbox:account_picture", args=[who.platform, who.handle])
    picture = asked.request.build_absolute_uri(address)
    return {
        "id": who.remote_id,
        "username": who.handle,
        "acct": who.handle,
        "display_name": who.name,
        "url": f"{site_of(asked)}/@{who.handle}",
        "avatar": picture,
        "avatar_static": picture,
        "locked": False,
        "bot": False,
        "note": "",
        "followers_count": figures.followers(who),
        "following_count": 42,
        "statuses_count": who.posts.public().count(),
    }
