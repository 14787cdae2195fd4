"""Claims what falls due. Called by the dispatch tick and, when that is silent, by the publisher.

The claim is the permit, not the message: any number of dispatchers may run at once.
"""

import os
import socket
from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from delivery import instance
from delivery.models import Heartbeat
from delivery.permits import LEASE, OFFER
from posts import workflow
from posts.errors import LostRace
from posts.models import Delivery
from posts.states import DeliveryState
from posts.workflow import Claim

AHEAD = timedelta(seconds=2)
MOST = 100
# An offered claim that nobody took in this time was lost on its way to a worker.
LOST_AFTER = timedelta(seconds=3)


def tick(limit: int = MOST) -> Sequence[Claim]:
    """Offer what falls due within two seconds, at most one delivery per channel."""
    if instance.locked():
        return []
    owner = f"{OFFER}{socket.gethostname()[:40]}:{os.getpid()}"
    try:
        with transaction.atomic():
            return workflow.claim_due(owner=owner, limit=limit, ahead=AHEAD, lease=LEASE)
    except IntegrityError:
        # Another dispatcher was first on one channel; the next tick sees what it did.
        return []


def lost_offers(limit: int = MOST) -> Sequence[Claim]:
    """Claims whose message has reached no worker: anybody may take them."""
    rows = Delivery.objects.filter(
        state=DeliveryState.CLAIMED,
        owner__startswith=OFFER,
        lease_until__lt=Now() + (LEASE - LOST_AFTER),
        lease_until__gt=Now(),
    ).order_by("due_at", "id")
    columns = rows.values_list("id", "attempt_no", "channel__platform")
    return [Claim(*row) for row in columns[:limit]]


def take_back(claims: Sequence[Claim]) -> None:
    """Return offers that could not be handed to a worker: another path finds them at once."""
    for claim in claims:
        delivery = Delivery.objects.filter(
            pk=claim.delivery_id, state=DeliveryState.CLAIMED, owner__startswith=OFFER
        ).first()
        if delivery is None:
            continue
        try:
            with transaction.atomic():
                workflow.move(
                    delivery,
                    "release",
                    expect={"attempt_no": claim.attempt_no, "owner": delivery.owner},
                    owner="",
                    lease_until=None,
                )
        except LostRace:
            continue


def beat(name: str, detail: str = "") -> None:
    Heartbeat.objects.update_or_create(
        name=name,
        defaults={"at": Now(), "detail": detail},
    )


def silent_for(name: str) -> timedelta | None:
    """How long a tick has not been heard, by the database's clock; None when it never was."""
    row = Heartbeat.objects.filter(name=name).annotate(age=Now() - F("at")).values("age").first()
    return row["age"] if row else None
