"""A worker's right to try once. Every write names it; "no row" means that another took over."""

import os
import socket
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from delivery import begun
from delivery.clock import DatabaseClock
from delivery.leases import LEASE, OFFER
from delivery.memory import Recollection
from posts.models import Delivery
from posts.states import DeliveryState


class Fenced(Exception):
    """The permit is no longer valid. Stop; whoever has the row now goes on."""


@dataclass
class Permit:
    delivery_id: int
    attempt_no: int
    owner: str
    lease_until: datetime

    def rows(self, state: DeliveryState = DeliveryState.CLAIMED) -> QuerySet[Delivery]:
        return Delivery.objects.filter(
            pk=self.delivery_id, attempt_no=self.attempt_no, owner=self.owner, state=state
        )

    def extend(self, clock: DatabaseClock, span: timedelta = timedelta(0)) -> bool:
        """For what takes longer than a lease: uploads, and what is asked after the call.

        `span`: from now, where that is longer than a lease. It never ends sooner than it would
        have. False: the permit is gone.
        """
        until = max(self.lease_until, clock.now() + max(LEASE, span))
        held = self.rows().update(lease_until=until)
        if not held and not self.rows(DeliveryState.SENDING).update(lease_until=until):
            return False
        self.lease_until = until
        return True


def name_of_this_worker() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{threading.get_native_id()}"


@dataclass(frozen=True)
class Taken:
    """What a worker knows when it begins: one read, so that nothing has to be asked again.

    `allowed_from` is when the approval takes effect, None for at once.
    """

    delivery: Delivery
    permit: Permit
    clock: DatabaseClock
    allowed_from: datetime | None


def take(delivery_id: int, attempt_no: int) -> Taken | None:
    """Accept an offered claim. A message that comes twice, late or reordered finds nothing."""
    owner = name_of_this_worker()
    taken = begun.take(delivery_id, attempt_no, offered=OFFER, owner=owner, lease=LEASE)
    if taken is None or taken.delivery.lease_until is None:
        return None
    permit = Permit(delivery_id, attempt_no, owner, taken.delivery.lease_until)
    return Taken(taken.delivery, permit, DatabaseClock(taken.clock), taken.allowed_from)


class Handles(Recollection):
    """The same for whoever sends it. Keeping something extends the lease."""

    def __init__(
        self, delivery: Delivery, permit: Permit, clock: DatabaseClock, item: int = 0
    ) -> None:
        super().__init__(delivery, item)
        self._permit, self._clock = permit, clock

    def hold(self, span: timedelta = timedelta(0)) -> bool:
        """The lease goes on, while nothing can be kept yet. See `Permit.extend`."""
        return self._permit.extend(self._clock, span)

    def keep(self, name: str, value: str) -> None:
        """Before the intent a lost permit ends the work; after it the answer matters more."""
        super().keep(name, value)
        until = self._clock.now() + LEASE
        kept = self.written(name)
        if self._permit.rows().update(handles=kept, lease_until=until):
            self._permit.lease_until = until
        elif not self._permit.rows(DeliveryState.SENDING).update(handles=kept):
            raise Fenced(f"delivery {self._permit.delivery_id}")
