"""Writing: create a post and save its working copy. Page and autosave come through the same door.

`version` is the number the writer's form was made from; an older one is refused with `Stale`, so
that two people never overwrite each other silently.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from notifications.live import announce
from posts import audited, content, workflow
from posts.errors import IllegalMove, Stale, UnknownChannel
from posts.models import Activity, Campaign, MediaAsset, Post, Tag, Variant
from posts.services import pictures, revisions
from posts.services.commitment import keep_patience, locked, open_deliveries, recall
from posts.services.named import named
from posts.states import DeliveryState, Stage
from posts.underway import require_not_out
from publishers.crops import CENTRE, Point
from publishers.models import Channel

type Changed = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class VariantDraft:
    """`text` and `media` None: as the post."""

    text: str | None = None
    media: Sequence[int] | None = None
    first_comment: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """All that a writer's form holds. `media`: (asset id, alt text) in order; `channels` by id.
    `focal`: what stays of a picture that is cropped, by asset id; of the others their middle.
    """

    title: str = ""
    body: str = ""
    summary: str = ""
    kind: str = Post.Kind.POST
    hashtags: Sequence[str] = ()
    tags: Sequence[str] = ()
    campaign: str = ""
    assignee: int | None = None
    expires_at: datetime | None = None
    time_sensitive: bool = False
    channels: Mapping[int, VariantDraft] = field(default_factory=dict)
    media: Sequence[tuple[int, str]] = ()
    focal: Mapping[int, Point] = field(default_factory=dict)

    def focal_of(self, asset: int) -> Point:
        return self.focal.get(asset, CENTRE)


NOTHING = Draft()


@transaction.atomic
def create(*, team: Team, by: User, draft: Draft, idea: bool = False, **fields: Any) -> Post:
    stage = Stage.IDEA if idea else Stage.DRAFTING
    post = Post.objects.create(team=team, author=by, stage=stage, **fields)
    _write(post, draft)
    workflow.record(post, "post.create", by=by)
    announce(team.pk, "board", "calendar")
    return post


@transaction.atomic
def create_once(
    *, team: Team, by: User, draft: Draft, token: str, idea: bool = False, **fields: Any
) -> Post:
    """The post of one empty form, which carried `token`: sent twice, it is still one post.

    Raises IllegalMove when it was deleted meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"form {token}"])
    known = Post.objects.ever_of(team).filter(author=by, source_reference=token).first()
    if known and known.trashed_at:
        raise IllegalMove(_("This post was deleted. Copy your words into a new one."))
    return known or create(
        team=team, by=by, draft=draft, idea=idea, source_reference=token, **fields
    )


@transaction.atomic
def save(*, post: Post, draft: Draft, version: int, by: User, kind: str = "post.save") -> Post:
    """Store the draft as the next version; saving what is already there changes nothing.

    A change of content takes a post that was in review, approved or scheduled back to drafting and
    voids its approvals. Raises Stale, BeingPublished, UnknownChannel, PictureGone.
    """
    post = locked(post)
    stored = content.snapshot(post)
    was = draft_of(stored, post, {int(pk) for pk in stored["channels"]})
    if same(draft, was):
        return post
    if post.version != version:
        raise Stale(post)
    require_not_out(post)
    before, hurried = content.digest(stored), post.time_sensitive
    writing = revisions.last_writing(post)
    revisions.keep_before_overwriting(post, stored, writing, by=by)
    _write(post, draft, was)
    if post.content_hash != before:
        _content_changed(post, by=by)
    if post.time_sensitive != hurried:
        keep_patience(post)
    _record_writing(post, kind, audited.differences(was, draft), writing, by=by)
    announce(post.team_id, f"post:{post.pk}", "board", "calendar")
    return post


@transaction.atomic
def duplicate(*, post: Post, by: User) -> Post:
    draft = _without_deleted(draft_of(content.snapshot(post), post), post.team)
    return create(team=post.team, by=by, draft=draft)


@transaction.atomic
def restore(*, post: Post, number: int, version: int, by: User) -> Post:
    """Make an earlier revision the working copy again; what was there stays in the history."""
    post = locked(post)
    writing = revisions.last_writing(post)
    revisions.keep(post, by=writing.actor if writing else by)
    draft = _without_deleted(draft_of(post.revisions.get(number=number).snapshot, post), post.team)
    return save(post=post, draft=draft, version=version, by=by, kind="post.restore")


def same(one: Draft, other: Draft) -> bool:
    """Whether two drafts would store the same rows."""
    return _comparable(one) == _comparable(other)


def _comparable(draft: Draft) -> tuple[Any, ...]:
    plain = asdict(draft)
    for variant in plain["channels"].values():
        variant["media"] = None if variant["media"] is None else list(variant["media"])
    return (
        {**plain, **dict.fromkeys(("tags", "media", "focal", "hashtags", "campaign"))},
        _folded(draft.tags),
        _pictured(draft),
        list(draft.hashtags),
        draft.campaign.lower(),
    )


def _folded(tags: Sequence[str]) -> list[str]:
    return sorted(tag.lower() for tag in tags)


def _pictured(draft: Draft) -> list[tuple[int, str, Point]]:
    return [(pk, alt, draft.focal_of(pk)) for pk, alt in draft.media]


