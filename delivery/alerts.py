"""Who hears what became of a delivery, and in which words.

Called inside the transaction that settles it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts import permissions
from accounts.models import Membership, Team, User
from delivery.models import OutageNotice
from delivery.queries.risks import mend_url
from delivery.queries.weather import clock
from notifications.models import Message
from notifications.services import tell_all
from posts.models import Delivery, Post
from posts.states import DeliveryState
from publishers import registry
from publishers.models import Channel
from publishers.services import who_can_connect
from ui import dates

TROUBLE = {
    DeliveryState.FAILED: "delivery_failed",
    DeliveryState.NEEDS_HUMAN: "delivery_unsure",
    DeliveryState.MISSED: "delivery_missed",
}

# By number, in one message; how many they are it says in words.
MOST_NAMED = 500

FIX = {
    "delivery_failed": gettext_lazy(
        "Mend what it names, then try again; or note it as live, or drop it."
    ),
    "delivery_unsure": gettext_lazy(
        "Look at the channel, then say whether it is live. Until then it is not sent again."
    ),
    "delivery_missed": gettext_lazy("Publish it now, give it another time, or drop it."),
    "delivery_outage": gettext_lazy(
        "Publish them one a minute, give them another time, or drop them."
    ),
}

FIX_LIVE = gettext_lazy(
    "It was dropped here. Leave it there, or delete it on the platform; planned again it would be "
    "there twice."
)


def trouble(delivery: Delivery) -> None:
    """A delivery waits for a person: its author hears of it, and one other who can act."""
    kind = TROUBLE[DeliveryState(delivery.state)]
    post = delivery.post
    data = _facts(post, delivery) | {"reason": delivery.problem}
    people = _who_can_look(post) if kind == "delivery_unsure" else _concerned([post])[post.pk]
    _tell(kind, post.team, people, data)


def live_after_all(delivery: Delivery, permalink: str) -> None:
    """The platform answered after it was given up here."""
    post, dropped = delivery.post, delivery.state == DeliveryState.CANCELLED
    told = {"at": permalink}
    reason = gettext("It is live after all: %(at)s") % told
    fix = FIX_LIVE if dropped else FIX["delivery_unsure"]
    data = _facts(post, delivery) | {"reason": reason, "comment": str(fix)}
    _tell("delivery_unsure", post.team, _who_can_look(post), data)


def at_risk(delivery: Delivery) -> None:
    """It is not due yet, and would not go out: its author hears, and who can mend it.

    What keeps a whole channel is told once for it, with the first of its posts.
    """
    post = delivery.post
    author, mending = _concerned([post])[post.pk][:1], list[User]()
    if delivery.warning_about == Delivery.About.CHANNEL:
        alike = Delivery.objects.filter(
            channel_id=delivery.channel_id, state=DeliveryState.QUEUED, warning=delivery.warning
        ).exclude(pk=delivery.pk)
        mending = [] if alike.exists() else who_can_connect(post.team)
        author = [] if alike.filter(post__author_id=post.author_id).exists() else author
    assert delivery.due_at is not None
    data = _facts(post, delivery)
    data |= {
        "reason": delivery.warning.rstrip("."),
        "when": _there(delivery.due_at, post.team),
        "url": mend_url(delivery) or data["url"],
    }
    _tell("delivery_at_risk", post.team, list(dict.fromkeys([*author, *mending])), data)


def remind_owners(delivery: Delivery) -> None:
    """Nobody has looked for a long time."""
    post = delivery.post
    data = _facts(post, delivery) | {"reason": delivery.problem}
    _tell("delivery_unsure", post.team, _owners(post.team), data)


def late(team: Team, rows: Sequence[tuple[Delivery, str]]) -> None:
    """With each the reason. Whoever is concerned by several hears of them in one message."""
    concerned = _concerned([row.post for row, _reason in rows])
    theirs: defaultdict[User, list[tuple[Delivery, str]]] = defaultdict(list)
    for row, reason in rows:
        for user in concerned[row.post_id]:
            theirs[user].append((row, reason))
    for user, mine in theirs.items():
        row, reason = mine[0]
        # The line ends with it, and lines have no full stop.
        data = _facts(row.post, row) | {"reason": reason.rstrip(".")}
        if len(mine) == 1:
            _tell("delivery_late", team, [user], data)
        else:
            many = {"count": len(mine), "deliveries": [each.pk for each, _reason in mine]}
            _tell("deliveries_late", team, [user], data | many | {"url": _list(team)})


def outage(
    notice: OutageNotice, waiting: Sequence[int], late: int, authors: Collection[int]
) -> None:
    """One message for the whole team: what waits for a decision, how many still go out by
    themselves. `waiting` are deliveries and `authors` users, by their numbers.
    """
    team = notice.team
    said = []
    if waiting:
        words = ngettext("%(n)d post waits for you.", "%(n)d posts wait for you.", len(waiting))
        said.append(words % {"n": len(waiting)})
    if late:
        words = ngettext(
            "%(n)d post goes out late.",
            "%(n)d posts go out late, one a minute on each channel.",
            late,
        )
        said.append(words % {"n": late})
    members = Membership.objects.for_team(team).filter(user__in=authors).select_related("user")
    people = dict.fromkeys([m.user for m in members.order_by("pk")] + _owners(team)[:1])
    data = {
        "began": clock(notice.outage.began_at, team.zone),
        "ended": _there(notice.outage.ended_at, team),
        "what": " ".join(said).rstrip("."),
        "deliveries": list(waiting[:MOST_NAMED]),
        "url": _list(team),
    }
    _tell("delivery_outage", team, list(people), data)


def clock_wrong(host: str, ahead: float) -> None:
    """For those who look after this server: administrators, in a team of theirs."""
    where = gettext("ahead of") if ahead > 0 else gettext("behind")
    administrators = Membership.objects.filter(user__is_superuser=True, user__is_active=True)
    seen: set[int] = set()
    for membership in administrators.select_related("team", "user").order_by("pk"):
        if membership.user_id not in seen:
            seen.add(membership.user_id)
            data = {"host": host, "seconds": f"{abs(ahead):.1f}", "where": where}
            url = {"url": _list(membership.team)}
            _tell("clock_wrong", membership.team, [membership.user], data | url)


def _tell(kind: str, team: Team, people: Sequence[User], data: dict[str, Any]) -> None:
    fix = {"comment": str(FIX[kind])} if kind in FIX else {}
    tell_all([Message(kind=kind, team=team, user=user, data=fix | data) for user in people])


def _there(moment: datetime, team: Team) -> str:
    """By the team's clock, and whose that is: a mail has no other, and may be read elsewhere."""
    return f"{clock(moment, team.zone)} ({dates.city(team.zone)})"


def _list(team: Team) -> str:
    return reverse("delivery:list", args=[team.slug])


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


def _who_can_look(post: Post) -> list[User]:
    """The author while a member, and one other who may publish: rather an admin than an owner,
    whose turn comes when these two have not answered.
    """
    may = [role for role in permissions.MAY if permissions.allows(role, "publish")]
    members = (
        Membership.objects.for_team(post.team)
        .filter(role__in=may, user__is_active=True)
        .select_related("user")
    )
    order = (Membership.Role.ADMIN, Membership.Role.OWNER, Membership.Role.EDITOR)
    ranked = sorted(members, key=lambda m: (order.index(Membership.Role(m.role)), m.pk))
    author = [m.user for m in ranked if m.user_id == post.author_id]
    return [*author, *[m.user for m in ranked if m.user_id != post.author_id][:1]]


def _owners(team: Team) -> list[User]:
    owners = Membership.objects.for_team(team).filter(role=Membership.Role.OWNER)
    return [m.user for m in owners.select_related("user").order_by("pk")]


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
