"""What may be published from here, and what a copy of the database may not."""

import gc
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from delivery import dispatcher, instance, reaper, reconcile, worker
from delivery.models import Heartbeat
from notifications.models import Message
from posts.models import Delivery
from posts.states import DeliveryState
from publishers import oauth
from publishers.models import Grant, Instance
from tests.delivery.copies import copied, strayed
from tests.factories.delivery import due_delivery, unknown

pytestmark = pytest.mark.django_db


def test_our_own_database_is_free():
    assert instance.locked() is None
    assert Instance.objects.get().key == "tests"


def test_a_copy_claims_nothing(platform, team):
    due_delivery(team)
    copied()

    assert dispatcher.tick() == []
    assert "another installation" in instance.locked()

    Instance.objects.update(key="tests")
    instance.forget()
    assert len(dispatcher.tick()) == 1


def test_asking_is_cheap(django_assert_num_queries):
    instance.locked()

    with django_assert_num_queries(0):
        for _ in range(100):
            assert instance.locked() is None


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_asked_again(django_assert_num_queries):
    instance.locked()
    connection.close()

    connection.ensure_connection()
    with django_assert_num_queries(1):
        assert instance.locked() is None
        assert instance.locked() is None


@pytest.mark.django_db(transaction=True)
def test_connections_that_are_gone_are_not_remembered():
    for _ in range(20):
        connection.close()
        instance.locked()

    gc.collect()
    assert len(instance._known.connections) == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_database_nothing_is_published(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    connection.close()

    assert instance.locked() == instance.AWAY


# -- what an administrator decides


def manage(*words: str) -> str:
    said = io.StringIO()
    call_command("instance", *words, stdout=said)
    return said.getvalue()


def test_a_copy_takes_no_decision_by_itself(platform, team, alice):
    """Nothing is missed, nothing is looked up, and nobody gets mail from a copy."""
    due_delivery(team, seconds=-7200)
    unknown(due_delivery(team))
    copied()

    assert reaper.sweep() == 0
    assert list(reconcile.due()) == []

    states = Delivery.objects.values_list("state", flat=True).order_by("pk")
    assert list(states) == [DeliveryState.QUEUED, DeliveryState.UNKNOWN]
    assert not Message.objects.exists()


def test_a_claim_that_was_copied_is_not_sent(platform, team):
    delivery = due_delivery(team)
    [claim] = dispatcher.tick()
    copied()

    worker.run(claim.delivery_id, claim.attempt_no)

    delivery.refresh_from_db()
    assert platform.calls == []
    assert delivery.state == DeliveryState.QUEUED
    assert "another installation" in delivery.problem


def test_confirmed_as_the_new_home_it_looks_first_and_goes_on(platform, team):
    due, later = due_delivery(team), due_delivery(team, seconds=3600)
    Heartbeat.objects.create(name="dispatch", at=timezone.now() - timedelta(minutes=5))
    copied()

    assert "home" in manage("confirm", "home")

    assert dispatcher.tick() == []
    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.state, later.state) == (DeliveryState.UNKNOWN, DeliveryState.QUEUED)
    assert instance.locked() is None
    assert Instance.objects.get().key == "tests"


def test_confirmed_as_a_copy_it_has_no_channel_and_no_plan(platform, team, alice, monkeypatch):
    delivery = due_delivery(team, seconds=3600)
    monkeypatch.setattr(oauth, "revoke", lambda *args: pytest.fail("the platform was told"))
    copied()

    assert "1 channels were disconnected" in manage("confirm", "copy")

    delivery.refresh_from_db()
    delivery.channel.refresh_from_db()
    delivery.post.refresh_from_db()
    assert delivery.state == DeliveryState.DRAFT
    assert delivery.due_at is None
    assert (delivery.channel.state, delivery.post.stage) == ("disconnected", "approved")
    assert "copy of another Drumbeat" in delivery.channel.problem
    assert not Grant.objects.exists()
    assert instance.locked() is None
    assert reaper.sweep() == 0
    assert not Message.objects.exists()


def test_there_is_nothing_to_confirm_in_our_own_database(platform, team):
    delivery = due_delivery(team)
    instance.locked()

    for what in ("home", "copy"):
        with pytest.raises(CommandError, match="already"):
            manage("confirm", what)

    delivery.channel.refresh_from_db()
    assert delivery.channel.state == "connected"


def test_without_a_word_it_explains_both(db):
    copied()

    with pytest.raises(CommandError, match="new home") as refused:
        manage("confirm")
    assert "tokens erased" in str(refused.value)
    assert instance.locked() is not None


def test_it_shows_whose_database_this_is(platform, team):
    copied()
    said = manage("show")
    assert "another" in said
    assert "locked" in said

    Instance.objects.update(key="tests")
    said = manage("show")
    assert "DRUMBEAT_INSTANCE" in said
    assert "free" in said


def test_it_lists_what_is_in_doubt(platform, team):
    assert "Nothing is in doubt" in manage("reconcile")
    delivery = due_delivery(team)

    assert "looked up" in manage("doubt")
    instance.locked()
    strayed(team)

    said = manage("reconcile")
    assert f"delivery {delivery.pk}" in said
    assert "parrot_read:" in said
    assert "In doubt            1" in manage("show")
