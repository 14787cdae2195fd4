"""How it is on each platform: its breaker and its budgets, and what somebody there waits for.

Read by the deliveries page, by metrics.py and by whoever says why a post has not gone out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from delivery.models import Breaker
from posts.models import Delivery
from publishers import registry
from publishers.contract import Rate, Spec
from publishers.models import RateWindow
from publishers.windows import reserve
from ui import dates
from ui.spoken import spoken

# So many calls in a row may fail before anybody is told that a platform is not well.
FAILING = 3
_PERIODS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True)
class Wait:
    """Why somebody waits, and until when if that is known. `sentence` says all of it."""

    words: str
    until: datetime | None
    then: str

    @property
    def sentence(self) -> str:
        return f"{self.words}; {self.then}."


@dataclass(frozen=True)
class Budget:
    """One rate of an app, counted in posts. `resets_at` is None while all of it is there."""

    name: str
    words: str
    left: int
    limit: int
    resets_at: datetime | None


@dataclass(frozen=True)
class Weather:
    """One platform. `state` is the breaker's: "closed", "open" or "half_open"; `since` when, unless
    it is closed. `failures` in a row, `reason` of the last; the next try at `retry_at`. `wait` is
    what all its deliveries wait for, None while they go out.
    """

    slug: str
    name: str
    state: str
    since: datetime | None
    reason: str
    failures: int
    retry_at: datetime | None
    budgets: Sequence[Budget]
    wait: Wait | None

    @property
    def failing(self) -> str:
        """That calls fail, while it is not spared for it yet; "" when the last one got through."""
        if self.wait is not None or not self.failures:
            return ""
        words = ngettext(
            "The last call failed: %(reason)s",
            "The last %(number)s calls in a row failed: %(reason)s",
            self.failures,
        )
        return words % {"number": self.failures, "reason": spoken(self.reason)}

    @property
    def well(self) -> bool:
        return self.wait is None and self.failures < FAILING


def weather() -> list[Weather]:
    """All platforms of this installation, in the order of their registration. Two statements."""
    breakers = Breaker.objects.in_bulk()
    rows = RateWindow.objects.filter(channel=None, resets_at__gt=timezone.now())
    windows = {(row.platform, row.name): row for row in rows}
    return [_weather(spec, breakers.get(spec.slug), windows) for spec in registry.specs()]


def spared() -> dict[str, Wait]:
    """By platform, what all its deliveries wait for just now. Two statements."""
    return {one.slug: one.wait for one in weather() if one.wait is not None}


def channels(ids: Collection[int]) -> dict[int, Wait]:
    """By channel, the budget of its own that is used up. One statement."""
    rows = RateWindow.objects.filter(channel__in=ids, resets_at__gt=timezone.now())
    waits = {}
    for row in rows.order_by("resets_at"):
        spec = _specs().get(row.platform)
        rate = _rate(spec, row.name) if spec else None
        if spec and rate and row.channel_id and row.left < rate.cost:
            waits[row.channel_id] = _used_up(spec, rate, row.limit, row.resets_at)
    return waits


def why(delivery: Delivery) -> str:
    """What a queued delivery waits for beyond its own, in a sentence by its team's clock; "" for
    nothing.
    """
    channel = delivery.channel
    with timezone.override(delivery.post.team.zone):
        wait = spared().get(channel.platform) or channels([channel.pk]).get(channel.pk)
    return wait.sentence if wait else ""


def _weather(
    spec: Spec, breaker: Breaker | None, windows: dict[tuple[str, str], RateWindow]
) -> Weather:
    own = [rate for rate in spec.rates if rate.scope == "app"]
    left = [_budget(spec, rate, windows.get((spec.slug, rate.name))) for rate in own]
    trouble = breaker if breaker and breaker.state != Breaker.State.CLOSED else None
    waits = [_trouble(spec, trouble)] if trouble else []
    for rate, budget in zip(own, left, strict=True):
        if not budget.left and budget.resets_at:
            waits.append(_used_up(spec, rate, budget.limit * rate.cost, budget.resets_at))
    return Weather(
        slug=spec.slug,
        name=spec.name,
        state=trouble.state if trouble else str(Breaker.State.CLOSED),
        since=trouble.since if trouble else None,
        reason=breaker.reason if breaker and (trouble or not waits) else "",
        failures=breaker.failures if breaker else 0,
        retry_at=trouble.retry_at if trouble else None,
        budgets=left,
        wait=waits[0] if waits else None,
    )


def _specs() -> dict[str, Spec]:
    return {spec.slug: spec for spec in registry.specs()}


def _rate(spec: Spec, name: str) -> Rate | None:
    return next((rate for rate in spec.rates if rate.name == name), None)


def _budget(spec: Spec, rate: Rate, row: RateWindow | None) -> Budget:
    limit = row.limit if row else rate.limit
    left = row.left if row else limit - reserve(rate, limit)
    return Budget(
        name=rate.name,
        words=_allows(spec, rate, limit),
        left=left // rate.cost,
        limit=limit // rate.cost,
        resets_at=row.resets_at if row else None,
    )


# -- in words


def _trouble(spec: Spec, breaker: Breaker) -> Wait:
    told = {"name": spec.name, "time": clock(breaker.since)}
    words = _("%(name)s has had trouble since %(time)s") % told
    if breaker.state == Breaker.State.HALF_OPEN or breaker.retry_at is None:
        return Wait(words, None, _("one post tries it now, the others follow when it gets through"))
    then = _("the next try is at %(time)s") % {"time": clock(breaker.retry_at)}
    return Wait(words, breaker.retry_at, then)


def _used_up(spec: Spec, rate: Rate, limit: int, until: datetime) -> Wait:
    then = _("the next slot is at %(time)s") % {"time": clock(until)}
    return Wait(_allows(spec, rate, limit), until, then)


def _allows(spec: Spec, rate: Rate, limit: int) -> str:
    """ "X allows 17 posts per 15 minutes for this app"."""
    number = limit // rate.cost
    told = {"name": spec.name, "n": f"{number:,}", "period": _period(rate.seconds)}
    if rate.counts == "calls":
        what = ngettext("%(n)s call", "%(n)s calls", number) % told
    else:
        what = ngettext("%(n)s post", "%(n)s posts", number) % told
    told |= {"what": what}
    if rate.scope == "app":
        return _("%(name)s allows %(what)s per %(period)s for this app") % told
    return _("%(name)s allows %(what)s per %(period)s for this account") % told


def _period(seconds: int) -> str:
    length, unit = next((n, unit) for n, unit in _PERIODS if seconds % n == 0)
    number = seconds // length
    words = {
        "day": ngettext("day", "%(n)d days", number),
        "hour": ngettext("hour", "%(n)d hours", number),
        "minute": ngettext("minute", "%(n)d minutes", number),
        "second": ngettext("second", "%(n)d seconds", number),
    }
    return words[unit] % {"n": number}


def clock(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """ "14:05", and the day where it is another one.

    By the reader's clock; what is stored or mailed names its team's, for a worker has no reader.
    """
    local = timezone.localtime(moment, zone)
    today = local.date() == timezone.localdate(timezone=zone)
    return dates.written(local, "H:i" if today else "j F, H:i")
