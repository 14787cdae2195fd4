"""Would each channel take this post? Asked while writing, before review and before scheduling."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from posts import content, payloads
from posts.content import Snapshot
from posts.errors import NotReady
from posts.models import Post
from publishers import fit, registry
from publishers.limits import Problem
from publishers.models import Channel

type Found = list[tuple[int | None, Problem]]


def problems(
    post: Post,
    document: Snapshot | None = None,
    channels: Mapping[int, Channel] | None = None,
) -> Found:
    """Every problem with its channel id, None for the whole post.

    `channels`: the team's, by id, where they are at hand already.
    """
    document = document or content.snapshot(post)
    if not document["channels"]:
        return [
            (
                None,
                Problem(
                    "error",
                    "no_channel",
                    _("No channel is chosen."),
                    _("Choose where this post goes."),
                ),
            )
        ]
    ids = [int(pk) for pk in document["channels"]]
    if channels is None:
        channels = Channel.objects.for_team(post.team).in_bulk(ids)
    return [
        (channel.pk, problem)
        for channel in channels.values()
        if channel.pk in ids
        for problem in [*_health(channel), *limits(document, channel, timezone.now())]
    ]


def require_ready(post: Post, document: Snapshot | None = None) -> None:
    """Raise NotReady with the errors; warnings pass."""
    errors = [(pk, problem) for pk, problem in problems(post, document) if problem.level == "error"]
    if errors:
        raise NotReady(errors)


def limits(document: Snapshot, channel: Channel, now: datetime) -> list[Problem]:
    """What the platform of one channel would not take; its connection aside."""
    items = payloads.items(document, channel.pk, client_token="", created_at=now)
    thread = document["kind"] == Post.Kind.THREAD
    return fit.problems(items, channel.platform, account=channel.kind, thread=thread)


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
