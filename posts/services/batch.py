"""Many new posts in a few statements: the rows that compose.create and schedule.plan would write.

Called by importwork.py. A test compares both ways.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import Team, User
from notifications.live import announce
from posts import content, workflow
from posts.models import (
    Activity,
    Campaign,
    Delivery,
    MediaAsset,
    Post,
    PostMedia,
    Tag,
    Variant,
)
from posts.services.compose import Draft
from posts.services.named import named
from posts.states import Stage
from posts.times import Moment
from publishers.models import Channel

# compose.create writes the row, then the words: the first version that anybody sees.
FIRST_VERSION = 2


@dataclass(frozen=True)
class New:
    """A post with all that belongs to it, not stored yet. `at`: when it should go out."""

    draft: Draft
    post: Post
    variants: Sequence[Variant]
    pictures: Sequence[PostMedia]
    stage: Stage = Stage.DRAFTING
    at: Moment | None = None

    @property
    def document(self) -> content.Snapshot:
        return content.document(self.post, self.pictures, self.variants)


@dataclass(frozen=True)
class Parts:
    """The team's rows that drafts name by id."""

    channels: Mapping[int, Channel]
    assets: Mapping[int, MediaAsset] = field(default_factory=dict)


def build(
    *, team: Team, by: User, draft: Draft, parts: Parts, stage: Stage = Stage.DRAFTING,
    at: Moment | None = None, **fields: Any,
) -> New:  # fmt: skip
    """`draft` names no channel or picture that is not in `parts`; its hashtags are set as well."""
    post = Post(
        team=team,
        author=by,
        title=draft.title,
        body=draft.body,
        summary=draft.summary,
        kind=draft.kind,
        hashtags=list(draft.hashtags),
        assignee_id=draft.assignee,
        expires_at=draft.expires_at,
        time_sensitive=draft.time_sensitive,
        version=FIRST_VERSION,
        planned_at=at.at if at else None,
        planned_zone=at.zone if at else "",
        **fields,
    )
    variants = [
        Variant(
            post=post,
            channel=parts.channels[pk],
            text=said.text,
            media=None if said.media is None else list(said.media),
            first_comment=said.first_comment,
            options=dict(said.options),
        )
        for pk, said in draft.channels.items()
    ]
    pictures = [
        _picture(post, draft, parts.assets[pk], position, alt)
        for position, (pk, alt) in enumerate(draft.media)
    ]
    return New(draft, post, variants, pictures, stage, at)


def _picture(post: Post, draft: Draft, asset: MediaAsset, position: int, alt: str) -> PostMedia:
    x, y = draft.focal_of(asset.pk)
    return PostMedia(post=post, asset=asset, position=position, alt=alt, focal_x=x, focal_y=y)


@transaction.atomic
def create_all(*, team: Team, by: User, posts: Sequence[New]) -> list[Post]:
    """In their order. Times are intentions: nothing is committed."""
    tags = named(Tag, team, (name for new in posts for name in new.draft.tags))
    campaigns = named(Campaign, team, (new.draft.campaign for new in posts if new.draft.campaign))
    for new in posts:
        new.post.campaign = campaigns.get(new.draft.campaign.lower())
        new.post.content_hash = content.digest(new.document)
    workflow.insert_posts((new.post, new.stage) for new in posts)
    Variant.objects.bulk_create(variant for new in posts for variant in new.variants)
    PostMedia.objects.bulk_create(picture for new in posts for picture in new.pictures)
    tagged = Post.tags.through
    tagged.objects.bulk_create(
        tagged(post=new.post, tag=tags[name.lower()])
        for new in posts
        for name in {name.lower(): name for name in new.draft.tags}.values()
    )
    _plan(posts)
    _record(posts, by)
    announce(team.pk, "board", "calendar")
    return [new.post for new in posts]


def _plan(posts: Sequence[New]) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            team_id=new.post.team_id,
            post=new.post,
            channel=variant.channel,
            due_at=new.at.at,
            run_at=new.at.at,
            zone=new.at.zone,
            local_time=new.at.local.isoformat(timespec="seconds"),
        )
        for new in posts
        if new.at
        for variant in new.variants
    )


def _record(posts: Sequence[New], by: User) -> None:
    entries = []
    for new in posts:
        entry = {"team_id": new.post.team_id, "post": new.post, "actor": by, "actor_name": str(by)}
        entries.append(Activity(kind="post.create", **entry))
        if new.at:
            said = {"at": new.at.at.isoformat(), "zone": new.at.zone}
            entries.append(Activity(kind="post.plan", data=said, **entry))
    Activity.objects.bulk_create(entries)
