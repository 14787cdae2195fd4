"""The frame of the deliveries page: counts, the day's hours, the beginning of every section.

Three statements for the counts, one for each section that has rows, one for all attempts shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import BooleanField, Case, Count, DateTimeField, Q, Value, When
from django.db.models.functions import TruncHour
from django.utils import timezone

from accounts.models import Team
from delivery.queries.jobs import SOON, Job, Wanted, deliveries, jobs
from delivery.queries.places import LANES, OPEN, PLACES, Place, conditions
from delivery.queries.weather import Wait
from posts.models import Delivery
from posts.states import TROUBLED, DeliveryState

IN_SECTION = 6
BARS = 6
# Nothing stays under way for longer, so older rows need not be counted.
BEHIND = timedelta(days=2)


@dataclass(frozen=True)
class Lane:
    key: str
    status: str
    label: str
    count: int


@dataclass(frozen=True)
class Section:
    place: Place
    total: int
    jobs: Sequence[Job]

    @property
    def more(self) -> bool:
        return self.total > len(self.jobs)


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
    day: Sequence[Lane]
    counts: Mapping[str, int]


class Group(NamedTuple):
    """What is counted together: a place, the hour if it is today's, whether it is due soon."""

    place: str
    hour: datetime | None
    soon: bool


type Tally = Counter[Group]


def overview(team: Team, spared: Iterable[str]) -> Overview:
    now = timezone.localtime()
    tally = _tally(team, now, spared)
    counts: Counter[str] = Counter()
    for group, number in tally.items():
        counts[group.place] += number
    today = Counter({group: n for group, n in tally.items() if group.hour})
    return Overview(_lanes(tally, counts), _hours(today, now), _day(today), counts)


def sections(team: Team, counts: Mapping[str, int], spared: Mapping[str, Wait]) -> list[Section]:
    """The beginning of every section that has rows."""
    keys = [key for key in OPEN if counts[key]]
    rows = [list(deliveries(team, Wanted(key), spared)[:IN_SECTION]) for key in keys]
    lines = iter(jobs([row for some in rows for row in some], spared))
    return [
        Section(PLACES[key], counts[key], [next(lines) for _ in some])
        for key, some in zip(keys, rows, strict=True)
    ]


def _tally(team: Team, now: datetime, spared: Iterable[str]) -> Tally:
    """How many stand where: today and to come; of the days before only what is not over."""
    known = conditions(spared)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = Q(due_at__gte=midnight, due_at__lt=midnight + timedelta(days=1))
    rows = Delivery.objects.for_team(team).exclude(
        state__in=[DeliveryState.DRAFT, DeliveryState.CANCELLED]
    )
    lately = rows.filter(due_at__gte=now - BEHIND, due_at__lt=midnight)
    parts = (
        rows.filter(due_at__gte=midnight),
        lately.exclude(state=DeliveryState.PUBLISHED),
        rows.filter(state__in=TROUBLED, due_at__lt=now - BEHIND),
    )
    tally: Tally = Counter()
    for part in parts:
        counted = part.annotate(
            place=Case(
                *(When(condition, then=Value(key)) for key, condition in known.items()),
                default=Value(""),
            ),
            hour=Case(
                When(today, then=TruncHour("due_at", tzinfo=now.tzinfo)),
                output_field=DateTimeField(),
            ),
            soon=Case(
                When(due_at__lt=now + SOON, then=True), default=False, output_field=BooleanField()
            ),
        ).values("place", "hour", "soon")
        for row in counted.annotate(number=Count("id")).order_by():
            tally[Group(row["place"], row["hour"], row["soon"])] += row["number"]
    return tally


def _lanes(tally: Tally, counts: Mapping[str, int]) -> list[Lane]:
    """Two of them have an end: what is due within a day, what was published today."""
    ended = {
        "coming": sum(
            n for group, n in tally.items() if group.place in ("due", "risk") and group.soon
        ),
        "published": sum(
            n for group, n in tally.items() if group.place == "published" and group.hour
        ),
    }
    return [
        Lane(key, status, str(label), ended.get(key, sum(counts[one] for one in members)))
        for key, (status, label, members) in LANES.items()
    ]


_BAR = (
    "published",
    "flight",
    "unknown",
    "needs_human",
    "failed",
    "missed",
    "retrying",
    "risk",
    "due",
    "waiting",
)


def _hours(today: Tally, now: datetime) -> list[Hour]:
    found: dict[int, list[str]] = {hour: [] for hour in range(24)}
    for place in _BAR:
        for group, number in today.items():
            if group.place == place and group.hour is not None:
                found[group.hour.hour] += [PLACES[place].status] * number
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


def _day(today: Tally) -> list[Lane]:
    """What the bars of the day are, each place by its own name."""
    sums: Counter[str] = Counter()
    for group, number in today.items():
        sums[group.place] += number
    return [
        Lane(key, PLACES[key].status, str(PLACES[key].title), sums[key])
        for key in _BAR
        if sums[key]
    ]
