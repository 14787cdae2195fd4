"""Accounts on X: what they say of themselves, and which of them pay."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox import figures
from publishers.sandbox.models import Account
from publishers.sandbox.platforms.x.errors import needs
from publishers.sandbox.twin import Asked, answer

# Only who pays may change a post, or write a long one.
PREMIUM = {"harbourtrust"}


def has_premium(who: Account) -> bool:
    return who.handle in PREMIUM


def me(asked: Asked) -> HttpResponse:
    needs(asked, "users.read")
    who, fields = asked.who, asked.request.GET.get("user.fields", "").split(",")
    extra: dict[str, Any] = {
        "profile_image_url": asked.picture_url(),
        "verified_type": "blue" if has_premium(who) else "none",
        "subscription_type": "Premium" if has_premium(who) else "None",
        "public_metrics": {
            "followers_count": figures.followers(who),
            "following_count": 12,
            "listed_count": 1,
            "post_count": who.posts.public().count(),
        },
    }
    data: dict[str, Any] = {"id": who.remote_id, "name": who.name, "username": who.handle}
    return answer({"data": data | {name: extra[name] for name in extra if name in fields}})
