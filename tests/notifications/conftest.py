"""Receivers of webhooks, and endpoints that lead to them."""

import pytest

from notifications import webhooks
from notifications.events import HAPPENINGS
from notifications.models import Endpoint
from tests.notifications.receiver import Receiver


@pytest.fixture
def receiver(settings):
    """`receiver(status=500)`: one more; this installation trusts all of them."""
    made: list[Receiver] = []

    def start(**how) -> Receiver:
        made.append(Receiver(**how))
        settings.WEBHOOK_HOSTS = [one.origin for one in made]
        return made[-1]

    yield start
    for one in made:
        one.stop()


@pytest.fixture
def endpoint(team, alice):
    """`endpoint(receiver)`: the row, with its secret as `plain`."""

    def add(to: Receiver, path: str = "/hook", *, of=team, **more) -> Endpoint:
        known = {"name": "Ours", "style": "generic", "events": list(HAPPENINGS), **more}
        row, secret = webhooks.add(team=of, by=alice, url=to.origin + path, **known)
        row.plain = secret
        return row

    return add
