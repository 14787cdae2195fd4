"""A post as a card or chip: its text, channels, first picture, people. Fetched for many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Prefetch, QuerySet

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
    """Cards by post id, in four statements however many ids there are; without `tags` in three."""
    wanted = posts.filter(pk__in=list(ids)).select_related("author", "campaign")
    fetched = wanted.annotate(comments_now=number_of()).prefetch_related(
        Prefetch("variants", Variant.objects.select_related("channel")),
        Prefetch("pictures", PostMedia.objects.select_related("asset")),
        *(["tags"] if tags else []),
    )
    return {post.pk: _card(post) for post in fetched}


def _card(post: Post) -> Card:
    pictures = list(post.pictures.all())
    return Card(
        post=post,
        channels=[variant.channel for variant in post.variants.all()],
        picture=pictures[0].asset if pictures else None,
        pictures=len(pictures),
        comments=getattr(post, "comments_now", 0),
    )
