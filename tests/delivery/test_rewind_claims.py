"""What is kept back, or sent again with its key, until everything forgotten is doubted."""

import pytest
from django.db import OperationalError

from delivery import dispatcher, doubt, instance, journal, reaper, reconcile, worker
from delivery.models import Rewind
from posts.states import DeliveryState
from tests.delivery.forgotten import line_of, look, now, remembered
from tests.factories.delivery import channel_of, due_delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def test_nothing_is_claimed_before_all_is_doubted(team, monkeypatch):
    delivery = due_delivery(team)
    remembered(line_of(delivery))
    real = doubt.put
    calls = []

    def fails_once(*args):
        calls.append(args)
        if len(calls) == 2:
            raise OperationalError("gone")
        return real(*args)

    other = due_delivery(team)
    monkeypatch.setattr(doubt, "put", fails_once)

    assert dispatcher.tick() == []
    assert Rewind.objects.get().done_at is None
    assert now(other).state == DeliveryState.QUEUED

    instance.forget()
    assert dispatcher.tick() == []
    assert Rewind.objects.get().done_at is not None
    assert now(other).state == DeliveryState.UNKNOWN


def test_an_unreadable_journal_keeps_everything_back(team, settings):
    delivery = due_delivery(team)
    remembered(line_of(due_delivery(team, seconds=3600)))
    [(_, path)] = journal.here().files()
    path.unlink()
    path.mkdir()

    assert dispatcher.tick() == []

    assert "cannot be read" in instance.locked()
    assert now(delivery).state == DeliveryState.QUEUED


def test_what_was_prepared_from_a_database_that_is_gone_is_not_sent(team, platform, monkeypatch):
    delivery = due_delivery(team)
    [claim] = dispatcher.tick()
    run = worker.prepare(claim.delivery_id, claim.attempt_no)
    monkeypatch.setattr(instance._known, "database", (1, 2, 3))
    monkeypatch.setattr(instance._known, "until", 0.0)

    assert run.send() is False

    row = now(delivery)
    assert platform.calls == []
    assert (row.state, row.problem) == (DeliveryState.QUEUED, instance.REPLACED)
    assert not journal.here().files()


def test_late_is_not_decided_before_the_doubt(team, alice, monkeypatch):
    delivery = due_delivery(team, seconds=-7200)
    remembered(line_of(due_delivery(team)))

    def broken(*args):
        raise OperationalError("gone")

    with monkeypatch.context() as while_it_lasts:
        while_it_lasts.setattr(doubt, "put", broken)
        assert reaper.sweep() == 0
        assert list(reconcile.due()) == []
    assert now(delivery).state == DeliveryState.QUEUED

    instance.forget()
    assert reaper.sweep() == 0
    assert now(delivery).state == DeliveryState.UNKNOWN


def test_a_key_that_still_holds_is_repeated_and_makes_no_second_post(team, platform):
    delivery = due_delivery(team, channel=channel_of(team, "parrot_key"))
    remembered(line_of(delivery))
    token = str(delivery.client_token)
    platform.accept({"token": token, "text": "out"}, keyed=True)
    instance.locked()
    platform.reads = ["500", "ok"]

    look()
    assert now(delivery).state == DeliveryState.UNKNOWN
    look()

    assert now(delivery).state == DeliveryState.PUBLISHED
    assert platform.tokens() == [token]
