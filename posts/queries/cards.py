"""A post as a card or chip: its text, channels, first picture, people. Fetched for many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Manager, OuterRef, QuerySet

from posts.models import MediaAsset, Post, PostMedia, Variant
from posts.queries.comments import number_of
from publishers.models import Channel


@dataclass(frozen=True)
class Card:
    post: Post
    channels: list[Channel]
    picture: MediaAsset | None
    pictures: int
    comments: int = 0

    @property
    def line(self) -> str:
        """The words that name it."""
        return self.post.title or self.post.body.strip().split("\n")[0][:140] or f"#{self.post.pk}"

    def on(self, channel_ids: Iterable[int]) -> "Card":
        """The card as seen on some of its channels."""
        wanted = set(channel_ids)
        return replace(self, channels=[c for c in self.channels if c.pk in wanted])


def cards(posts: QuerySet[Post], ids: Iterable[int], *, tags: bool = True) -> dict[int, Card]:
    """Cards by post id, in four statements however many ids there are; without `tags` in three.

    Channels and pictures that several of them share are one object.
    """
    wanted = posts.filter(pk__in=list(ids)).select_related("author", "campaign")
    fetched = wanted.annotate(
        comments_now=number_of(),
        channels_now=_of_each(Variant.objects, "channel_id"),
        pictures_now=_of_each(PostMedia.objects, "asset_id"),
    ).prefetch_related(*(["tags"] if tags else []))
    rows = [(post, post.channels_now, post.pictures_now, post.comments_now) for post in fetched]
    channels = Channel.objects.in_bulk({pk for _post, some, *_ in rows for pk in some})
    firsts = {pictures[0] for _post, _channels, pictures, _comments in rows if pictures}
    assets = MediaAsset.objects.in_bulk(firsts)
    return {
        post.pk: Card(
            post=post,
            channels=[channels[pk] for pk in on if pk in channels],
            picture=assets.get(pictures[0]) if pictures else None,
            pictures=len(pictures),
            comments=comments,
        )
        for post, on, pictures, comments in rows
    }


def _of_each(rows: Manager[Any], name: str) -> ArraySubquery:
    """What a post's rows name, in their own order."""
    return ArraySubquery(rows.filter(post=OuterRef("pk")).values_list(name))
