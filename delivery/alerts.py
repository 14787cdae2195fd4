"""Who hears what became of a delivery, and in which words.

Called inside the transaction that settles it.
"""

from typing import Any

from django.urls import reverse

from accounts.models import Membership, User
from notifications.services import tell
from posts.models import Delivery, Post
from posts.states import DeliveryState
from publishers import registry
from publishers.models import Channel

TROUBLE = {
    DeliveryState.FAILED: "delivery_failed",
    DeliveryState.NEEDS_HUMAN: "delivery_unsure",
    DeliveryState.MISSED: "delivery_missed",
}


def trouble(delivery: Delivery, reason: str = "", kind: str = "") -> None:
    """A delivery waits for a person: its author and one owner hear of it."""
    kind = kind or TROUBLE[DeliveryState(delivery.state)]
    data = _facts(delivery) | {"reason": reason or delivery.problem}
    for user in _concerned(delivery.post):
        tell(kind=kind, team=delivery.post.team, user=user, data=data)


def published(delivery: Delivery) -> None:
    """The last channel is out: the author hears once for the whole post."""
    post = delivery.post
    live = post.deliveries.filter(state=DeliveryState.PUBLISHED).select_related("channel")
    names = ", ".join(sorted({platform_name(each.channel) for each in live}))
    data = _facts(delivery) | {"channels": names}
    for user in _concerned(post)[:1]:
        tell(kind="post_published", team=post.team, user=user, data=data)


def platform_name(channel: Channel) -> str:
    """Also for a platform that this installation no longer has."""
    adapter = registry.ADAPTERS.get(channel.platform)
    return adapter.spec.name if adapter else channel.platform


def _facts(delivery: Delivery) -> dict[str, Any]:
    return {
        "title": str(delivery.post),
        "channel": f"{platform_name(delivery.channel)} ({delivery.channel})",
        "delivery": delivery.pk,
        "post": delivery.post_id,
        "url": reverse("delivery:delivery", args=[delivery.post.team.slug, delivery.pk]),
    }


def _concerned(post: Post) -> list[User]:
    """The author while a member, then the first owner."""
    members = Membership.objects.for_team(post.team).select_related("user").order_by("pk")
    author = [m.user for m in members if m.user_id == post.author_id]
    owners = [m.user for m in members if m.role == Membership.Role.OWNER]
    return list(dict.fromkeys([*author, *owners[:1]]))
