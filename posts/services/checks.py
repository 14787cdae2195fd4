"""Would each channel take this post, and do the team's gates let it through? Asked while writing,
before review and before scheduling.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team
from posts import content, gatekeeper, payloads
from posts.content import Snapshot
from posts.errors import NotReady
from posts.gatekeeper import Found, Looked, Subject
from posts.models import Post
from posts.states import DeliveryState
from publishers import fit, registry
from publishers.limits import Problem
from publishers.models import Channel

__all__ = [
    "Found",
    "each_looked",
    "limits",
    "looked",
    "looked_at",
    "problems",
    "require_ready",
    "subject",
]


def problems(
    post: Post,
    document: Snapshot | None = None,
    channels: Mapping[int, Channel] | None = None,
    due: Mapping[int, datetime] | None = None,
) -> Found:
    """Every problem with its channel id, None for the whole post.

    `channels`: the team's, by id, where they are at hand already. `due`: when they go out, where
    that is not when the post is planned.
    """
    return looked(post, document, channels, due).found


def looked(
    post: Post,
    document: Snapshot | None = None,
    channels: Mapping[int, Channel] | None = None,
    due: Mapping[int, datetime] | None = None,
) -> Looked:
    """The same, with what each gate says."""
    document = document or content.snapshot(post)
    if not document["channels"]:
        return Looked([(None, _no_channel())])
    if channels is None:
        ids = [int(pk) for pk in document["channels"]]
        channels = Channel.objects.for_team(post.team).in_bulk(ids)
    [one] = gatekeeper.look(post.team, [subject(post, document, channels, due)])
    return one


def looked_at(posts: Sequence[Post]) -> dict[int, Looked]:
    """Of one team's posts that selection.load has read, by their ids. In one statement at most."""
    told = {post.pk: Looked([(None, _no_channel())]) for post in posts}
    subjects = []
    for post in posts:
        variants, pictures = list(post.variants.all()), list(post.pictures.all())
        channels = {variant.channel_id: variant.channel for variant in variants}
        if channels:
            document = content.document(post, pictures, variants)
            rows = (d for d in post.deliveries.all() if d.state != DeliveryState.CANCELLED)
            due = {d.channel_id: d.due_at for d in rows if d.due_at}
            subjects.append(subject(post, document, channels, due))
    if subjects:
        each = gatekeeper.look(posts[0].team, subjects)
        told |= {one.post: found for one, found in zip(subjects, each, strict=True)}
    return told


def each_looked(team: Team, subjects: Sequence[Subject]) -> list[Looked]:
    """Of one team's posts, in their order. In one statement at most."""
    sent = [one for one in subjects if one.channels]
    found = iter(gatekeeper.look(team, sent) if sent else ())
    return [next(found) if one.channels else Looked([(None, _no_channel())]) for one in subjects]


def subject(
    post: Post,
    document: Snapshot,
    channels: Mapping[int, Channel],
    due: Mapping[int, datetime] | None = None,
    *,
    health: bool = True,
) -> Subject:
    """`health`: also that a channel is not connected."""
    chosen = {pk: channel for pk, channel in channels.items() if str(pk) in document["channels"]}
    found: Found = [
        (pk, problem)
        for pk, channel in chosen.items()
        for problem in [
            *(_health(channel) if health else ()),
            *limits(document, channel, timezone.now()),
        ]
    ]
    return Subject(document, chosen, found, post.pk or 0, post.planned_at, due or {})


def require_ready(post: Post, document: Snapshot | None = None) -> Looked:
    """Raise NotReady with the errors; warnings pass."""
    found = looked(post, document)
    if found.errors:
        raise NotReady(found.errors)
    return found


def limits(document: Snapshot, channel: Channel, now: datetime) -> list[Problem]:
    """What the platform of one channel would not take; its connection aside."""
    items = payloads.items(document, channel.pk, client_token="", created_at=now)
    thread = document["kind"] == Post.Kind.THREAD
    return fit.problems(items, channel.platform, account=channel.kind, thread=thread)


def _no_channel() -> Problem:
    return Problem(
        "error", "no_channel", _("No channel is chosen."), _("Choose where this post goes.")
    )


def _health(channel: Channel) -> list[Problem]:
    if channel.state == Channel.State.CONNECTED:
        return []
    name = f"{registry.name_of(channel.platform)} ({channel})"
    return [
        Problem(
            "error",
            "disconnected",
            _("%(channel)s is not connected.") % {"channel": name},
            _("Reconnect it under Channels, or take it off this post."),
        )
    ]
