"""Where a delivery stands for a person: its state, and what a queued one waits for.

Each place is a condition on the rows, a title and a mark; lanes are the tiles on top of the
page, views the choices of its filter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from posts.models import Approval
from posts.queries.status import AT_RISK
from posts.states import DeliveryState
from publishers.models import Channel

_D = DeliveryState


@dataclass(frozen=True)
class Place:
    """`status` is the design's word. `newest` first, or what comes next first."""

    key: str
    title: Any
    status: str
    newest: bool = False
    bad: bool = False


PLACES: Mapping[str, Place] = {
    one.key: one
    for one in (
        Place("needs_human", _("Needs your answer"), "unknown", newest=True, bad=True),
        Place("failed", _("Gave up"), "dead", newest=True, bad=True),
        Place("missed", _("Missed"), "attention", newest=True, bad=True),
        Place("risk", _("Would not go out"), "warning", bad=True),
        Place("unknown", _("Unknown outcome"), "unknown", newest=True),
        Place("flight", _("In flight"), "publishing"),
        Place("waiting", _("Waiting"), "paused"),
        Place("retrying", _("Trying again"), "retrying"),
        Place("due", _("Due next"), "due"),
        Place("published", _("Published"), "published", newest=True),
        Place("cancelled", _("Dropped"), "paused", newest=True),
    )
}
# What the page shows when nothing is asked for.
OPEN = [key for key in PLACES if key not in ("published", "cancelled")]
LANES: Mapping[str, tuple[str, Any, tuple[str, ...]]] = {
    "attention": ("attention", _("Needs a decision"), ("needs_human", "failed", "missed")),
    "coming": ("due", _("Due in 24 h"), ("due", "risk")),
    "moving": ("publishing", _("In flight or unknown"), ("flight", "unknown")),
    "held": ("retrying", _("Waiting or trying again"), ("waiting", "retrying")),
    "published": ("published", _("Published today"), ("published",)),
}
VIEWS: Mapping[str, tuple[str, ...]] = {
    **{key: (key,) for key in PLACES},
    **{key: members for key, (_status, _label, members) in LANES.items()},
}


def title(view: str) -> str:
    return str(LANES[view][1] if view in LANES else PLACES[view].title)


def conditions(spared: Iterable[str] = ()) -> Mapping[str, Q]:
    """`spared`: platforms to which nothing is sent just now."""
    queued, waits = Q(state=_D.QUEUED), _waits(spared)
    coming = queued & ~waits & Q(problem="")
    return {
        "needs_human": Q(state=_D.NEEDS_HUMAN),
        "failed": Q(state=_D.FAILED),
        "missed": Q(state=_D.MISSED),
        "unknown": Q(state=_D.UNKNOWN),
        "flight": Q(state__in=[_D.CLAIMED, _D.SENDING, _D.ACCEPTED]),
        "waiting": queued & waits,
        "retrying": queued & ~waits & ~Q(problem=""),
        "risk": coming & AT_RISK,
        "due": coming & ~AT_RISK,
        "published": Q(state=_D.PUBLISHED),
        "cancelled": Q(state=_D.CANCELLED),
    }


def _waits(spared: Iterable[str]) -> Q:
    """Held by its channel at any time; by anything else only once its time has come."""
    held = ~Q(channel__state=Channel.State.CONNECTED) | Q(channel__paused=True)
    cooling = Approval.objects.filter(
        post_id=OuterRef("post_id"),
        content_hash=OuterRef("content_hash"),
        revoked_at=None,
        not_before__gt=Now(),
    )
    closed = Q(channel__platform__in=list(spared)) | Q(channel__next_slot_at__gt=Now())
    return held | Q(run_at__lte=Now()) & (closed | Q(Exists(cooling)))
