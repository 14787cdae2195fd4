"""The checker can fail: each broken promise, planted, is found."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.models import Message
from posts.models import Approval, Delivery
from publishers import registry
from publishers.sandbox import accounts
from publishers.sandbox.models import RemotePost
from tests.delivery.parrot import Parrot
from tests.factories.delivery import (
    AttemptFactory,
    due_delivery,
    sending,
    troubled,
    unknown,
)
from tests.faults.invariants import broken, ledger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """The platform of the factories' channels: what is not of this installation is not claimed."""
    monkeypatch.setitem(registry.ADAPTERS, Parrot.spec.slug, Parrot)


@contextmanager
def unguarded():
    """Put rows where the product could not."""
    tables = {"posts_delivery", "posts_approval", "delivery_attempt"}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def update(**fields) -> None:
    with unguarded():
        Delivery.objects.update(**fields)


def found() -> set[str]:
    return {promise.split(":")[0] for promise in broken(quiet=600)}


def test_all_is_well_in_the_beginning(team):
    sending(due_delivery(team))
    assert not broken(quiet=600)
    assert not ledger()


def test_published_without_an_attempt(team):
    due_delivery(team)
    update(state="published", remote_id="p1")
    assert found() == {"I2"}


def test_sent_without_an_approval(team):
    sending(due_delivery(team))
    with unguarded():
        Approval.objects.update(revoked_at=timezone.now() - timedelta(hours=1))
    assert found() == {"I3"}


def test_succeeded_twice(team):
    delivery = due_delivery(team)
    with unguarded():
        for number in (1, 2):
            AttemptFactory(
                delivery=delivery, attempt_no=number, outcome="ok", ended_at=timezone.now()
            )
    assert "I4" in found()


@pytest.mark.parametrize(
    ("apart", "idempotent", "bad"), [(60, False, True), (60, True, False), (700, False, False)]
)
def test_sent_again_too_soon(team, apart, idempotent, bad):
    delivery = due_delivery(team, seconds=-3600)
    first = timezone.now() - timedelta(seconds=1000)
    AttemptFactory(delivery=delivery, attempt_no=1, intent_at=first, idempotent=idempotent)
    again = first + timedelta(seconds=apart)
    AttemptFactory(delivery=delivery, attempt_no=2, intent_at=again, idempotent=idempotent)
    with unguarded():
        Approval.objects.update(created_at=first - timedelta(hours=1))
    assert ("I5" in found()) is bad


def test_a_dead_lease(team):
    sending(due_delivery(team))
    update(lease_until=timezone.now() - timedelta(minutes=2))
    assert found() == {"I6"}


def test_nobody_takes_it(team):
    due_delivery(team, seconds=-120)
    assert found() == {"I8"}


def test_unknown_for_long(team):
    unknown(due_delivery(team), since=1300)
    assert found() == {"I9"}


def test_sent_early(team):
    delivery = due_delivery(team)
    sending(delivery)
    update(due_at=timezone.now() + timedelta(minutes=5))
    assert found() == {"I10"}


def test_cancelled_and_live(team):
    delivery = due_delivery(team)
    AttemptFactory(delivery=delivery, outcome="ok", ended_at=timezone.now())
    update(state="cancelled")
    assert found() == {"I11"}


def test_trouble_nobody_was_told_of(team, bob):
    delivery = troubled(due_delivery(team, bob), "failed")
    assert found() == {"I12"}
    Message.objects.create(
        team=team, user=bob, kind="delivery_failed", data={"delivery": delivery.pk}
    )
    assert not found()


def test_the_ledger_sees_what_is_there_twice_missing_or_unknown(team):
    account = accounts.create("bluesky", "ledger.sandbox.test", "Ledger")
    for key in ("a", "b"):
        RemotePost.objects.create(account=account, remote_id=key, text="The same words")
    due_delivery(team)
    update(state="published", remote_id="at://did/app.bsky.feed.post/c")

    assert set(ledger()) == {
        "published twice",
        "live, and not known to us",
        "published, and not on the platform",
    }
