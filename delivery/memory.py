"""What an adapter keeps about a delivery (contract.Step), written so that two may keep at once."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, JSONField, QuerySet, Value
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Now

from delivery.turns import LEASE, Turn
from posts.models import Delivery
from posts.states import DeliveryState
from publishers import crypto, handles


class Overtaken(Exception):
    """The delivery was claimed, changed or taken back, or another preflight has the turn."""


def keeping(name: str, value: str) -> Combinable:
    """One handle written among the others: what somebody else keeps meanwhile stays."""
    patch: Any = Value({name: value}, output_field=JSONField())
    return CombinedExpression(F("handles"), "||", patch, output_field=JSONField())


class Recollection:
    """The delivery's memory for an adapter (contract.Step), only read: for looking something up.

    Each item has names of its own: a part knows nothing of another's uploads. What is secret is
    readable in its own place only.
    """

    def __init__(self, delivery: Delivery, item: int = 0) -> None:
        self._kept: dict[str, str] = dict(delivery.handles)
        self._delivery, self.item = delivery.pk, item

    def get(self, name: str) -> str | None:
        value = self._kept.get(self.named(name))
        if not value or not name.startswith(handles.SECRET):
            return value
        try:
            return crypto.decrypt(value, row=self._row(name))
        except crypto.Unreadable:
            return None

    def keep(self, name: str, value: str) -> None:
        if value and name.startswith(handles.SECRET):
            value = crypto.encrypt(value, row=self._row(name))
        self._kept[self.named(name)] = value

    def written(self, name: str) -> Combinable:
        """For its row, what keep() was told."""
        return keeping(self.named(name), self._kept[self.named(name)])

    def named(self, name: str) -> str:
        return f"{self.item}/{name}" if self.item else name

    def _row(self, name: str) -> str:
        return f"delivery:{self._delivery}:{self.named(name)}"


class Ahead(Recollection):
    """The memory of a preflight. Keeping something extends its turn.

    What would end before `until` counts as gone: it is made anew now, not at that moment.
    """

    def __init__(self, delivery: Delivery, turn: Turn, until: datetime, item: int = 0) -> None:
        super().__init__(delivery, item)
        self._rows, self._until = rows(turn, delivery), until.timestamp()

    def get(self, name: str) -> str | None:
        value = super().get(name)
        return value if value is not None and handles.outlives(value, self._until) else None

    def keep(self, name: str, value: str) -> None:
        super().keep(name, value)
        patch = self.written(name)
        kept = self._rows.update(handles=patch, preflight_lease_until=Now() + LEASE)
        if not kept:
            raise Overtaken

    def hold(self, span: timedelta = timedelta(0)) -> bool:
        """The turn goes on, while nothing can be kept yet. False: it is another's."""
        return bool(self._rows.update(preflight_lease_until=Now() + max(LEASE, span)))


def rows(turn: Turn, seen: Delivery | None = None) -> QuerySet[Delivery]:
    """The delivery while this turn may write to it: unclaimed, with the content that was seen."""
    held = Delivery.objects.filter(
        pk=turn.delivery_id,
        preflight_no=turn.number,
        preflight_lease_until__isnull=False,
        state=DeliveryState.QUEUED,
    )
    return held.filter(content_hash=seen.content_hash, due_at=seen.due_at) if seen else held
