"""Committing many posts that batch.py has just made, in a few statements: the questions that
schedule.schedule would ask of each, and the rows that it would write.

Called by importwork.py in the transaction that made them. Until that ends nobody else sees these
posts, so nothing of them changes after they are looked at and none has to be locked; the rows of
the file they come from are held. A test compares both ways.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Team, User
from notifications.live import announce
from posts import clock, gatekeeper, renditions, workflow
from posts.content import Snapshot
from posts.errors import BadTime, NeedsReview, NotReady, PostsError, Stopped
from posts.gatekeeper import PLATFORM, Looked
from posts.models import Approval, Delivery, Post, Revision, Verdict
from posts.services import checks, gating
from posts.services.batch import New
from posts.services.commitment import patience, require_future, unseen
from posts.services.schedule import unplanned
from posts.states import DeliveryState
from posts.times import from_utc
from publishers.models import Channel

FIRST = 1  # The number of a new post's first revision.


@dataclass
class _Going:
    """A post on its way. `looked`: what the team's gates said, where it has some."""

    post: Post
    document: Snapshot
    channels: Mapping[int, Channel]
    deliveries: list[Delivery] = field(default_factory=list)
    looked: Looked | None = None

    @property
    def due(self) -> dict[int, datetime]:
        return {one.channel_id: one.due_at for one in self.deliveries if one.due_at}


@transaction.atomic
def schedule_all(*, team: Team, by: User, posts: Sequence[New]) -> dict[int, PostsError]:
    """Why some are not committed, by their ids: they stay planned, and keep no other back."""
    if not posts:
        return {}
    going, refused = _going(team, posts), dict[int, PostsError]()
    for ask in _QUESTIONS:
        refused |= ask(going[0].post.team, going) if going else {}
        going = [one for one in going if one.post.pk not in refused]
    if going:
        _commit(going, by)
        _look_again(going)
    return refused


def _going(team: Team, posts: Sequence[New]) -> list[_Going]:
    """With the team and the channels as they are now, not as they were when rows were read."""
    team = Team.objects.get(pk=team.pk)
    ids = {variant.channel_id for new in posts for variant in new.variants}
    channels = Channel.objects.for_team(team).in_bulk(ids)
    going = {}
    for new in posts:
        new.post.team = team
        its = {one.channel_id: channels[one.channel_id] for one in new.variants}
        going[new.post.pk] = _Going(new.post, new.document, its)
    drafts = Delivery.objects.for_team(team).filter(post__in=going, state=DeliveryState.DRAFT)
    for delivery in drafts.filter(due_at__isnull=False).order_by("pk"):
        going[delivery.post_id].deliveries.append(delivery)
    return list(going.values())


# -- what is asked of each, in the order of schedule.schedule


def _in_time(team: Team, going: Sequence[_Going]) -> dict[int, PostsError]:
    now, refused = clock.ask(), dict[int, PostsError]()
    for post in (one.post for one in going):
        try:
            _require_future(post, team, now)
        except (BadTime, NeedsReview) as error:
            refused[post.pk] = error
    return refused


def _require_future(post: Post, team: Team, now: datetime) -> None:
    if post.planned_at is None:
        raise unplanned(post)
    require_future(from_utc(post.planned_at, post.planned_zone or team.time_zone), now)


def _ready(team: Team, going: Sequence[_Going]) -> dict[int, PostsError]:
    subjects = [checks.subject(one.post, one.document, one.channels) for one in going]
    each = zip(going, checks.each_looked(team, subjects), strict=True)
    return {one.post.pk: NotReady(found.errors) for one, found in each if found.errors}


def _reviewed(team: Team, going: Sequence[_Going]) -> dict[int, PostsError]:
    if not team.review_required:
        return {}
    said = _("This team asks for a review first. Send the post for review.")
    return {one.post.pk: NeedsReview(said) for one in going}


def _past_gates(team: Team, going: Sequence[_Going]) -> dict[int, PostsError]:
    if team.gates is None:
        return {}
    subjects = [checks.subject(one.post, one.document, one.channels, one.due) for one in going]
    refused = dict[int, PostsError]()
    for one, looked in zip(going, gatekeeper.look(team, subjects), strict=True):
        one.looked = looked
        if stops := looked.blocked_but({PLATFORM}):
            refused[one.post.pk] = Stopped(stops, looked)
    return refused


_QUESTIONS: Sequence[Callable[[Team, Sequence[_Going]], dict[int, PostsError]]] = (
    _in_time,
    _ready,
    _reviewed,
    _past_gates,
)


# -- what is written


def _commit(going: Sequence[_Going], by: User) -> None:
    revisions = _permit(going, by)
    posts = [one.post for one in going]
    for stage in dict.fromkeys(post.stage for post in posts):
        alike = [post for post in posts if post.stage == stage]
        workflow.move_all(alike, "waive", by=by, note={"revision": FIRST})
    workflow.move_all(posts, "schedule", by=by)
    queued = [
        (delivery, revision, one.post)
        for one, revision in zip(going, revisions, strict=True)
        for delivery in one.deliveries
    ]
    workflow.move_all(
        [delivery for delivery, _revision, _post in queued],
        "commit",
        by=by,
        each={
            "revision_id": [revision.pk for _delivery, revision, _post in queued],
            "content_hash": [revision.content_hash for _delivery, revision, _post in queued],
            "late_after": [patience(post) for _delivery, _revision, post in queued],
        },
        run_at=F("due_at"),
        problem="",
        failures=0,
        **unseen(),
    )


def _permit(going: Sequence[_Going], by: User) -> list[Revision]:
    """The first version of each, kept and allowed."""
    revisions = Revision.objects.bulk_create(
        Revision(
            post=one.post,
            number=FIRST,
            content_hash=one.post.content_hash,
            snapshot=one.document,
            author=by,
        )
        for one in going
    )
    Approval.objects.bulk_create(
        Approval(
            post_id=revision.post_id,
            revision=revision,
            content_hash=revision.content_hash,
            source=Approval.Source.NO_REVIEW,
            granted_by=by,
            granted_name=str(by),
        )
        for revision in revisions
    )
    rows = list[Verdict]()
    for one, revision in zip(going, revisions, strict=True):
        if one.document["media"]:
            renditions.order(revision)
        if one.looked:
            rows += gating.verdicts(one.looked, one.post, revision, Verdict.When.SCHEDULE)
    Verdict.objects.bulk_create(rows)
    return revisions


def _look_again(going: Sequence[_Going]) -> None:
    topics = ["deliveries", "board", "calendar"]
    for one in going:
        topics.append(f"post:{one.post.pk}")
        topics += [f"delivery:{delivery.pk}" for delivery in one.deliveries]
    announce(going[0].post.team_id, *topics)