def draft_of(
    document: content.Snapshot, post: Post, channels: Collection[int] | None = None
) -> Draft:
    """The form that a snapshot was made from. Channels that are gone are left out.

    `channels`: the ids of those that are known to be there.
    """
    if channels is None:
        named = [int(pk) for pk in document["channels"]]
        channels = Channel.objects.for_team(post.team).in_bulk(named)
    return Draft(
        title=document["title"],
        body=document["body"],
        summary=document["summary"],
        kind=document["kind"],
        hashtags=document["hashtags"],
        tags=[tag.name for tag in post.tags.all()],
        campaign=post.campaign.name if post.campaign else "",
        assignee=post.assignee_id,
        expires_at=post.expires_at,
        time_sensitive=post.time_sensitive,
        media=[(picture["asset"], picture["alt"]) for picture in document["media"]],
        focal={picture["asset"]: content.focal_of(picture) for picture in document["media"]},
        channels={
            int(pk): VariantDraft(
                said["own_text"], said["own_media"], said["first_comment"], said["options"]
            )
            for pk, said in document["channels"].items()
            if int(pk) in channels
        },
    )


def _content_changed(post: Post, *, by: User) -> None:
    decided = post.stage in (Stage.IN_REVIEW, Stage.APPROVED, Stage.SCHEDULED)
    # In other stages by a yes that a restored database has forgotten.
    if decided or open_deliveries(post).exclude(state=DeliveryState.DRAFT).exists():
        recall(post, by=by)
        _drop_plans(post)
    if decided:
        workflow.move(post, "edit", by=by)


def _record_writing(
    post: Post, kind: str, changed: Changed, writing: Activity | None, *, by: User
) -> None:
    """One entry per sitting, not per autosave; the audit log misses no other change than words.
    `writing` was the last before.
    """
    sitting = timezone.now() - revisions.KEEP_EVERY
    if kind != "post.save" or not writing or writing.actor_id != by.pk or writing.at < sitting:
        workflow.record(post, kind, by=by, changed=changed)
    elif audited.beyond_words(changed[1]):
        audited.post(post, kind, by=by, before=changed[0], after=changed[1])


def _write(post: Post, draft: Draft, was: Draft = NOTHING) -> None:
    """`was`: what is stored. An autosave nearly always brings other words and nothing else."""
    _write_channels(post, draft.channels, was.channels.keys())
    if _pictured(draft) != _pictured(was):
        pictures.arrange(post, _pictured(draft))
    if _folded(draft.tags) != _folded(was.tags):
        post.tags.set(named(Tag, post.team, draft.tags).values())
    campaigns = named(Campaign, post.team, filter(None, [draft.campaign]))
    assignee = post.team.members.filter(pk=draft.assignee).first() if draft.assignee else None
    written = {
        "title": draft.title,
        "body": draft.body,
        "summary": draft.summary,
        "kind": draft.kind,
        "hashtags": list(draft.hashtags),
        "campaign": campaigns.get(draft.campaign.lower()),
        "assignee": assignee,
        "expires_at": draft.expires_at,
        "time_sensitive": draft.time_sensitive,
        "version": post.version + 1,
        "updated_at": timezone.now(),
    }
    for name, value in written.items():
        setattr(post, name, value)
    post.content_hash = content.digest(content.snapshot(post))
    Post.objects.filter(pk=post.pk).update(**written, content_hash=post.content_hash)


def _write_channels(
    post: Post, channels: Mapping[int, VariantDraft], stored: Collection[int]
) -> None:
    """`stored`: those that it goes to so far."""
    _require_known(post.team, channels.keys() - stored)
    if stored - channels.keys():
        post.variants.exclude(channel_id__in=channels).delete()
        _drop_plans(post)
    Variant.objects.bulk_create(
        (
            Variant(
                post=post,
                channel_id=channel_id,
                text=variant.text,
                media=None if variant.media is None else list(variant.media),
                first_comment=variant.first_comment,
                options=dict(variant.options),
            )
            for channel_id, variant in channels.items()
        ),
        update_conflicts=True,
        unique_fields=["post", "channel"],
        update_fields=["text", "media", "first_comment", "options"],
    )


def _require_known(team: Team, channels: Collection[int]) -> None:
    if channels and Channel.objects.for_team(team).filter(pk__in=channels).count() < len(channels):
        raise UnknownChannel(_("One of the chosen channels does not exist any more."))


def _drop_plans(post: Post) -> None:
    """Forget the times of channels that the post no longer goes to; tries of old are cancelled."""
    drafts = post.deliveries.filter(state=DeliveryState.DRAFT)
    left = list(drafts.exclude(channel_id__in=post.variants.values("channel_id")))
    if untried := [delivery.pk for delivery in left if not delivery.attempt_no]:
        drafts.filter(pk__in=untried, attempt_no=0).delete()
    for delivery in left:
        if delivery.attempt_no:
            workflow.move(delivery, "cancel")


def _without_deleted(draft: Draft, team: Team) -> Draft:
    """What an earlier version had and the library has no more is left out."""
    wanted = [pk for pk, _alt in draft.media]
    kept = MediaAsset.objects.for_team(team).filter(pk__in=wanted)
    known = set(kept.values_list("pk", flat=True))
    return replace(draft, media=[(pk, alt) for pk, alt in draft.media if pk in known])
