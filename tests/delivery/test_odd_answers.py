"""An answer that no row can keep as it is still decides, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import dispatcher, reaper, reconcile, settle, worker
from delivery.answers import Answer
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.contract import Found, Processing, Published, Reconnect, Rejected, TryLater
from tests.delivery.parrot import Parrot
from tests.factories.delivery import due_delivery, sending

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "x" * 301


def go_on(delivery: Delivery) -> Delivery:
    """Everything that would happen to it within the next half hour."""
    for minutes in (0, 12, 25, 30):
        for claim in dispatcher.tick():
            worker.run(claim.delivery_id, claim.attempt_no)
        ago = timezone.now() - timedelta(minutes=minutes)
        rows = Delivery.objects.filter(pk=delivery.pk)
        rows.filter(state=DeliveryState.SENDING).update(lease_until=ago)
        reaper.reap()
        rows.filter(state=DeliveryState.UNKNOWN).update(unknown_since=ago, check_at=ago)
        for look in reconcile.due():
            reconcile.look(look.delivery_id, look.checks)
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def says(monkeypatch):
    """Has the platform's adapter return this of every call; what it was called for, in a list."""

    def answer(outcome, sighting=None):
        calls: list[str] = []
        monkeypatch.setattr(
            Parrot, "publish", lambda self, payload, step: calls.append(payload.text) or outcome
        )
        if sighting is not None:
            monkeypatch.setattr(Parrot, "find", lambda self, payload, step: sighting)
        return calls

    return answer


@pytest.mark.parametrize("odd", ["\x00", "\ud83d"], ids=ascii)
def test_an_odd_refusal_is_refused_once_with_its_reason(platform, team, says, odd):
    calls = says(Rejected(f"The word {odd} is not allowed."))

    delivery = go_on(due_delivery(team))

    assert (delivery.state, len(calls)) == (DeliveryState.FAILED, 1)
    assert delivery.problem == "The word \ufffd is not allowed."
    assert delivery.attempts.get().outcome == "rejected"


@pytest.mark.parametrize("name", [LONG, "", "p\x001", "p\ud83d"], ids=lambda name: ascii(name[:5]))
def test_a_post_with_an_odd_id_is_looked_for_and_not_sent_again(platform, team, says, name):
    calls = says(Published(name, "https://parrot.example/1"), Found("p1", ""))

    delivery = go_on(due_delivery(team))

    assert (delivery.state, delivery.remote_id) == (DeliveryState.PUBLISHED, "p1")
    assert len(calls) == 1


def test_one_that_is_found_under_an_odd_id_ends_with_a_person(platform, team, says):
    calls = says(Published(LONG, ""), Found(LONG, ""))

    delivery = go_on(due_delivery(team))

    assert (delivery.state, len(calls)) == (DeliveryState.NEEDS_HUMAN, 1)
    assert "under an id that cannot be kept" in delivery.problem


def test_a_long_address_does_not_stand_in_the_way(platform, team, says):
    says(Published("p1", "https://parrot.example/" + LONG * 2))

    delivery = go_on(due_delivery(team))

    assert (delivery.state, delivery.permalink) == (DeliveryState.PUBLISHED, "")


# -- what comes by another way is settled all the same


@pytest.mark.parametrize("odd", ["\x00", "\ud83d"], ids=ascii)
@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Rejected, DeliveryState.FAILED),
        (TryLater, DeliveryState.QUEUED),
        (Reconnect, DeliveryState.QUEUED),
    ],
)
def test_a_reason_is_escaped_at_last(platform, team, kind, state, odd):
    delivery = due_delivery(team)
    sending(delivery)

    settle.settle(delivery, 1, Answer(kind(f"The word {odd}."), 400))

    delivery.refresh_from_db()
    assert delivery.state == state
    assert delivery.problem == f"The word {ascii(odd)[1:-1]}."


@pytest.mark.parametrize("outcome", [Published(LONG, ""), Processing("j\x00", 5)])
def test_what_it_took_is_in_doubt_at_last(platform, team, outcome):
    delivery = due_delivery(team)
    sending(delivery)

    settle.settle(delivery, 1, Answer(outcome, 201))

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.UNKNOWN
    assert delivery.attempts.get().outcome == "ambiguous"
