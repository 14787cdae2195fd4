"""What an adapter keeps that lets whoever reads it act on the platform is stored encrypted."""

import json

import pytest
from cryptography.fernet import Fernet

from delivery import permits, turns
from delivery.clock import DatabaseClock
from delivery.memory import Ahead, Recollection
from publishers import handles
from tests.delivery.ahead import due_in, move
from tests.factories.delivery import claimed

pytestmark = pytest.mark.django_db
NAME = f"{handles.SECRET}place:1"
PLACE = '{"url": "https://up.example/?id=canary"}'


def kept_by(writer, delivery):
    writer.keep(NAME, PLACE)
    delivery.refresh_from_db()
    assert "canary" not in json.dumps(delivery.handles)
    return delivery


@pytest.fixture
def delivery(platform, team, bob):
    return due_in(8, team, bob)


def test_whoever_goes_on_reads_it(delivery):
    [turn] = turns.take()
    early = Ahead(delivery, turn, delivery.due_at, 2)
    kept_by(early, delivery)
    assert early.get(NAME) == Recollection(delivery, 2).get(NAME) == PLACE
    assert Recollection(delivery).get(NAME) is None

    move(delivery, 1 / 60)
    late = permits.Handles(delivery, claimed(delivery), DatabaseClock(), 2)
    assert late.get(NAME) == PLACE
    late.keep(NAME, "")
    delivery.refresh_from_db()
    assert Recollection(delivery, 2).get(NAME) == ""
    kept_by(late, delivery)
    assert Recollection(delivery, 2).get(NAME) == PLACE


@pytest.mark.parametrize("lost", ["key", "place", "cipher"])
def test_what_cannot_be_read_is_gone(delivery, settings, lost):
    [turn] = turns.take()
    kept_by(Ahead(delivery, turn, delivery.due_at), delivery)
    item = 0
    if lost == "key":
        settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    elif lost == "place":
        delivery.handles, item = {f"2/{NAME}": delivery.handles[NAME]}, 2
    else:
        delivery.handles = {NAME: PLACE}
    assert Recollection(delivery, item).get(NAME) is None
