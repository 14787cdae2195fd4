"""/status/: the whole installation on one plain page, for those who run it.

What is asked is what /health/ready asks, and then how much waits and how the platforms do. The
teams' own pages say which post; the admin has every row.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import staff
from accounts.http import UserRequest
from config import health
from delivery.queries import depth, records, standing, weather
from delivery.queries.spans import short
from notifications.queries import outbox
from ui.htmx import partial


@dataclass(frozen=True)
class Line:
    """One part of the installation: whether it is well, and what is known of it."""

    name: str
    well: bool
    words: str


@staff
@require_safe
def status(request: UserRequest) -> HttpResponse:
    facts = health.facts()
    lines, mail, sky = _parts(facts) + _ticks(), outbox(), weather.weather()
    context = {
        "lines": lines,
        "well": all(line.well for line in lines) and all(one.well for one in sky),
        "depth": depth.depth(),
        "outbox": mail,
        "outbox_age": short(mail.oldest) if mail.oldest else "",
        "platforms": sky,
        "version": settings.VERSION,
    }
    return partial(request, "config/status.html", "status_facts", context)


def _parts(facts: dict[str, health.Fact]) -> list[Line]:
    tick, overdue = facts.get("tick", {}), facts.get("overdue", {})
    lines = [
        Line(_("Database"), facts["database"]["ok"], _answers(facts["database"])),
        Line(_("Broker"), facts["broker"]["ok"], _answers(facts["broker"])),
    ]
    if not tick:
        return lines
    late = overdue["oldest_seconds"]
    on_time = _("nothing") if late is None else _for(late)
    reason = standing.why_locked()
    return [
        *lines,
        Line(_("Beat and workers"), tick["ok"], _tick(tick["age_seconds"])),
        Line(_("Overdue through us"), overdue["ok"], on_time),
        Line(_("Publishing"), not reason, reason or _("allowed from here")),
    ]


def _ticks() -> list[Line]:
    """The dispatcher's is in the line of beat and workers."""
    ticks = records.pulse().ticks
    return [Line(one.label, one.well, one.words) for one in ticks if one.name != "dispatch"]


def _answers(fact: dict[str, Any]) -> str:
    if fact["ok"]:
        return _("answers in %(n)s ms") % {"n": fact["ms"]}
    return _("does not answer; the log says why")


def _tick(age: float | None) -> str:
    if age is None:
        return _("no tick has come through yet: start beat and a worker")
    return _("a tick went through beat, broker and worker %(time)s ago") % {
        "time": short(timedelta(seconds=max(age, 0)))
    }


def _for(seconds: float) -> str:
    return _("the oldest for %(time)s") % {"time": short(timedelta(seconds=seconds))}
