"""Who hears what became of a delivery, and in which words.

Called inside the transaction that settles it.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import Membership, User
from notifications.models import Message
from notifications.services import tell, tell_all
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
    post = delivery.post
    data = _facts(post, delivery) | {"reason": reason or delivery.problem}
    for user in _concerned([post])[post.pk]:
        tell(kind=kind, team=post.team, user=user, data=data)


def published(posts: Sequence[Post]) -> None:
    """Every channel is out: the author hears once for the whole post."""
    if not posts:
        return
    live = Delivery.objects.filter(post__in=posts, state=DeliveryState.PUBLISHED)
    out: defaultdict[int, list[Delivery]] = defaultdict(list)
    for delivery in live.select_related("channel").order_by("pk"):
        out[delivery.post_id].append(delivery)
    concerned = _concerned(posts)
    tell_all(
        [
            Message(
                kind="post_published",
                team=post.team,
                user=user,
                data=_facts(post, out[post.pk][-1]) | {"channels": _names(out[post.pk])},
            )
            for post in posts
            for user in concerned[post.pk][:1]
        ]
    )


def _names(deliveries: Sequence[Delivery]) -> str:
    return ", ".join(sorted({platform_name(each.channel) for each in deliveries}))


def platform_name(channel: Channel) -> str:
    """Also for a platform that this installation no longer has."""
    adapter = registry.ADAPTERS.get(channel.platform)
    return adapter.spec.name if adapter else channel.platform


def _facts(post: Post, delivery: Delivery) -> dict[str, Any]:
    return {
        "title": str(post),
        "channel": f"{platform_name(delivery.channel)} ({delivery.channel})",
        "delivery": delivery.pk,
        "post": post.pk,
        "url": reverse("delivery:delivery", args=[post.team.slug, delivery.pk]),
    }


def _concerned(posts: Sequence[Post]) -> dict[int, list[User]]:
    """For each post its author while a member, then the first owner."""
    teams = {post.team_id for post in posts}
    authors = [post.author_id for post in posts]
    members = Membership.objects.filter(
        Q(user__in=authors) | Q(role=Membership.Role.OWNER), team__in=teams
    ).select_related("user")
    found = list(members.order_by("pk"))
    return {
        post.pk: list(
            dict.fromkeys(
                [m.user for m in found if (m.team_id, m.user_id) == (post.team_id, post.author_id)]
                + [
                    m.user
                    for m in found
                    if m.team_id == post.team_id and m.role == Membership.Role.OWNER
                ][:1]
            )
        )
        for post in posts
    }
