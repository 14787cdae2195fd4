"""Conflicts of what is planned in a period that is shown, and how they are said."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team
from calendar_app.conflicts import MEMORY, Clash, Kind
from posts.models import Blackout
from ui import dates

MOST = 300

# Parameters: team, start, end, gap, memory, ids (the posts that are shown).
_CLOSE = """
SELECT 'close' AS kind, post_id, channel_id, due_at AS at, was_post AS other_id, was_at AS other_at
FROM (
  SELECT d.post_id, d.channel_id, d.due_at,
    lag(d.due_at) OVER beside AS was_at, lag(d.post_id) OVER beside AS was_post
  FROM posts_delivery d
  WHERE d.team_id = %(team)s AND d.state <> 'cancelled'
    AND d.due_at >= %(start)s - %(gap)s AND d.due_at < %(end)s + %(gap)s
  WINDOW beside AS (PARTITION BY d.channel_id ORDER BY d.due_at, d.id)) due
WHERE due_at < was_at + %(gap)s AND post_id <> was_post
  AND due_at >= %(start)s AND was_at < %(end)s"""
# Texts are compared by the digest that posts_post and posts_variant are indexed by.
_SAME = """
SELECT 'same', d.post_id, d.channel_id, d.due_at, e.post_id, e.due_at
FROM posts_delivery d
JOIN posts_post p ON p.id = d.post_id AND p.body <> ''
JOIN posts_variant v ON v.post_id = p.id AND v.channel_id = d.channel_id AND v.text IS NULL
JOIN posts_post o ON o.team_id = p.team_id AND md5(o.body) = md5(p.body) AND o.body <> ''
  AND o.id <> p.id AND o.trashed_at IS NULL
JOIN posts_variant w ON w.post_id = o.id AND w.channel_id = d.channel_id AND w.text IS NULL
JOIN posts_delivery e ON e.post_id = o.id AND e.channel_id = d.channel_id
WHERE d.post_id = ANY(%(ids)s::bigint[]) AND d.due_at >= %(start)s AND d.due_at < %(end)s
  AND d.state IN ('draft', 'queued') AND e.state <> 'cancelled'
  AND (e.due_at, e.post_id) < (d.due_at, d.post_id) AND e.due_at > d.due_at - %(memory)s"""
_SAME_OWN = """
SELECT 'same', d.post_id, d.channel_id, d.due_at, e.post_id, e.due_at
FROM posts_delivery d
JOIN posts_variant v ON v.post_id = d.post_id AND v.channel_id = d.channel_id
JOIN posts_variant w ON w.channel_id = d.channel_id AND md5(w.text) = md5(v.text)
  AND w.text IS NOT NULL AND w.post_id <> v.post_id
JOIN posts_delivery e ON e.post_id = w.post_id AND e.channel_id = d.channel_id
WHERE d.post_id = ANY(%(ids)s::bigint[]) AND d.due_at >= %(start)s AND d.due_at < %(end)s
  AND d.state IN ('draft', 'queued') AND e.state <> 'cancelled' AND v.text <> ''
  AND (e.due_at, e.post_id) < (d.due_at, d.post_id) AND e.due_at > d.due_at - %(memory)s"""
NAMED = """
SELECT c.kind, c.post_id, c.at, coalesce(nullif(n.name, ''), n.handle) AS channel, c.other_id,
  coalesce(nullif(o.title, ''), left(o.body, 80)) AS other, c.other_at
FROM ({found}) c
JOIN publishers_channel n ON n.id = c.channel_id
JOIN posts_post o ON o.id = c.other_id
ORDER BY c.at, c.kind, c.post_id LIMIT {most}"""
_ANY = NAMED.format(found=" UNION ALL ".join((_CLOSE, _SAME, _SAME_OWN)), most=MOST)
# Two lists in one row, since a month is made of few statements.
_PERIOD = f"""
SELECT (SELECT json_agg(c) FROM ({_ANY}) c),
  (SELECT json_agg(b ORDER BY b.starts_on, b.id) FROM posts_blackout b WHERE b.team_id = %(team)s)
