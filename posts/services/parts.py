"""What a person decides about a thread of which a part is live. For services/deliveries.py.

Callers hold the post's lock and the transaction.
"""

from typing import Any

from django.db.models.functions import Now

from accounts.models import User
from posts import items, workflow
from posts.errors import IllegalMove
from posts.models import Delivery, DeliveryPart
from publishers import registry
from publishers.contract import Account


def noted(delivery: Delivery, *, by: User, permalink: str) -> bool:
    """Keep the item in doubt as live. True when more is to follow, and has its turn now."""
    among, number = items.kinds(delivery), delivery.parts.count()
    if len(among) == 1 or number >= len(among):
        return False
    remote_id, last = _named(delivery, permalink), number + 1 == len(among)
    if not remote_id and not last:
        raise IllegalMove(
            f"Paste the address of {items.name(among, number)}, so that the rest can follow it. "
            "Or stop here."
        )
    if remote_id and remote_id in items.live(delivery):
        raise IllegalMove("This is the address of an earlier part. Paste the one in doubt.")
    part = DeliveryPart.objects.create(
        delivery=delivery,
        seq=number,
        kind=among[number],
        remote_id=remote_id or None,
        permalink=permalink,
        published_at=Now(),
    )
    if not last:
        _go_on(delivery, part, by)
    return not last


def _go_on(delivery: Delivery, part: DeliveryPart, by: User) -> None:
    head: dict[str, Any] = (
        {} if part.seq else {"remote_id": part.remote_id, "permalink": part.permalink}
    )
    workflow.move(
        delivery,
        "go_on",
        by=by,
        note={"item": part.seq},
        run_at=Now(),
        unknown_since=None,
        check_at=None,
        failures=0,
        problem="",
        **head,
    )


def stop(delivery: Delivery, *, by: User) -> None:
    head = delivery.parts.get(seq=0)
    workflow.move(
        delivery,
        "stop",
        by=by,
        note={"live": delivery.parts.count(), "of": len(items.kinds(delivery))},
        confirmed_by=by,
        published_at=head.published_at,
        check_at=None,
        problem="",
        owner="",
        lease_until=None,
    )


def _named(delivery: Delivery, permalink: str) -> str:
    """What the platform calls the post at this address, as far as the address says."""
    channel = delivery.channel
    adapter = registry.ADAPTERS.get(channel.platform)
    account = Account(remote_id=channel.remote_id, handle=channel.handle, host=channel.host)
    return adapter.remote_id_in(permalink, account) if adapter else ""
