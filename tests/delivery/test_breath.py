"""A large file that takes longer than a lease: whoever sends it goes on holding the delivery."""

import hashlib
import socket
import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from delivery import breath, leases, permits, turns
from delivery.clock import DatabaseClock
from delivery.memory import Ahead
from delivery.watched import Watched
from posts import workflow
from posts.models import Delivery
from posts.sealed import Sealed
from posts.states import DeliveryState
from publishers import bodies, registry
from publishers.bodies import AT_ONCE
from publishers.contract import Reply
from publishers.http import Client
from tests.delivery.ahead import due_in
from tests.factories.delivery import claimed, sending

CONTENT = bytes(5 * AT_ONCE)
SHORTLY = timedelta(seconds=5)


class Slow:
    """`contract.Http` of a line on which every piece takes longer than one waits with a breath."""

    def send(self, method, url, **request):
        stream = request["data"] if "data" in request else request["files"]["video"][1]
        while stream.read(AT_ONCE):
            pass
        return Reply(200, {}, b"")


@pytest.fixture
def slow(platform, monkeypatch):
    monkeypatch.setattr(breath, "EVERY", 0.0)
    return Slow()


def sent(slow, step, spec, **request):
    return Watched(step.hold).over(slow, spec).send("POST", "https://up.example", **request)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "request_of",
    [
        lambda: {"data": BytesIO(CONTENT)},
        lambda: {"files": {"video": ("buoys.mp4", BytesIO(CONTENT), "video/mp4")}},
    ],
    ids=["data", "files"],
)
def test_a_turn_is_held(slow, team, bob, request_of):
    delivery = due_in(8, team, bob)
    [turn] = turns.take()
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(preflight_lease_until=timezone.now() + SHORTLY)
    spec = registry.spec_for(delivery.channel.platform)

    sent(slow, Ahead(delivery, turn, delivery.due_at), spec, **request_of())

    assert rows.get().preflight_lease_until > timezone.now() + turns.LEASE - SHORTLY


@pytest.mark.django_db
@pytest.mark.parametrize("under_way", [claimed, sending])
def test_a_claim_is_held(slow, team, bob, under_way):
    delivery = due_in(1 / 60, team, bob)
    permit = under_way(delivery)
    ends = timezone.now() + SHORTLY
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(lease_until=ends)
    spec = registry.spec_for(delivery.channel.platform)

    sent(slow, permits.Handles(delivery, permit, DatabaseClock()), spec, data=BytesIO(CONTENT))

    assert rows.get().lease_until == permit.lease_until > ends + SHORTLY


@pytest.mark.django_db
def test_what_was_taken_away_is_not_taken_back(slow, team, bob):
    delivery = due_in(8, team, bob)
    ends = timezone.now() - SHORTLY
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(state=DeliveryState.CLAIMED, owner="another", attempt_no=2, lease_until=ends)
    permit = permits.Permit(delivery.pk, 1, "me", ends)

    step = permits.Handles(delivery, permit, DatabaseClock())
    sent(slow, step, registry.spec_for(delivery.channel.platform), data=BytesIO(CONTENT))

    assert rows.get().lease_until == permit.lease_until == ends


@pytest.mark.django_db
def test_a_long_call_that_publishes_is_held_for_all_of_it(slow, team, bob):
    """Also while nothing of it can be read: then nobody says that it goes on."""
    delivery = due_in(1 / 60, team, bob)
    step = permits.Handles(delivery, sending(delivery), DatabaseClock())
    spec = registry.spec_for(delivery.channel.platform)
    longest = timedelta(seconds=600)

    sent(slow, step, spec, data=BytesIO(CONTENT), seconds=600.0)
    usual = Delivery.objects.get(pk=delivery.pk).lease_until
    sent(slow, step, spec, data=BytesIO(CONTENT), commits=True, seconds=600.0)

    assert usual < timezone.now() + longest
    row = Delivery.objects.get(pk=delivery.pk)
    assert row.lease_until > timezone.now() + longest + leases.LONGEST_CALL


def heard_on(door, heard):
    """All that a server hears which answers nothing."""
    connection, _from = door.accept()
    with connection:
        while piece := connection.recv(AT_ONCE):
            heard.append(piece)


@pytest.mark.django_db
def test_what_is_lost_meanwhile_is_not_sent_to_its_end(monkeypatch, platform, team, bob):
    delivery = due_in(1 / 60, team, bob)
    step, now = permits.Handles(delivery, sending(delivery), DatabaseClock()), timezone.now()
    spec = registry.spec_for(delivery.channel.platform)
    workflow.move(delivery, "lose", owner="", lease_until=None, unknown_since=now, check_at=now)
    monkeypatch.setattr(breath, "EVERY", 0.0)
    heard: list[bytes] = []

    with socket.create_server(("127.0.0.1", 0)) as door:
        listening = threading.Thread(target=heard_on, args=(door, heard), daemon=True)
        listening.start()
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        watched = Watched(step.hold).over(Client(trusted=(url,)), spec)
        files = {"video": ("buoys.mp4", BytesIO(CONTENT), "video/mp4")}
        with pytest.raises(permits.Fenced):
            watched.send("POST", url, files=files, commits=True)
        listening.join(timeout=10)

    assert len(b"".join(heard)) < len(CONTENT)


def sealed():
    """As the product opens what is stored."""
    digest = hashlib.sha256(CONTENT).hexdigest()
    return Sealed(lambda: BytesIO(CONTENT), digest, len(CONTENT), AssertionError)


@pytest.mark.parametrize("opens", [lambda: BytesIO(CONTENT), sealed], ids=["memory", "stored"])
@pytest.mark.parametrize("way", ["data", "files"])
def test_a_breathing_stream_is_sent_as_the_stream_itself(monkeypatch, opens, way):
    monkeypatch.setattr(breath, "EVERY", 0.0)
    breaths: list[int] = []
    stream = opens()
    given = {"data": stream} if way == "data" else {"files": {"v": ("b.mp4", stream, "video/mp4")}}
    whole = {"form": None, "data": None, "length": None, "files": None, **given}
    body, _kind = bodies.of(**breath.breathing(whole, lambda: breaths.append(1)))

    assert (len(body) if way == "data" else body.len) >= len(CONTENT)
    sent = b"".join(iter(lambda: body.read(AT_ONCE), b""))
    assert CONTENT in sent
    assert len(breaths) >= 5
