"""The next good times of a post: of a stored one, or of channels that are being chosen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts import holidays
from accounts.models import Team
from calendar_app.best import GOOD
from calendar_app.goodtimes import REACH, upcoming
from calendar_app.queries.ahead import Intent
from calendar_app.queries.best import WORDS, Best, best
from calendar_app.queries.taken import taken
from posts.models import Blackout
from publishers.models import Channel


@dataclass(frozen=True)
class GoodTime:
    """`at` in the reader's zone; `word` says how good."""

    at: datetime
    word: str


@dataclass(frozen=True)
class GoodTimes:
    times: list[GoodTime]
    best: Best


def good_times(team: Team, intent: Intent, zone: ZoneInfo) -> GoodTimes:
    """In four statements at most. Days set aside and public holidays are left out, and channels of
    others.
    """
    ours = Channel.objects.for_team(team).filter(pk__in=intent.offsets)
    offsets = {pk: intent.offsets[pk] for pk in ours.values_list("pk", flat=True)}
    known, now, gap = best(team, zone), timezone.now(), timedelta(minutes=team.gap_minutes)
    spread = max(offsets.values(), default=timedelta())
    end = now + timedelta(days=REACH + 1) + spread + gap
    full = taken(team, offsets, start=now - gap, end=end, besides=[intent.post_id])
    aside = list(Blackout.objects.for_team(team))

    def closed(at: datetime) -> bool:
        day = at.astimezone(team.zone).date()
        return bool(holidays.called(team, day)) or any(one.covers(day) for one in aside)

    found = upcoming(
        known.levels, now=now, zone=zone, offsets=offsets, taken=full, gap=gap, closed=closed
    )
    return GoodTimes([_said(at.astimezone(zone), known) for at in found], known)


def _said(at: datetime, known: Best) -> GoodTime:
    return GoodTime(at, str(WORDS[known.levels.get((at.weekday(), at.hour), GOOD)]))
