"""The frame of the deliveries page: counts, the day's hours, the beginning of every section.

Two statements for the frame and one for each section that has rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Q, Value, When
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Team
from delivery.queries.jobs import LANES, SECTIONS, Job, deliveries, job, title
from posts.models import Delivery
from posts.states import TROUBLED, DeliveryState

IN_SECTION = 8
BARS = 6
# Nothing stays under way for longer, so older rows need not be counted.
BEHIND = timedelta(days=2)
AHEAD = timedelta(hours=24)

_D = DeliveryState
_LANE_STATUS = {
    "attention": ("attention", gettext_lazy("Needs a decision")),
    "due": ("due", gettext_lazy("Due in 24 h")),
    "moving": ("publishing", gettext_lazy("In flight")),
    "retrying": ("retrying", gettext_lazy("Trying again")),
    "published": ("published", gettext_lazy("Delivered today")),
}


@dataclass(frozen=True)
class Lane:
    key: str
    status: str
    label: str
    count: int


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    total: int
    jobs: Sequence[Job]

    @property
    def more(self) -> int:
        return self.total - len(self.jobs)


@dataclass(frozen=True)
class Hour:
    hour: int
    bars: Sequence[str]
    now: bool
    label: str


@dataclass(frozen=True)
class Overview:
    lanes: Sequence[Lane]
    hours: Sequence[Hour]
    day: Mapping[str, int]
    counts: Mapping[str, int]

    @property
    def nothing(self) -> bool:
        return not any(self.counts.values())


def overview(team: Team) -> Overview:
    now = timezone.localtime()
    tally = _tally(team, now)
    counts: Counter[str] = Counter()
    for (section, _hour), number in tally.items():
        counts[section] += number
    today = {key: n for key, n in tally.items() if key[1] and key[1].date() == now.date()}
    counts["published"] = sum(n for (section, _hour), n in today.items() if section == "published")
    counts["attention"] = counts["needs_human"] + counts["failed"] + counts["missed"]
    counts["unknown"] = counts["checking"] + counts["needs_human"]
    in_lane = counts | Counter(due=counts["due"] + counts["waiting"])
    lanes = [
        Lane(key, status, str(label), in_lane[key]) for key, (status, label) in _LANE_STATUS.items()
    ]
    return Overview(lanes, _hours(today, now), _day(today), counts)


def sections(team: Team, counts: Mapping[str, int]) -> list[Section]:
    """The beginning of every section that has rows."""
    return [
        Section(
            key,
            title(key),
            counts[key],
            [job(row) for row in deliveries(team, key)[:IN_SECTION]],
        )
        for key in SECTIONS
        if counts[key]
    ]


def _tally(team: Team, now: datetime) -> Counter[tuple[str, datetime | None]]:
    """How many per section and hour: what is in trouble ever, and what is around now."""
    section = Case(
        *(When(condition, then=Value(key)) for key, condition in _TALLIED.items()),
        default=Value(""),
    )
    hour = TruncHour("due_at", tzinfo=now.tzinfo)
    rows = Delivery.objects.for_team(team).exclude(state__in=[_D.DRAFT, _D.CANCELLED])
    around = rows.filter(due_at__gte=now - BEHIND, due_at__lt=now + AHEAD)
    older = rows.filter(state__in=TROUBLED, due_at__lt=now - BEHIND)
    tally: Counter[tuple[str, datetime | None]] = Counter()
    for group in (around, older):
        counted = group.annotate(section=section, hour=hour).values("section", "hour")
        for row in counted.annotate(number=Count("id")).order_by():
            tally[row["section"], row["hour"]] += row["number"]
            if row["section"] in ("flight", "checking"):
                tally["moving", None] += row["number"]
    return tally


_TALLIED: Mapping[str, Q] = {
    "checking": Q(state=_D.UNKNOWN),
    "needs_human": Q(state=_D.NEEDS_HUMAN),
    "failed": SECTIONS["failed"],
    "missed": SECTIONS["missed"],
    "flight": SECTIONS["flight"],
    "retrying": SECTIONS["retrying"],
    "due": SECTIONS["due"],
    "waiting": SECTIONS["waiting"],
    "published": LANES["published"],
}
_BAR = {
    "published": "published",
    "flight": "publishing",
    "checking": "unknown",
    "needs_human": "unknown",
    "failed": "dead",
    "missed": "attention",
    "retrying": "retrying",
    "due": "due",
    "waiting": "paused",
}


def _hours(today: Mapping[tuple[str, datetime | None], int], now: datetime) -> list[Hour]:
    found: dict[int, list[str]] = {hour: [] for hour in range(24)}
    for section, bar in _BAR.items():
        for (key, at), number in today.items():
            if key == section and at is not None:
                found[at.hour] += [bar] * number
    return [
        Hour(hour, _fewer(bars), hour == now.hour, _label(hour, now))
        for hour, bars in found.items()
    ]


def _label(hour: int, now: datetime) -> str:
    """Every third hour, and this moment, which leaves no room for its neighbours."""
    if hour == now.hour:
        return f"{now:%H:%M}"
    return f"{hour:02}" if hour % 3 == 0 and abs(hour - now.hour) > 2 else ""


def _fewer(bars: list[str]) -> list[str]:
    """A busy hour keeps its proportions; every status in it stays visible."""
    if len(bars) <= BARS:
        return bars
    kinds = list(dict.fromkeys(bars))
    spread = [bars[len(bars) * place // BARS] for place in range(BARS)]
    missing = [kind for kind in kinds if kind not in spread]
    return [*spread[: BARS - len(missing)], *missing]


def _day(today: Mapping[tuple[str, datetime | None], int]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for (section, at), number in today.items():
        if at is not None:
            sums[section] += number
    return {
        "sent": sums["published"],
        "due": sums["due"] + sums["waiting"] + sums["retrying"],
        "stuck": sums["failed"] + sums["missed"] + sums["needs_human"] + sums["checking"],
    }
