"""What a person may decide about one delivery."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from posts import workflow
from posts.errors import BeingPublished
from posts.models import Delivery
from posts.services.commitment import again, finish, locked
from posts.states import DeliveryState
from posts.times import Moment, from_utc


@transaction.atomic
def cancel(*, delivery: Delivery, by: User) -> None:
    """Never publish it on this channel. Raises BeingPublished when the call may be on the wire."""
    post = locked(delivery.post)
    delivery.refresh_from_db()
    if delivery.state in (DeliveryState.SENDING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN):
        raise BeingPublished("This post is being published right now. We will show you the result.")
    workflow.move(delivery, "cancel", by=by, owner="", lease_until=None)
    finish(post)


@transaction.atomic
def resend(*, delivery: Delivery, by: User, at: Moment | None = None) -> None:
    """Queue a failed, missed or doubtful delivery again, as approved. A person decided so."""
    post = locked(delivery.post)
    delivery.refresh_from_db()
    again(delivery, at or from_utc(timezone.now(), delivery.zone or post.team.time_zone), by=by)


@transaction.atomic
def confirm_live(*, delivery: Delivery, by: User, permalink: str = "") -> None:
    """A person saw it on the platform. Recorded with who said so."""
    post = locked(delivery.post)
    delivery.refresh_from_db()
    workflow.move(
        delivery,
        "confirm_live",
        by=by,
        confirmed_by=by,
        permalink=permalink,
        published_at=timezone.now(),
        problem="",
    )
    finish(post)
