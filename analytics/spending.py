"""What measuring takes of the platforms' rates. Posts go first: half of everything is theirs."""

from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError
from django.db.models import Q
from django.utils import timezone

from publishers import windows
from publishers.contract import Http, Rejected, Reply, Spec, TryLater, Uncertain
from publishers.models import Channel, RateWindow
from publishers.rates import Meter
from publishers.windows import Noted

log = structlog.get_logger(__name__)

THEIRS = 0.5


class Counted:
    """Passes calls to the guarded client and counts what they spend."""

    def __init__(self, http: Http, spec: Spec) -> None:
        self._http, self.meter = http, Meter(spec.rates)

    def send(
        self, method: str, url: str, **request: Any
    ) -> Reply | TryLater | Rejected | Uncertain:
        answer = self._http.send(method, url, **request)
        self.meter.note(answer, commits=bool(request.get("commits")))
        return answer


def may_ask(channel: Channel, spec: Spec) -> bool:
    """Whether enough is left of the rates that every call takes from."""
    counted = [rate.name for rate in spec.rates if rate.counts == "calls"]
    if not counted:
        return True
    windows_now = RateWindow.objects.filter(
        Q(channel=channel) | Q(channel=None),
        platform=channel.platform,
        name__in=counted,
        resets_at__gt=timezone.now(),
    )
    return all(row.remaining > row.limit * THEIRS for row in windows_now)


def note(channel: Channel, meter: Meter) -> None:
    """Store what was spent; it never stands in the way of what was learnt."""
    noted = [
        Noted(
            reading,
            channel.pk if reading.rate.scope == "channel" else None,
            windows.reserve(reading.rate, reading.limit),
        )
        for reading in meter.take()
    ]
    try:
        if noted:
            windows.keep(channel.platform, noted)
    except (DatabaseError, InterfaceError) as error:
        log.warning("analytics.budget_not_stored", error=type(error).__name__)
