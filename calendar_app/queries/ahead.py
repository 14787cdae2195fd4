"""What speaks against a time before somebody takes it: for forms, and the toast after a drag."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts import holidays
from accounts.models import Team
from calendar_app.conflicts import MEMORY, Clash, Crowd, Kind, clear
from calendar_app.queries.clashes import NAMED
from calendar_app.queries.conflicts import words
from calendar_app.queries.crowds import crowds
from calendar_app.queries.taken import taken
from posts.models import Blackout, Post
from posts.services.commitment import open_deliveries, timed_where
from posts.states import Stage
from posts.times import Moment, along
from publishers.models import Channel
from ui import dates
from ui.prepared import Prepared


@dataclass(frozen=True)
class Ahead:
    """What speaks against a time for a post, in words; `fix`: the next time without the others.
    `closed`: it cannot be chosen at all. `notes`: what is good to know, and speaks against nothing.
    """

    lines: Sequence[str] = ()
    fix: datetime | None = None
    closed: bool = False
    notes: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)


@dataclass(frozen=True)
class Intent:
    """What is to go out: on which channels, how much later than the post each, and with which
    text; `own` where a channel has a text of its own. `post_id` 0 is not stored yet.
    """

    post_id: int
    body: str
    offsets: Mapping[int, timedelta]
    own: Mapping[int, str] = field(default_factory=dict)


def intent_of(post: Post, moved: Moment | None = None) -> Intent:
    """In one statement. With `moved` as its channels would stand once it is planned for that."""
    rows = _STANDING[post.stage == Stage.SCHEDULED].rows(post=post.pk)
    offsets = {pk: _later(post, at, moved) for pk, _text, at, timed in rows if timed}
    own = {pk: text for pk, text, _at, _timed in rows if text is not None}
    return Intent(post.pk, post.body, offsets, own)


def _standing(post: int, *, scheduled: bool) -> QuerySet[Any, Any]:
    """Of each channel its own text, when it goes out, and whether it goes with the post."""
    this = Post(pk=post)
    due = open_deliveries(this).filter(channel=OuterRef("channel")).values("due_at")[:1]
    timed = ExpressionWrapper(Q(channel__in=timed_where(this, scheduled=scheduled)), BooleanField())
    known = this.variants.order_by().annotate(due=Subquery(due), timed=timed)
    return known.values_list("channel_id", "text", "due", "timed")


_STANDING = {
    is_so: Prepared(partial(_standing, scheduled=is_so), "post") for is_so in (True, False)
}


def _later(post: Post, due: datetime | None, moved: Moment | None) -> timedelta:
    if due is None or post.planned_at is None:
        return timedelta()
    return along(moved, due, post.planned_at).at - moved.at if moved else due - post.planned_at


_AHEAD_CLOSE = """
SELECT 'close' AS kind, 0 AS post_id, q.channel_id, q.at, e.post_id AS other_id,
  e.due_at AS other_at
