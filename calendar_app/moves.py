"""Where a card may go, as links and reasons: read by the board's cards and the “Move to…” form."""

from dataclasses import dataclass

from django.urls import reverse

from calendar_app.grouping import NOBODY, NONE, key_of
from calendar_app.queries.counts import TITLES
from calendar_app.services.stage import why_not
from posts.models import Post
from posts.queries.values import Kind, choices


@dataclass(frozen=True)
class Move:
    """`url` takes a POST (with `to`); `why_not` is empty where the move is legal."""

    to: str
    title: str
    url: str
    why_not: str


def moves_of(post: Post) -> list[Move]:
    return [
        Move(key, str(title), _url(post, key), why_not(post, key)) for key, title in TITLES.items()
    ]


@dataclass(frozen=True)
class LaneMove:
    to: str
    name: str
    here: bool


_KINDS: dict[str, Kind] = {"assignee": "person", "campaign": "campaign"}


def lanes_for(post: Post, group: str) -> list[LaneMove]:
    """The lanes that it may be given; none where a lane is not given by the board."""
    if group not in _KINDS:
        return []
    now = key_of(getattr(post, f"{group}_id"))
    named = [(str(one.pk), one.name) for one in choices(post.team, _KINDS[group])]
    every = [(NONE, str(NOBODY[group])), *named]
    return [LaneMove(key, name, key == now) for key, name in every]


def _url(post: Post, column: str) -> str:
    """Sending for review is the approvals room's own business; everything else is decided here."""
    name = "approvals:post_review" if column == "review" else "calendar_app:card_move"
    return reverse(name, kwargs={"team": post.team.slug, "post_id": post.pk})
