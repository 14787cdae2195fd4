"""A post as a card or chip: its text, channels, first picture, people. Fetched for many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import Team, User
from posts.models import media
from posts.queries.statement import fetch_all
from posts.queries.status import CHANGES, REJECT, status_of
from posts.states import Stage
from publishers.crops import Point
from publishers.models import Channel

# There is no room for more.
TAGS = 2
# Of a body, to find its first line in.
_BEGINS = 1000

# Written down, and read as rows: a month shows hundreds, and a model for each takes longer than all
# the rest of the page's queries.
_CARDS = f"""
SELECT p.id, p.title, left(p.body, {_BEGINS}), p.stage, p.planned_at, p.updated_at,
  p.author_id, a.name, a.email, p.assignee_id, b.name, b.email,
  ARRAY(SELECT v.channel_id FROM posts_variant v WHERE v.post_id = p.id),
  m.id, m.kind, m.seconds, first.focal_x, first.focal_y,
  (SELECT count(*) FROM posts_postmedia pm WHERE pm.post_id = p.id),
  (SELECT count(*) FROM posts_comment c WHERE c.post_id = p.id AND c.deleted_at IS NULL),
  CASE WHEN %(tags)s THEN ARRAY(
    SELECT t.name FROM posts_post_tags pt JOIN posts_tag t ON t.id = pt.tag_id
    WHERE pt.post_id = p.id ORDER BY t.name LIMIT {TAGS}) END,
  f.name,
  CASE WHEN %(states)s THEN ARRAY(
    SELECT d.state FROM posts_delivery d WHERE d.post_id = p.id) END,
  %(states)s AND EXISTS (
    SELECT 1 FROM posts_delivery d
    WHERE d.post_id = p.id AND d.state = 'queued' AND d.warning <> ''),
  p.stage = '{Stage.CHANGES_REQUESTED.value}' AND '{REJECT}' = (
    SELECT a.kind FROM posts_activity a
    WHERE a.post_id = p.id AND a.kind IN ('{REJECT}', '{CHANGES}') ORDER BY a.id DESC LIMIT 1)
FROM posts_post p
LEFT JOIN accounts_user a ON a.id = p.author_id
LEFT JOIN accounts_user b ON b.id = p.assignee_id
LEFT JOIN posts_campaign f ON f.id = p.campaign_id
LEFT JOIN LATERAL (
  SELECT pm.asset_id, pm.focal_x, pm.focal_y FROM posts_postmedia pm WHERE pm.post_id = p.id
  ORDER BY pm.position, pm.id LIMIT 1) first ON true
LEFT JOIN posts_mediaasset m ON m.id = first.asset_id
WHERE p.team_id = %(team)s AND p.trashed_at IS NULL AND p.id = ANY(%(ids)s::bigint[])"""


class Outline(NamedTuple):
    """Of a post what a card says. Of people there is what they are called."""

    pk: int
    title: str
    body: str
    stage: str
    planned_at: datetime | None
    updated_at: datetime
    author: User | None
    assignee: User | None

    @property
    def author_id(self) -> int | None:
        return self.author.pk if self.author else None

    @property
    def assignee_id(self) -> int | None:
        return self.assignee.pk if self.assignee else None


class Picture(NamedTuple):
    """`focal`: what of it has to be seen where it is cropped."""

    pk: int
    is_video: bool
    seconds: float
    focal: Point

    @property
    def length(self) -> str:
        return media.length(self.seconds)


@dataclass(frozen=True)
class Card:
    """`states` of its deliveries, and whether one is `at_risk`: only where they were asked for.
    `rejected`: by those who reviewed it, and sent back.
    """

    post: Outline
    channels: list[Channel]
    picture: Picture | None
    pictures: int
    comments: int = 0
    tags: Sequence[str] = ()
    campaign: str = ""
    states: Sequence[str] = ()
    at_risk: bool = False
    rejected: bool = False

    def status(self, states: Iterable[str], *, at_risk: bool) -> str:
        """What it is called where it has deliveries in these states."""
        return status_of(self.post.stage, states, at_risk=at_risk, rejected=self.rejected)

    @property
    def line(self) -> str:
        """The words that name it."""
        return self.post.title or self.post.body.strip().split("\n")[0][:140] or f"#{self.post.pk}"

    def named(self, most: int) -> tuple[tuple[str, str], ...]:
        """The first channels, each by its platform and name."""
        return tuple((channel.platform, str(channel)) for channel in self.channels[:most])

    def on(self, channel_ids: Iterable[int]) -> "Card":
        """The card as seen on some of its channels."""
        wanted = set(channel_ids)
        if wanted.issuperset(channel.pk for channel in self.channels):
            return self
        return replace(self, channels=[c for c in self.channels if c.pk in wanted])


class _Row(NamedTuple):
    pk: int
    title: str
    body: str
    stage: str
    planned_at: datetime | None
    updated_at: datetime
    author: int | None
    author_name: str
    author_email: str
    assignee: int | None
    assignee_name: str
    assignee_email: str
    channels: list[int]
    picture: int | None
    kind: str
    seconds: float
    focal_x: int
    focal_y: int
    pictures: int
    comments: int
    tags: list[str] | None
    campaign: str | None
    states: list[str] | None
    at_risk: bool
    rejected: bool | None


def cards(
    team: Team, ids: Iterable[int], *, tags: bool = True, states: bool = False
) -> dict[int, Card]:
    """Cards by post id, in two statements however many ids there are; each with its first tags.

    Channels and people that several of them share are one object.
    """
    known: dict[str, Any] = {"team": team.pk, "ids": list(ids), "tags": tags, "states": states}
    rows = list(map(_Row._make, fetch_all(_CARDS, known)))
    channels = _channels(team, {pk for row in rows for pk in row.channels})
    people: dict[int, User] = {}
    return {row.pk: _card(row, channels, people) for row in rows}


def _channels(team: Team, ids: set[int]) -> dict[int, Channel]:
    """In the order in which every post names them."""
    found = Channel.objects.for_team(team).filter(pk__in=ids).order_by("platform", "pk")
    return {channel.pk: channel for channel in found} if ids else {}


def _card(row: _Row, channels: dict[int, Channel], people: dict[int, User]) -> Card:
    own = row.channels
    return Card(
        post=Outline(
            *row[:6],
            _person(people, row.author, row.author_name, row.author_email),
            _person(people, row.assignee, row.assignee_name, row.assignee_email),
        ),
        channels=[channel for pk, channel in channels.items() if pk in own],
        picture=_picture(row),
        pictures=row.pictures,
        comments=row.comments,
        tags=tuple(row.tags or ()),
        campaign=row.campaign or "",
        states=row.states or (),
        at_risk=row.at_risk,
        rejected=bool(row.rejected),
    )


def _picture(row: _Row) -> Picture | None:
    if not row.picture:
        return None
    focal = Point(row.focal_x, row.focal_y)
    return Picture(row.picture, row.kind == "video", row.seconds, focal)


def _person(known: dict[int, User], pk: int | None, name: str, email: str) -> User | None:
    if pk is None:
        return None
    if pk not in known:
        known[pk] = User(pk=pk, name=name, email=email)
    return known[pk]
