"""Writing: create a post and save its working copy. Page and autosave come through the same door.

`version` is the number the writer's form was made from; an older one is refused with `Stale`, so that
two people never overwrite each other silently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Team, User
from notifications.live import announce
from posts import content, workflow
from posts.errors import BeingPublished, Stale, UnknownChannel
from posts.models import Campaign, MediaAsset, Post, PostMedia, Tag, Variant
from posts.services import revisions
from posts.services.commitment import locked, recall
from posts.states import Stage
from publishers.models import Channel


@dataclass(frozen=True)
class VariantDraft:
    """`text` and `media` None: as the post."""

    text: str | None = None
    media: Sequence[int] | None = None
    first_comment: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """Everything a writer's form holds. `media` is (asset id, alt text) in order; `channels` by channel id."""

    title: str = ""
    body: str = ""
    summary: str = ""
    kind: str = Post.Kind.POST
    hashtags: Sequence[str] = ()
    tags: Sequence[str] = ()
    campaign: str = ""
    assignee: int | None = None
    expires_at: datetime | None = None
    channels: Mapping[int, VariantDraft] = field(default_factory=dict)
    media: Sequence[tuple[int, str]] = ()


@transaction.atomic
def create(*, team: Team, by: User, draft: Draft, idea: bool = False, **fields: Any) -> Post:
    stage = Stage.IDEA if idea else Stage.DRAFTING
    post = Post.objects.create(team=team, author=by, stage=stage, **fields)
    _write(post, draft)
    workflow.record(post, "post.create", by=by)
    announce(team.pk, "board", "calendar")
    return post


@transaction.atomic
def save(*, post: Post, draft: Draft, version: int, by: User) -> Post:
    """Store the draft as the next version.

    A change of content takes a post that was in review, approved or scheduled back to drafting and
    voids its approvals. Raises Stale, BeingPublished, UnknownChannel.
    """
    post = locked(post)
    if post.version != version:
        raise Stale(post)
    if post.stage == Stage.DONE:
        raise BeingPublished("This post is published. Duplicate it to write a new one.")
    before = content.digest(content.snapshot(post))
    revisions.keep_before_overwriting(post, by=by)
    _write(post, draft)
    post.refresh_from_db()
    if post.content_hash != before:
        _content_changed(post, by=by)
    announce(post.team_id, f"post:{post.pk}", "board", "calendar")
    return post


@transaction.atomic
def duplicate(*, post: Post, by: User) -> Post:
    return create(team=post.team, by=by, draft=draft_of(content.snapshot(post), post))


def restore(*, post: Post, number: int, version: int, by: User) -> Post:
    """Make an earlier revision the working copy again; what was there stays in the history."""
    revision = post.revisions.get(number=number)
    return save(post=post, draft=draft_of(revision.snapshot, post), version=version, by=by)


def draft_of(document: content.Snapshot, post: Post) -> Draft:
    """The form that a snapshot was made from. Channels and pictures that are gone are left out."""
    channels = Channel.objects.for_team(post.team).in_bulk([int(pk) for pk in document["channels"]])
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
        media=[(picture["asset"], picture["alt"]) for picture in document["media"]],
        channels={
            int(pk): VariantDraft(
                said["own_text"], said["own_media"], said["first_comment"], said["options"]
            )
            for pk, said in document["channels"].items()
            if int(pk) in channels
        },
    )


def _content_changed(post: Post, *, by: User) -> None:
    if post.stage in (Stage.IN_REVIEW, Stage.APPROVED, Stage.SCHEDULED):
        recall(post, by=by)
        workflow.move(post, "edit", by=by)
    elif post.stage == Stage.IDEA:
        workflow.move(post, "start", by=by)


def _write(post: Post, draft: Draft) -> None:
    _write_channels(post, draft.channels)
    _write_pictures(post, draft.media)
    post.tags.set([_named(Tag, post.team, name) for name in draft.tags])
    campaign = _named(Campaign, post.team, draft.campaign) if draft.campaign else None
    assignee = post.team.members.filter(pk=draft.assignee).first() if draft.assignee else None
    Post.objects.filter(pk=post.pk).update(
        title=draft.title,
        body=draft.body,
        summary=draft.summary,
        kind=draft.kind,
        hashtags=list(draft.hashtags),
        campaign=campaign,
        assignee=assignee,
        expires_at=draft.expires_at,
        version=post.version + 1,
        updated_at=timezone.now(),
    )
    post.refresh_from_db()
    post.content_hash = content.digest(content.snapshot(post))
    post.save(update_fields=["content_hash"])


def _named[N: (Tag, Campaign)](model: type[N], team: Team, name: str) -> N:
    found = model.objects.filter(team=team, name__iexact=name).first()
    return found or model.objects.create(team=team, name=name)


def _write_channels(post: Post, channels: Mapping[int, VariantDraft]) -> None:
    known = set(
        Channel.objects.for_team(post.team).filter(pk__in=channels).values_list("pk", flat=True)
    )
    if known != set(channels):
        raise UnknownChannel("One of the chosen channels does not exist any more.")
    post.variants.exclude(channel_id__in=channels).delete()
    post.deliveries.filter(state="draft").exclude(channel_id__in=channels).delete()
    for channel_id, variant in channels.items():
        Variant.objects.update_or_create(
            post=post,
            channel_id=channel_id,
            defaults={
                "text": variant.text,
                "media": None if variant.media is None else list(variant.media),
                "first_comment": variant.first_comment,
                "options": dict(variant.options),
            },
        )


def _write_pictures(post: Post, media: Sequence[tuple[int, str]]) -> None:
    known = set(
        MediaAsset.objects.for_team(post.team)
        .filter(pk__in=[pk for pk, _ in media])
        .values_list("pk", flat=True)
    )
    chosen = [(pk, alt) for pk, alt in media if pk in known]
    post.pictures.exclude(asset_id__in=[pk for pk, _ in chosen]).delete()
    for position, (pk, alt) in enumerate(chosen):
        PostMedia.objects.update_or_create(
            post=post, asset_id=pk, defaults={"position": position, "alt": alt}
        )