"""


@dataclass(frozen=True)
class Noted:
    """What a day of the calendar says besides its posts."""

    clashes: Sequence[Clash] = ()
    blackouts: Sequence[Blackout] = ()

    @property
    def posts(self) -> frozenset[int]:
        """Those to be marked."""
        return frozenset(pk for clash in self.clashes for pk in (clash.post_id, clash.other_id))

    @property
    def label(self) -> str:
        """For the pill on the day: what it is, or how many."""
        pairs = {clash.pair for clash in self.clashes}
        if len(pairs) != 1:
            said = ngettext("%(n)s conflict", "%(n)s conflicts", len(pairs))
            return said % {"n": len(pairs)} if pairs else ""
        clash = self.clashes[0]
        if clash.kind == Kind.SAME:
            return _("Same text")
        return _("%(n)s min apart") % {"n": clash.minutes}

    @property
    def title(self) -> str:
        return " ".join(dict.fromkeys(words(clash) for clash in self.clashes))


type Days = Mapping[date, Noted]


def of_period(
    team: Team, *, start: datetime, end: datetime, zone: ZoneInfo, ids: Collection[int]
) -> Days:
    """By days of `zone`, in one statement; what lies behind is not brought up again.

    The same text is looked for on the posts `ids`, which are shown; closeness on all.
    """
    days: defaultdict[date, list[Clash]] = defaultdict(list)
    clashes, blackouts = _found(team, max(start, timezone.now()), end, ids)
    for clash in clashes:
        days[clash.at.astimezone(zone).date()].append(clash)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    named = by_day(blackouts, first, last)
    return {
        day: Noted(tuple(days.get(day, ())), tuple(named.get(day, ()))) for day in {*days, *named}
    }


def _found(
    team: Team, start: datetime, end: datetime, ids: Collection[int]
) -> tuple[list[Clash], list[Blackout]]:
    known: dict[str, Any] = {
        "team": team.pk,
        "start": start,
        "end": end,
        "gap": timedelta(minutes=team.gap_minutes),
        "memory": MEMORY,
        "ids": list(ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PERIOD, known)
        clashes, blackouts = cursor.fetchone()
    return [_read(row) for row in clashes or ()], [_blackout(row) for row in blackouts or ()]


def _read(row: Mapping[str, Any]) -> Clash:
    at, other_at = (datetime.fromisoformat(row[name]) for name in ("at", "other_at"))
    named = {"channel": row["channel"], "other": row["other"], "other_id": row["other_id"]}
    return Clash(Kind(row["kind"]), row["post_id"], at, other_at=other_at, **named)


def _blackout(row: Mapping[str, Any]) -> Blackout:
    days = {name: date.fromisoformat(row[name]) for name in ("starts_on", "ends_on")}
    return Blackout(
        pk=row["id"], name=row["name"], yearly=row["yearly"], blocks=row["blocks"], **days
    )


def by_day(blackouts: Iterable[Blackout], first: date, last: date) -> dict[date, list[Blackout]]:
    found: defaultdict[date, list[Blackout]] = defaultdict(list)
    for blackout in blackouts:
        for n in range((last - first).days + 1):
            if blackout.covers(first + timedelta(days=n)):
                found[first + timedelta(days=n)].append(blackout)
    return found


# -- in words


def words(clash: Clash) -> str:
    named = {
        "n": clash.minutes,
        "channel": clash.channel,
        "post": clash.other or _("another post"),
        "at": dates.written(timezone.localtime(clash.other_at), "D j M, H:i"),
    }
    if clash.kind == Kind.SAME:
        return _("The same text as “%(post)s” on %(channel)s, %(at)s.") % named
    if clash.minutes == 0:
        return _("At the same time as “%(post)s” on %(channel)s.") % named
    said = (
        ngettext(
            "%(n)s minute after “%(post)s” on %(channel)s.",
            "%(n)s minutes after “%(post)s” on %(channel)s.",
            clash.minutes,
        )
        if clash.other_at < clash.at
        else ngettext(
            "%(n)s minute before “%(post)s” on %(channel)s.",
            "%(n)s minutes before “%(post)s” on %(channel)s.",
            clash.minutes,
        )
    )
    return said % named
