"""A post as a card or chip: its text, channels, first picture, people. Fetched for many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Manager, OuterRef, QuerySet, Value

from accounts.models import User
from posts.models import MediaAsset, Post, PostMedia, Variant
from posts.queries.comments import number_of
from publishers.models import Channel

# There is no room for more.
TAGS = 2
_PARTS = ("author", "assignee")
_CALLED = {"campaign_now": F("campaign__name")} | {
    f"{part}_{what}": F(f"{part}__{what}") for part in _PARTS for what in ("name", "email")
}


@dataclass(frozen=True)
class Card:
    post: Post
    channels: list[Channel]
    picture: MediaAsset | None
    pictures: int
    comments: int = 0
    tags: Sequence[str] = ()
    campaign: str = ""

    @property
    def line(self) -> str:
        """The words that name it."""
        return self.post.title or self.post.body.strip().split("\n")[0][:140] or f"#{self.post.pk}"

    def on(self, channel_ids: Iterable[int]) -> "Card":
        """The card as seen on some of its channels."""
        wanted = set(channel_ids)
        return replace(self, channels=[c for c in self.channels if c.pk in wanted])


def cards(posts: QuerySet[Post], ids: Iterable[int], *, tags: bool = True) -> dict[int, Card]:
    """Cards by post id, in three statements however many ids there are; each with its first tags.

    Channels, pictures and people that several of them share are one object. Of people there is
    what they are called.
    """
    fetched = posts.filter(pk__in=list(ids)).annotate(
        **_CALLED,
        comments_now=number_of(),
        channels_now=_of_each(Variant.objects, "channel_id"),
        pictures_now=_of_each(PostMedia.objects, "asset_id"),
        tags_now=_tags() if tags else Value([], ArrayField(CharField())),
    )
    rows: list[Any] = list(fetched)
    _people(rows)
    channels = Channel.objects.in_bulk({pk for post in rows for pk in post.channels_now})
    firsts = {post.pictures_now[0] for post in rows if post.pictures_now}
    assets = MediaAsset.objects.in_bulk(firsts)
    return {
        post.pk: Card(
            post=post,
            channels=[channels[pk] for pk in post.channels_now if pk in channels],
            picture=assets.get(post.pictures_now[0]) if post.pictures_now else None,
            pictures=len(post.pictures_now),
            comments=post.comments_now,
            tags=tuple(post.tags_now),
            campaign=post.campaign_now or "",
        )
        for post in rows
    }


def _people(rows: Iterable[Any]) -> None:
    """Who wrote each post and whom it is assigned to, without a row of the database for each."""
    known: dict[int, User] = {}
    for post in rows:
        for part in _PARTS:
            if pk := getattr(post, f"{part}_id"):
                name, email = getattr(post, f"{part}_name"), getattr(post, f"{part}_email")
                if pk not in known:
                    known[pk] = User(pk=pk, name=name, email=email)
                setattr(post, part, known[pk])


def _of_each(rows: Manager[Any], name: str) -> ArraySubquery:
    """What a post's rows name, in their own order."""
    return ArraySubquery(rows.filter(post=OuterRef("pk")).values_list(name))


def _tags() -> ArraySubquery:
    tagged = Post.tags.through.objects.filter(post=OuterRef("pk")).order_by("tag__name")
    return ArraySubquery(tagged.values_list("tag__name")[:TAGS])
