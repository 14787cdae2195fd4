"""What happens in the tests of webhooks, and what receivers hear of it."""

from django.utils import timezone

from notifications.models import Call, Endpoint, Message
from notifications.services import tell_all

FAILED = {
    "title": "Map & <b>",
    "channel": "@tidewater",
    "reason": "The picture is too large",
    "post": 7,
    "url": "/t/tidewater/deliveries/2/",
}


def failed(team, *people):
    tell_all(
        [Message(kind="delivery_failed", team=team, user=one, data=dict(FAILED)) for one in people]
    )


def again() -> None:
    """As if the pause of every call and every receiver were over."""
    Call.objects.filter(state=Call.State.WAITING).update(run_at=timezone.now())
    Endpoint.objects.update(rest_until=None)