FROM unnest(%(channels)s::bigint[], %(times)s::timestamptz[]) AS q(channel_id, at)
CROSS JOIN LATERAL (
  SELECT d.post_id, d.due_at FROM posts_delivery d
  WHERE d.team_id = %(team)s AND d.channel_id = q.channel_id AND d.state <> 'cancelled'
    AND d.post_id <> %(post)s AND d.due_at > q.at - %(gap)s AND d.due_at < q.at + %(gap)s
  ORDER BY abs(extract(epoch FROM d.due_at - q.at)), d.id LIMIT 1) e"""
# As in clashes.py by the digests that are indexed; `text` is null where a channel says the body.
_ASKED = """unnest(%(channels)s::bigint[], %(times)s::timestamptz[], %(texts)s::text[])
  AS q(channel_id, at, text)"""
_WITHIN = """d.channel_id = q.channel_id AND d.state <> 'cancelled'
  AND d.due_at > q.at - %(memory)s AND d.due_at < q.at + %(memory)s"""
_AHEAD_SAME = f"""
(SELECT DISTINCT ON (q.channel_id) 'same', 0, q.channel_id, q.at, d.post_id, d.due_at
FROM {_ASKED}
JOIN posts_post o ON md5(o.body) = md5(%(body)s) AND o.team_id = %(team)s AND o.id <> %(post)s
JOIN posts_variant w ON w.post_id = o.id AND w.channel_id = q.channel_id AND w.text IS NULL
JOIN posts_delivery d ON d.post_id = o.id AND {_WITHIN}
WHERE q.text IS NULL AND %(body)s <> ''
ORDER BY q.channel_id, d.due_at DESC)"""
_AHEAD_SAME_OWN = f"""
(SELECT DISTINCT ON (q.channel_id) 'same', 0, q.channel_id, q.at, d.post_id, d.due_at
FROM {_ASKED}
JOIN posts_variant w ON md5(w.text) = md5(q.text) AND w.text IS NOT NULL
  AND w.channel_id = q.channel_id AND w.post_id <> %(post)s
JOIN posts_delivery d ON d.post_id = w.post_id AND {_WITHIN}
WHERE q.text <> ''
ORDER BY q.channel_id, d.due_at DESC)"""
_AHEAD = NAMED.format(
    found=" UNION ALL ".join((_AHEAD_CLOSE, _AHEAD_SAME, _AHEAD_SAME_OWN)), most=20
)


def ahead(team: Team, intent: Intent, at: datetime, *, fixed: bool = True) -> Ahead:
    """In five statements at most. Channels of others are left out. `fixed`: with the next time."""
    channels = list(Channel.objects.for_team(team).filter(pk__in=intent.offsets))
    day = at.astimezone(team.zone).date()
    notes = [of_holiday(day, name)] if (name := holidays.called(team, day)) else []
    if not channels:
        return Ahead(notes=notes)
    intent = replace(intent, offsets={one.pk: intent.offsets[one.pk] for one in channels})
    found = _ahead(team, intent, at)
    named = [one for one in Blackout.objects.for_team(team) if one.covers(day)]
    lines = [
        *(words(clash) for clash in _once(found)),
        *(words(crowd) for crowd in _crowds(team, channels, intent, at)),
        *(of_blackout(blackout, day) for blackout in named),
        *filter(None, map(of_channel, channels)),
    ]
    close = any(clash.kind == Kind.CLOSE for clash in found)
    fix = _fix(team, intent, at) if close and fixed else None
    return Ahead(list(dict.fromkeys(lines)), fix, any(one.blocks for one in named), notes)


def _ahead(team: Team, intent: Intent, at: datetime) -> list[Clash]:
    known: dict[str, Any] = {
        "team": team.pk,
        "post": intent.post_id,
        "body": intent.body,
        "channels": list(intent.offsets),
        "times": [at + later for later in intent.offsets.values()],
        "texts": [intent.own.get(pk) for pk in intent.offsets],
        "gap": timedelta(minutes=team.gap_minutes),
        "memory": MEMORY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, known)
        return [Clash(Kind(kind), *row) for kind, *row in cursor.fetchall()]


def _crowds(team: Team, channels: list[Channel], intent: Intent, at: datetime) -> list[Crowd]:
    times = [(channel, at + intent.offsets[channel.pk]) for channel in channels]
    return crowds(team, times, post_id=intent.post_id)


def _fix(team: Team, intent: Intent, at: datetime) -> datetime | None:
    gap = timedelta(minutes=team.gap_minutes)
    spread = max(intent.offsets.values(), default=timedelta())
    end = at + spread + gap + timedelta(days=1)
    full = taken(team, intent.offsets.keys(), start=at - gap, end=end, besides=[intent.post_id])
    return clear(at, offsets=intent.offsets, taken=full, gap=gap)


def _once(found: Iterable[Clash]) -> list[Clash]:
    """Of the channels that two posts share the first, which stands for all."""
    return list({clash.pair: clash for clash in reversed(list(found))}.values())[::-1]


def of_blackout(blackout: Blackout, day: date) -> str:
    named = {"day": dates.written(day, "D j M"), "name": blackout}
    if blackout.blocks:
        return _("%(day)s is closed: “%(name)s”.") % named
    return _("%(day)s is set aside: “%(name)s”.") % named


def of_holiday(day: date, name: str) -> str:
    said = {"day": dates.written(day, "D j M"), "name": name}
    return _("%(day)s is a public holiday: %(name)s.") % said


def of_channel(channel: Channel) -> str:
    if channel.state != Channel.State.CONNECTED:
        return _("%(channel)s needs reconnecting before anything goes out.") % {"channel": channel}
    if channel.paused:
        return _("%(channel)s is paused: posts wait until it is resumed.") % {"channel": channel}
    return ""
