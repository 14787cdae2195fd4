"""What the deliveries page shows: counts, the day's hours, and rows that say why they are there.

Three statements for the frame and one for each section that has rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Now, TruncHour
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from delivery.models import Attempt, Heartbeat
from posts.models import Activity, Delivery
from posts.states import TROUBLED, DeliveryState
from publishers import registry
from publishers.models import Channel

IN_SECTION = 8
BARS = 6
STALE = timedelta(seconds=15)
# Nothing stays under way for longer, so older rows need not be counted.
BEHIND = timedelta(days=2)
AHEAD = timedelta(hours=24)

_D = DeliveryState
SECTIONS: Mapping[str, Q] = {
    "unknown": Q(state__in=[_D.UNKNOWN, _D.NEEDS_HUMAN]),
    "failed": Q(state=_D.FAILED),
    "missed": Q(state=_D.MISSED),
    "flight": Q(state__in=[_D.CLAIMED, _D.SENDING, _D.ACCEPTED]),
    "retrying": Q(state=_D.QUEUED) & ~Q(problem=""),
    "due": Q(state=_D.QUEUED, problem=""),
}
LANES: Mapping[str, Q] = {
    "attention": Q(state__in=[_D.NEEDS_HUMAN, _D.FAILED, _D.MISSED]),
    "due": SECTIONS["due"],
    "flight": SECTIONS["flight"] | Q(state=_D.UNKNOWN),
    "retrying": SECTIONS["retrying"],
    "published": Q(state=_D.PUBLISHED),
}
_NEWEST_FIRST = frozenset({"unknown", "failed", "missed", "attention", "published"})
_TITLES = {
    "unknown": gettext_lazy("Unknown outcome"),
    "failed": gettext_lazy("Not published"),
    "missed": gettext_lazy("Missed"),
    "flight": gettext_lazy("In flight"),
    "retrying": gettext_lazy("Trying again"),
    "due": gettext_lazy("Due next"),
    "attention": gettext_lazy("Needs a decision"),
    "published": gettext_lazy("Delivered"),
}
_LANE_STATUS = {
    "attention": ("attention", gettext_lazy("Needs a decision")),
    "due": ("due", gettext_lazy("Due in 24 h")),
    "flight": ("publishing", gettext_lazy("In flight")),
    "retrying": ("retrying", gettext_lazy("Trying again")),
    "published": ("published", gettext_lazy("Delivered today")),
}
_STATUS = {
    _D.QUEUED: "due",
    _D.CLAIMED: "publishing",
    _D.SENDING: "publishing",
    _D.ACCEPTED: "publishing",
    _D.UNKNOWN: "unknown",
    _D.NEEDS_HUMAN: "unknown",
    _D.MISSED: "attention",
    _D.FAILED: "dead",
    _D.PUBLISHED: "published",
    _D.DRAFT: "draft",
    _D.CANCELLED: "paused",
}


# -- one row


@dataclass(frozen=True)
class Job:
    """One delivery as a line: what, why it is where it is, when, and what a person may do."""

    delivery: Delivery
    status: str
    platform: str
    why: str
    signed_out: bool

    @property
    def state(self) -> str:
        return self.delivery.state

    @property
    def may_be_dropped(self) -> bool:
        return self.delivery.state in TROUBLED

    @property
    def may_be_cancelled(self) -> bool:
        return self.delivery.state in (_D.QUEUED, _D.CLAIMED)


def job(delivery: Delivery) -> Job:
    retrying = delivery.state == _D.QUEUED and delivery.problem
    return Job(
        delivery=delivery,
        status="retrying" if retrying else _STATUS[DeliveryState(delivery.state)],
        platform=_platform(delivery.channel),
        why=_why(delivery),
        signed_out=delivery.channel.state != Channel.State.CONNECTED,
    )


def _platform(channel: Channel) -> str:
    adapter = registry.ADAPTERS.get(channel.platform)
    return adapter.spec.name if adapter else channel.platform


def _why(delivery: Delivery) -> str:
    words = {
        _D.CLAIMED: _("Getting it ready"),
        _D.SENDING: _("Being sent now"),
        _D.ACCEPTED: _("The platform has it and is working on it"),
        _D.PUBLISHED: _("Confirmed by a person") if not delivery.remote_id else _("Live"),
        _D.DRAFT: _("Not committed: its content is not approved or has no time"),
        _D.CANCELLED: _("Will not be published here"),
    }
    known = words.get(DeliveryState(delivery.state), "")
    return known or delivery.problem or _waits_for(delivery.channel)


def _waits_for(channel: Channel) -> str:
    if channel.state != Channel.State.CONNECTED:
        return _("Waits until the channel is connected again")
    if channel.paused:
        return _("Waits: publishing on this channel is paused")
    return _("Approved and ready")


def deliveries(team: Team, which: str) -> QuerySet[Delivery]:
    """The rows of a section or a lane, in the order in which they matter."""
    chosen = {**SECTIONS, **LANES}[which]
    order = ("-due_at", "-id") if which in _NEWEST_FIRST else ("run_at", "id")
    rows = Delivery.objects.for_team(team).filter(chosen)
    return rows.select_related("post", "channel").order_by(*order)


# -- the page


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
    lanes = [
        Lane(key, status, str(label), counts["moving"] if key == "flight" else counts[key])
        for key, (status, label) in _LANE_STATUS.items()
    ]
    return Overview(lanes, _hours(today, now), _day(today), counts)


def sections(team: Team, counts: Mapping[str, int]) -> list[Section]:
    """The beginning of every section that has rows."""
    return [
        Section(
            key,
            str(_TITLES[key]),
            counts[key],
            [job(row) for row in deliveries(team, key)[:IN_SECTION]],
        )
        for key in SECTIONS
        if counts[key]
    ]


def title(which: str) -> str:
    return str(_TITLES[which])


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
}


def _hours(today: Mapping[tuple[str, datetime | None], int], now: datetime) -> list[Hour]:
    found: dict[int, list[str]] = {hour: [] for hour in range(24)}
    for section, bar in _BAR.items():
        for (key, at), number in today.items():
            if key == section and at is not None:
                found[at.hour] += [bar] * number
    return [Hour(hour, _fewer(bars), hour == now.hour) for hour, bars in found.items()]


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
        "due": sums["due"] + sums["retrying"],
        "stuck": sums["failed"] + sums["missed"] + sums["needs_human"] + sums["checking"],
    }


# -- the machinery and one delivery


@dataclass(frozen=True)
class Pulse:
    """Whether something that publishes is alive."""

    well: bool
    at: datetime | None


def pulse() -> Pulse:
    rows = Heartbeat.objects.filter(name__in=["dispatch", "publisher"]).order_by("-at")
    newest = rows.annotate(clock=Now()).values("at", "clock").first()
    if newest is None:
        return Pulse(False, None)
    return Pulse(newest["clock"] - newest["at"] < STALE, newest["at"])


def attempts(delivery: Delivery) -> list[Attempt]:
    return list(delivery.attempts.order_by("attempt_no", "item"))


def history(delivery: Delivery, limit: int = 50) -> list[dict[str, Any]]:
    """What happened to this delivery, newest first, with the reasons that were kept."""
    entries = Activity.objects.for_team(delivery.team).filter(
        post_id=delivery.post_id, kind__startswith="delivery.", data__delivery=delivery.pk
    )
    return [
        {
            "at": entry.at,
            "words": str(_HISTORY.get(entry.kind.removeprefix("delivery."), entry.kind)),
            "who": entry.actor_name or str(entry.actor or ""),
            "reason": entry.data.get("reason", ""),
        }
        for entry in entries.select_related("actor").order_by("-id")[:limit]
    ]


_HISTORY = {
    "commit": gettext_lazy("Put in the queue"),
    "recall": gettext_lazy("Taken back to a draft"),
    "intend": gettext_lazy("Sending began"),
    "publish": gettext_lazy("Published"),
    "accept": gettext_lazy("Accepted by the platform"),
    "not_sent": gettext_lazy("Not sent, will be tried again"),
    "release": gettext_lazy("Not ready, will be tried again"),
    "expire": gettext_lazy("The worker ended before sending"),
    "refuse": gettext_lazy("Not published"),
    "lose": gettext_lazy("No clear answer"),
    "prove_absent": gettext_lazy("Looked: it is not live, sending again"),
    "ask": gettext_lazy("A person has to look"),
    "confirm_live": gettext_lazy("Confirmed as live"),
    "resend": gettext_lazy("Sent to the queue again"),
    "miss": gettext_lazy("Too late"),
    "cancel": gettext_lazy("Cancelled"),
    "live_after_all": gettext_lazy("Turned out to be live"),
}
