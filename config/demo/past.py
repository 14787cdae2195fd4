"""What Drumbeat did before it was installed: rows as a month of work would have left them.

Used for the demo's published posts and for load. Posts and deliveries are inserted where their
story ended (posts/workflow.py); approval, attempts and activity are written to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Team, User
from delivery.models import Attempt
from posts import content, workflow
from posts.models import (
    Activity,
    Approval,
    Delivery,
    MediaAsset,
    Post,
    PostMedia,
    Revision,
    Variant,
)
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from publishers.models import Channel

DRAFTED, ASKED, APPROVED = timedelta(days=3), timedelta(days=2), timedelta(days=1, hours=2)


@dataclass
class Sent:
    """How one channel ended. `problem` for those that did not get through."""

    state: DeliveryState
    remote_id: str | None = None
    permalink: str = ""
    problem: str = ""


@dataclass
class Story:
    """One post and what became of it. `at` is when it was, or will be, due."""

    post: Post
    stage: Stage
    at: datetime | None
    channels: Sequence[Channel]
    texts: dict[int, str | None] = field(default_factory=dict)
    picture: MediaAsset | None = None
    alt: str = ""
    sent: dict[int, Sent] = field(default_factory=dict)
    reviewer: User | None = None
    revision: Revision | None = None

    @property
    def approved(self) -> bool:
        return self.stage in (Stage.APPROVED, Stage.SCHEDULED, Stage.DONE)


def write(team: Team, stories: Sequence[Story]) -> None:
    """All rows of all stories, in a bounded number of statements."""
    for story in stories:
        _prepare(team, story)
    workflow.insert_posts((story.post, story.stage) for story in stories)
    shown = {id(story): pictures(story) for story in stories}
    variants = {id(story): _variants(story) for story in stories}
    PostMedia.objects.bulk_create(_flat(shown.values()), batch_size=1000)
    Variant.objects.bulk_create(_flat(variants.values()), batch_size=1000)
    for story in stories:
        _freeze(story, shown[id(story)], variants[id(story)])
    Post.objects.bulk_update([s.post for s in stories], ["content_hash"], batch_size=1000)
    Revision.objects.bulk_create([s.revision for s in stories if s.revision], batch_size=1000)
    approved = [story for story in stories if story.approved]
    Approval.objects.bulk_create([_approval(story) for story in approved], batch_size=1000)
    write_deliveries(team, stories)
    Activity.objects.bulk_create(_flat(_told(team, s) for s in stories), batch_size=1000)


def write_deliveries(team: Team, stories: Iterable[Story]) -> None:
    rows = [row for story in stories for row in _deliveries(team, story)]
    workflow.insert_deliveries(rows)
    attempts = [_attempt(row, state) for row, state in rows if state in _TRIED]
    Attempt.objects.bulk_create(attempts, batch_size=1000)


def _flat[R](rows: Iterable[Iterable[R]]) -> list[R]:
    return [row for some in rows for row in some]


def _prepare(team: Team, story: Story) -> None:
    post = story.post
    post.team, post.version = team, 2
    if story.at:
        post.planned_at, post.planned_zone = story.at, team.time_zone
        post.created_at = min(post.created_at, story.at - DRAFTED)
        post.updated_at = post.created_at


def pictures(story: Story) -> list[PostMedia]:
    if story.picture is None:
        return []
    return [PostMedia(post=story.post, asset=story.picture, position=0, alt=story.alt)]


def _variants(story: Story) -> list[Variant]:
    return [
        Variant(post=story.post, channel=channel, text=story.texts.get(channel.pk))
        for channel in story.channels
    ]


def _freeze(story: Story, shown: list[PostMedia], variants: list[Variant]) -> None:
    document = content.document(story.post, shown, variants)
    story.post.content_hash = content.digest(document)
    story.revision = Revision(
        post=story.post,
        number=1,
        content_hash=story.post.content_hash,
        snapshot=document,
        author=story.post.author,
        created_at=story.post.created_at,
    )


def _approval(story: Story) -> Approval:
    return Approval(
        post=story.post,
        revision=story.revision,
        content_hash=story.post.content_hash,
        source=Approval.Source.REVIEW,
        granted_by=story.reviewer,
        granted_name=str(story.reviewer or ""),
        created_at=story.at - APPROVED if story.at else story.post.created_at,
    )


_TRIED = (DeliveryState.PUBLISHED, DeliveryState.FAILED, DeliveryState.NEEDS_HUMAN)
_OUTCOMES = {
    DeliveryState.PUBLISHED: Attempt.Outcome.OK,
    DeliveryState.FAILED: Attempt.Outcome.REJECTED,
    DeliveryState.NEEDS_HUMAN: Attempt.Outcome.AMBIGUOUS,
}


def _deliveries(team: Team, story: Story) -> Iterable[tuple[Delivery, DeliveryState]]:
    if story.at is None or story.stage == Stage.IDEA:
        return
    waiting = DeliveryState.QUEUED if story.stage == Stage.SCHEDULED else DeliveryState.DRAFT
    for channel in story.channels:
        sent = story.sent.get(channel.pk, Sent(waiting))
        tried, draft = sent.state in _TRIED, sent.state == DeliveryState.DRAFT
        yield (
            Delivery(
                team=team,
                post=story.post,
                channel=channel,
                revision=None if draft else story.revision,
                content_hash="" if draft else story.post.content_hash,
                due_at=story.at,
                run_at=story.at,
                local_time=from_utc(story.at, team.time_zone).local.isoformat(timespec="seconds"),
                zone=team.time_zone,
                late_after=timedelta(minutes=team.late_after_minutes),
                attempt_no=int(tried),
                remote_id=sent.remote_id,
                permalink=sent.permalink,
                problem=sent.problem,
                sent_at=story.at if tried else None,
                published_at=story.at if sent.state == DeliveryState.PUBLISHED else None,
                unknown_since=story.at if sent.state == DeliveryState.NEEDS_HUMAN else None,
                created_at=story.post.created_at,
            ),
            sent.state,
        )


def _attempt(delivery: Delivery, state: DeliveryState) -> Attempt:
    assert delivery.due_at
    return Attempt(
        delivery=delivery,
        attempt_no=1,
        content_hash=delivery.content_hash,
        idempotent=False,
        worker="demo",
        intent_at=delivery.due_at,
        outcome=_OUTCOMES[state],
        detail=delivery.problem,
        remote_id=delivery.remote_id or "",
        ended_at=delivery.due_at + timedelta(milliseconds=340),
    )


def _told(team: Team, story: Story) -> Iterable[Activity]:
    """The activity that the pages show, in the order it would have happened."""
    author, reviewer, at = story.post.author, story.reviewer, story.at

    def line(kind: str, when: datetime, actor: User | None, **data: object) -> Activity:
        name = str(actor or "")
        return Activity(
            team=team, post=story.post, kind=kind, actor=actor, actor_name=name, data=data, at=when
        )

    yield line("post.create", story.post.created_at, author)
    if not (story.approved and at):
        return
    yield line("post.submit", at - ASKED, author, revision=1)
    yield line("review.approve", at - APPROVED, reviewer, comment="", via="page")
    yield line("post.schedule", at - APPROVED, reviewer)
    kinds = {
        DeliveryState.PUBLISHED: "delivery.publish",
        DeliveryState.FAILED: "delivery.refuse",
        DeliveryState.NEEDS_HUMAN: "delivery.ask",
    }
    for channel in story.channels:
        sent = story.sent.get(channel.pk)
        if sent and sent.state in kinds:
            yield line(kinds[sent.state], at, None, channel=channel.pk, reason=sent.problem)
    if story.stage == Stage.DONE:
        yield line("post.finish", at, None)
