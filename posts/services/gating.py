"""What goes out, or to reviewers, passes the team's gates, and what they said is kept with it.

Called by the services that send for review, schedule, move, send again or take back a decision. For
a look only, while one writes, there is checks.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from posts import gatekeeper
from posts.errors import Stopped
from posts.gatekeeper import PLATFORM, Looked
from posts.models import Delivery, Post, Revision, Verdict
from posts.services import checks
from publishers.models import Channel
from publishers.problems import Problem

# Longer ones are cut: they quote what somebody wrote.
LONGEST = 500
When, Outcome = Verdict.When, Verdict.Outcome


def require(
    post: Post, revision: Revision, due: Mapping[int, datetime], when: str = When.SCHEDULE
) -> None:
    """Raises Stopped with what is against this version at these times. A team that has chosen
    nothing has no gate of its own, and what platforms take was asked before.
    """
    if post.team.gates is None:
        return
    looked = look(post, revision, due)
    if stops := looked.blocked_but({PLATFORM}):
        raise Stopped(stops, looked)
    keep(looked, post, revision, when)


def look(
    post: Post, revision: Revision, due: Mapping[int, datetime], *, committed: bool = False
) -> Looked:
    document = revision.snapshot
    ids = [int(pk) for pk in document["channels"]]
    channels = Channel.objects.for_team(post.team).in_bulk(ids)
    said = checks.subject(post, document, channels, due, health=False)
    [looked] = gatekeeper.look(post.team, [replace(said, committed=committed)])
    return looked


def require_again(delivery: Delivery, at: datetime) -> None:
    """The same for one channel alone, as it was committed."""
    if delivery.post.team.gates is None or delivery.revision is None:
        return
    looked = look(delivery.post, delivery.revision, {delivery.channel_id: at})
    found = looked.blocked_but({PLATFORM})
    if stops := [one for one in found if one[0] in (None, delivery.channel_id)]:
        raise Stopped(stops, looked)


def require_at(post: Post, times: Mapping[int, datetime]) -> None:
    """The same for what is queued already, at the times to which it is moved."""
    if post.team.gates is None:
        return
    queued = post.deliveries.filter(channel_id__in=times, revision__isnull=False)
    committed = queued.select_related("revision").order_by("-pk").first()
    if committed is not None and committed.revision is not None:
        require(post, committed.revision, times)


def keep(looked: Looked, post: Post, revision: Revision, when: str) -> None:
    """In one statement."""
    Verdict.objects.bulk_create(verdicts(looked, post, revision, when))


def verdicts(looked: Looked, post: Post, revision: Revision, when: str) -> list[Verdict]:
    """Not stored yet. What every channel is told alike is one row."""
    at, rows = timezone.now(), list[Verdict]()
    for look in looked.looks:
        found = _told(look.found) or {(look.outcome, look.skipped): None}
        rows += [
            Verdict(
                post=post,
                revision=revision,
                channel_id=channel,
                gate=look.gate,
                outcome=outcome,
                words=words[:LONGEST],
                when=when,
                rules=post.team.gates,
                at=at,
            )
            for (outcome, words), channel in found.items()
        ]
    return rows


def _told(found: Sequence[tuple[int | None, Problem]]) -> dict[tuple[str, str], int | None]:
    told: dict[tuple[str, str], list[int | None]] = {}
    for channel, problem in found:
        outcome = Outcome.BLOCKED if problem.level == "error" else Outcome.WARNED
        told.setdefault((outcome, str(problem)), []).append(channel)
    return {key: ids[0] if len(ids) == 1 else None for key, ids in told.items()}
