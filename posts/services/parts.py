"""How a thread goes on, or ends, of which a part is live: with a person's answer, or a machine's.

For services/deliveries.py and the delivery room. Callers hold the post's lock and the transaction.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Now
from django.utils.translation import gettext as _

from accounts.models import User
from posts import items, workflow
from posts.errors import IllegalMove
from posts.models import Delivery, DeliveryPart
from posts.services.commitment import patience
from publishers import registry
from publishers.contract import Account


def noted(delivery: Delivery, *, by: User, permalink: str) -> bool:
    """Keep the item in doubt as live. True when more is to follow, and has its turn now."""
    among, number = items.kinds(delivery), delivery.parts.count()
    if len(among) == 1 or number >= len(among):
        return False
    remote_id, last = _named(delivery, permalink), number + 1 == len(among)
    if not remote_id and not last:
        said = _("Paste the address of %(item)s, so that the rest can follow it. Or stop here.")
        raise IllegalMove(said % {"item": items.name(among, number)})
    if remote_id and remote_id in items.live(delivery):
        raise IllegalMove(_("This is the address of an earlier part. Paste the one in doubt."))
    part = DeliveryPart.objects.create(
        delivery=delivery,
        seq=number,
        kind=among[number],
        remote_id=remote_id or None,
        permalink=permalink,
        published_at=Now(),
    )
    if not last:
        head = {} if part.seq else {"remote_id": part.remote_id, "permalink": permalink}
        go_on(delivery, {"item": part.seq}, head, by=by, late_after=_from_now_on(delivery))
    return not last


def go_on(
    delivery: Delivery,
    note: Mapping[str, Any],
    head: Mapping[str, Any],
    *,
    by: User | None = None,
    **fields: Any,
) -> None:
    """Whoever claims it now sends the next item. `head`: what is known of the first."""
    workflow.move(
        delivery,
        "go_on",
        by=by,
        expect={"attempt_no": delivery.attempt_no},
        note=note,
        run_at=Greatest(F("due_at"), Now()),
        unknown_since=None,
        check_at=None,
        failures=0,
        problem="",
        owner="",
        lease_until=None,
        **head,
        **fields,
    )


def _from_now_on(delivery: Delivery) -> Combinable:
    """The team's patience, counted from the answer: a person comes when its limit has passed."""
    late = Greatest(F("due_at"), Now()) - F("due_at")
    return ExpressionWrapper(late + patience(delivery.post), output_field=DurationField())


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
