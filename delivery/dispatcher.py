"""Claims what falls due. Called by the dispatch tick and, when that is silent, by the publisher.

The claim is the permit, not the message: any number of dispatchers may run at once.
"""

import os
import socket
from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.db import Error, IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from delivery import gates, instance, outages
from delivery.leases import LEASE, OFFER
from delivery.models import Heartbeat
from posts import workflow
from posts.errors import LostRace
from posts.models import Delivery
from posts.states import DeliveryState
from posts.workflow import Claim

log = structlog.get_logger(__name__)

AHEAD = timedelta(seconds=2)
MOST = 200
# Of one claim, which is one statement: others must not wait long for what it locks.
AT_ONCE = 64
# An offered claim that nobody took in this time was lost on its way to a worker.
LOST_AFTER = timedelta(seconds=5)


def tick(limit: int = MOST) -> Sequence[Claim]:
    """Offer what falls due within two seconds, at most one delivery per channel."""
    if instance.locked():
        return []
    outages.notice()
    found: list[Claim] = []
    while len(found) < limit:
        most = min(AT_ONCE, limit - len(found))
        try:
            some = _claim(most)
        except Error:
            # What is claimed already goes out; the next tick meets the same trouble.
            if not found:
                raise
            break
        found += some
        if len(some) < most:
            break
    return found


def _claim(limit: int) -> Sequence[Claim]:
    try:
        with transaction.atomic():
            return workflow.claim_due(
                owner=_offered(), limit=limit, ahead=AHEAD, lease=LEASE, room=gates.room()
            )
    except IntegrityError:
        # Another dispatcher was first on one channel; the next tick sees what it did.
        return []


def following(claim: Claim) -> Claim | None:
    """The channel has become free: offer its next, unless the platform has no room for more."""
    if instance.locked() or not gates.open_for(claim.platform):
        return None
    try:
        with transaction.atomic():
            return workflow.claim_next(
                channel_id=claim.channel_id, owner=_offered(), ahead=AHEAD, lease=LEASE
            )
    except IntegrityError:
        return None


def _offered() -> str:
    return f"{OFFER}{socket.gethostname()[:40]}:{os.getpid()}"


def lost_offers(limit: int = MOST) -> Sequence[Claim]:
    """Claims whose message has reached no worker: anybody may take them."""
    rows = Delivery.objects.filter(
        state=DeliveryState.CLAIMED,
        owner__startswith=OFFER,
        lease_until__lt=Now() + (LEASE - LOST_AFTER),
        lease_until__gt=Now(),
    ).order_by("due_at", "id")
    columns = rows.values_list("id", "attempt_no", "channel__platform", "channel_id", "team_id")
    return [Claim(*row) for row in columns[: max(limit, 0)]]


def take_back(*claims: Claim) -> None:
    """Return offers that could not be handed to a worker: another path finds them at once."""
    ids = {claim.delivery_id: claim.attempt_no for claim in claims}
    offered = Delivery.objects.filter(
        pk__in=ids, state=DeliveryState.CLAIMED, owner__startswith=OFFER
    )
    for delivery in offered:
        if delivery.attempt_no == ids[delivery.pk]:
            give_back(delivery, delivery.owner)


def give_back(delivery: Delivery, owner: str) -> None:
    """A claim of which nothing was sent becomes what it was, for whoever comes next."""
    try:
        with transaction.atomic():
            workflow.move(
                delivery,
                "release",
                expect={"attempt_no": delivery.attempt_no, "owner": owner},
                owner="",
                lease_until=None,
            )
    except LostRace:
        log.info("delivery.not_given_back", delivery_id=delivery.pk)


def beat(name: str, detail: str = "") -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=Now(), detail=detail)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "detail"],
    )


def silent_for(name: str) -> timedelta | None:
    """How long a tick has not been heard, by the database's clock; None when it never was."""
    return silences().get(name)


def silences() -> dict[str, timedelta]:
    """The same for each tick that was ever heard, by its name."""
    return dict(Heartbeat.objects.annotate(age=Now() - F("at")).values_list("name", "age"))
