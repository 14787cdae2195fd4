"""Deliveries as lines that say why they are where they are, sorted into sections and lanes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from posts.models import Delivery
from posts.states import TROUBLED, DeliveryState
from publishers import registry
from publishers.models import Channel

_D = DeliveryState
_HELD = ~Q(channel__state=Channel.State.CONNECTED) | Q(channel__paused=True)
SECTIONS: Mapping[str, Q] = {
    "unknown": Q(state__in=[_D.UNKNOWN, _D.NEEDS_HUMAN]),
    "failed": Q(state=_D.FAILED),
    "missed": Q(state=_D.MISSED),
    "flight": Q(state__in=[_D.CLAIMED, _D.SENDING, _D.ACCEPTED]),
    "waiting": Q(state=_D.QUEUED) & _HELD,
    "retrying": Q(state=_D.QUEUED) & ~_HELD & ~Q(problem=""),
    "due": Q(state=_D.QUEUED, problem="") & ~_HELD,
}
LANES: Mapping[str, Q] = {
    "attention": Q(state__in=[_D.NEEDS_HUMAN, _D.FAILED, _D.MISSED]),
    "due": SECTIONS["due"] | SECTIONS["waiting"],
    "moving": SECTIONS["flight"] | Q(state=_D.UNKNOWN),
    "retrying": SECTIONS["retrying"],
    "published": Q(state=_D.PUBLISHED),
}
_NEWEST_FIRST = frozenset({"unknown", "failed", "missed", "attention", "published"})
_TITLES = {
    "unknown": gettext_lazy("Unknown outcome"),
    "failed": gettext_lazy("Not published"),
    "missed": gettext_lazy("Missed"),
    "flight": gettext_lazy("In flight"),
    "moving": gettext_lazy("In flight"),
    "waiting": gettext_lazy("Waiting for a channel"),
    "retrying": gettext_lazy("Trying again"),
    "due": gettext_lazy("Due next"),
    "attention": gettext_lazy("Needs a decision"),
    "published": gettext_lazy("Delivered"),
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
    return Job(
        delivery=delivery,
        status=_status(delivery),
        platform=_platform(delivery.channel),
        why=_why(delivery),
        signed_out=delivery.channel.state != Channel.State.CONNECTED,
    )


def _status(delivery: Delivery) -> str:
    if delivery.state == _D.QUEUED and _holds(delivery.channel):
        return "paused"
    if delivery.state == _D.QUEUED and delivery.problem:
        return "retrying"
    return _STATUS[DeliveryState(delivery.state)]


def _holds(channel: Channel) -> bool:
    return channel.paused or channel.state != Channel.State.CONNECTED


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
    if delivery.state == _D.QUEUED and _holds(delivery.channel):
        return _waits_for(delivery.channel)
    return known or delivery.problem or _("Approved and ready")


def _waits_for(channel: Channel) -> str:
    if channel.state != Channel.State.CONNECTED:
        return _("Waits until the channel is connected again")
    return _("Waits: publishing on this channel is paused")


def deliveries(team: Team, which: str) -> QuerySet[Delivery]:
    """The rows of a section or a lane, in the order in which they matter."""
    chosen = {**SECTIONS, **LANES}[which]
    order = ("-due_at", "-id") if which in _NEWEST_FIRST else ("run_at", "id")
    rows = Delivery.objects.for_team(team).filter(chosen)
    return rows.select_related("post", "channel").order_by(*order)


def title(which: str) -> str:
    return str(_TITLES[which])
