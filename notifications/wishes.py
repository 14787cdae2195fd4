"""What a person wants to hear, by which way and when: their rows over what kinds.py says.

Asked when a message is written, and again when it is sent: somebody may have changed their mind.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from accounts.models import Membership, User
from notifications import hours
from notifications.kinds import EMAIL, KINDS
from notifications.models import Browser, Habits, Preference

UTC = ZoneInfo("UTC")

type Choices = Mapping[tuple[str, str], bool]


@dataclass(frozen=True)
class Wishes:
    """Of one person. `zone`: theirs, else that of their first team; `browsers`: by number."""

    habits: Habits = field(default_factory=Habits)
    chosen: Choices = field(default_factory=dict)
    zone: ZoneInfo = UTC
    browsers: Sequence[int] = ()

    def want(self, kind: str, way: str) -> bool:
        known = KINDS[kind]
        if way == EMAIL and known.must:
            return True
        if way == EMAIL and self.habits.pace == Habits.Pace.NEVER:
            return False
        return self.chosen.get((known.chosen_as, way), known.travels(way))

    def gathers(self, kind: str) -> bool:
        """Whether a mail of this kind waits for the digest."""
        if self.habits.pace not in (Habits.Pace.HOURLY, Habits.Pace.DAILY):
            return False
        return not self._at_once(kind)

    def digest_at(self, now: datetime) -> datetime:
        """When what is gathered now is mailed."""
        if self.habits.pace == Habits.Pace.DAILY:
            return hours.next_daily(now, self.habits.daily_at, self.zone)
        if self.habits.pace == Habits.Pace.HOURLY:
            return hours.next_hour(now)
        return now

    def quiet_until(self, now: datetime, kind: str = "") -> datetime | None:
        """The end of the quiet hours that keep this kind, or a digest, from going out now."""
        begins, ends = self.habits.quiet_from, self.habits.quiet_until
        if begins is None or ends is None or (kind and self._at_once(kind)):
            return None
        return hours.quiet_until(now, begins, ends, self.zone)

    def _at_once(self, kind: str) -> bool:
        known = KINDS[kind]
        return known.must or (known.urgent and self.habits.urgent_anyway)


NOBODYS = Wishes()
_TIMES = ("pace", "daily_at", "quiet_from", "quiet_until", "urgent_anyway")


def of(users: Collection[int | None]) -> dict[int, Wishes]:
    """Of several people, in one statement."""
    asked = {pk for pk in users if pk is not None}
    if not asked:
        return {}
    chosen = Preference.objects.filter(user=OuterRef("pk"))
    each = JSONObject(kind="kind", way="way", wanted="wanted")
    first = Membership.objects.filter(user=OuterRef("pk")).order_by("pk")
    rows: Any = User.objects.filter(pk__in=asked).values(
        "pk",
        "time_zone",
        let_in=ArraySubquery(Browser.objects.filter(user=OuterRef("pk")).values("pk")),
        team_zone=Subquery(first.values("team__time_zone")[:1]),
        chosen=ArraySubquery(chosen.values(each=each)),
        **{name: F(f"habits__{name}") for name in _TIMES},
    )
    return {
        row["pk"]: Wishes(
            Habits(**{name: row[name] for name in _TIMES}) if row["pace"] else Habits(),
            {(each["kind"], each["way"]): each["wanted"] for each in row["chosen"]},
            ZoneInfo(row["time_zone"] or row["team_zone"] or UTC.key),
            row["let_in"],
        )
        for row in rows
    }


def of_one(user: int | None) -> Wishes:
    """Without an account there are no wishes."""
    return of([user]).get(user, NOBODYS) if user is not None else NOBODYS
