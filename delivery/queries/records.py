"""What is kept: the pulse of the ticks, and what happened to one delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery.models import Heartbeat
from delivery.queries.spans import short
from posts.models import Activity, Delivery

STALE = timedelta(seconds=15)


# What each tick is called, and how long it may be silent: several times its interval.
TICKS: Mapping[str, tuple[Any, timedelta]] = {
    "dispatch": (gettext_lazy("Dispatcher"), STALE),
    "publisher": (gettext_lazy("Second path"), STALE),
    "reap": (gettext_lazy("Reaper"), timedelta(seconds=12)),
    "sentinel": (gettext_lazy("Watch"), timedelta(minutes=1)),
    "reconcile": (gettext_lazy("Looking up"), timedelta(minutes=1)),
    "preflight": (gettext_lazy("Looking ahead"), timedelta(seconds=30)),
    "finish": (gettext_lazy("Finishing"), timedelta(minutes=2)),
    "tally": (gettext_lazy("Adding up"), timedelta(minutes=5)),
}


@dataclass(frozen=True)
class Tick:
    name: str
    label: str
    age: timedelta
    well: bool

    @property
    def words(self) -> str:
        return _("%(time)s ago") % {"time": short(self.age)}


@dataclass(frozen=True)
class Pulse:
    """Whether something that publishes is alive, and each tick by itself."""

    well: bool
    at: datetime | None
    ticks: Sequence[Tick]


def pulse() -> Pulse:
    rows = list(Heartbeat.objects.filter(name__in=TICKS).annotate(age=Now() - F("at")))
    ages = {row.name: max(row.age, timedelta(0)) for row in rows}
    publishing = [row for row in rows if row.name in ("dispatch", "publisher")]
    return Pulse(
        any(row.age < STALE for row in publishing),
        max((row.at for row in publishing), default=None),
        [
            Tick(name, str(label), ages[name], ages[name] < longest)
            for name, (label, longest) in TICKS.items()
            if name in ages
        ],
    )


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
    "doubt": gettext_lazy("The database was restored: looked up before anything is sent"),
    "prove_absent": gettext_lazy("Looked: it is not live, sending again"),
    "ask": gettext_lazy("A person has to look"),
    "confirm_live": gettext_lazy("Confirmed as live"),
    "advance": gettext_lazy("A part is live, the next one follows"),
    "go_on": gettext_lazy("A part is live, the next one follows"),
    "part": gettext_lazy("A part is live"),
    "stop": gettext_lazy("Stopped there: what is live is enough"),
    "resend": gettext_lazy("Sent to the queue again"),
    "try_now": gettext_lazy("Asked for another try"),
    "move": gettext_lazy("Moved to another time"),
    "miss": gettext_lazy("Too late"),
    "restore_queued": gettext_lazy("Decision taken back, in the queue again"),
    "restore_missed": gettext_lazy("Decision taken back, waits for one"),
    "restore_failed": gettext_lazy("Decision taken back, waits for one"),
    "restore_needs_human": gettext_lazy("Decision taken back, waits for one"),
    "cancel": gettext_lazy("Dropped"),
    "warn": gettext_lazy("Would not go out as things are"),
    "mend": gettext_lazy("Mended, it can go out"),
    "live_after_all": gettext_lazy("Turned out to be live"),
}
