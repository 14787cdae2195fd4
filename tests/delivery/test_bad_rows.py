"""One row or one part that fails: it is put aside and told, and stops nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import dispatcher, outages, poison, reaper, reminders, sentinel, worker
from delivery.models import Heartbeat, Notice
from posts import payloads
from posts.models import Delivery
from posts.states import DeliveryState
from tests.delivery.lateness import late, told
from tests.factories.delivery import claimed, due_delivery, sending

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform", "ticking")]


# -- the watch itself


def test_one_part_that_fails_stops_no_other(team, alice, bob, monkeypatch):
    late(team, bob)

    def broken() -> int:
        raise ValueError("a message that cannot be read")

    monkeypatch.setattr(outages, "tell", broken)
    monkeypatch.setattr(reminders, "remind", broken)
    sentinel.watch()

    assert told()
    assert Heartbeat.objects.filter(name="sentinel").exists()


# -- rows that cannot be worked with


def broken(*_args, **_how):
    raise ValueError("a row that cannot be read")


def test_what_the_sweeper_cannot_hold_is_held_all_the_same(team, alice, bob, monkeypatch):
    bad = due_delivery(team, bob, seconds=-40 * 60)
    good = due_delivery(team, bob, seconds=-35 * 60)
    monkeypatch.setattr(reaper, "_why_late", lambda row: broken() if row.pk == bad.pk else "Late.")

    reaper.sweep()

    assert {row.state for row in Delivery.objects.all()} == {DeliveryState.MISSED}
    assert Delivery.objects.get(pk=bad.pk).problem == poison.OURS
    about = [message.data["delivery"] for message in told("delivery_missed")]
    assert sorted(set(about)) == sorted([bad.pk, good.pk])


def test_what_the_reaper_cannot_return_waits_an_hour_and_is_told(team, alice, bob, monkeypatch):
    bad = late(team, bob)
    claimed(bad)
    Delivery.objects.update(lease_until=timezone.now())
    monkeypatch.setattr(reaper, "_expire", broken)

    reaper.reap()

    bad.refresh_from_db()
    assert bad.state == DeliveryState.QUEUED
    assert bad.run_at > timezone.now() + timedelta(minutes=59)
    sentinel.watch()
    assert "Something went wrong on our side" in told()[0].sentence


def test_what_it_cannot_lose_is_unknown_all_the_same(team, alice, bob, monkeypatch):
    bad = late(team, bob)
    sending(bad)
    Delivery.objects.update(lease_until=timezone.now())
    monkeypatch.setattr(reaper, "_lose", broken)

    reaper.reap()

    bad.refresh_from_db()
    assert bad.state == DeliveryState.UNKNOWN
    assert bad.check_at <= timezone.now()


def test_what_cannot_be_moved_at_all_is_left_and_the_others_go_on(team, bob, monkeypatch):
    bad = due_delivery(team, bob, seconds=-40 * 60)
    monkeypatch.setattr(poison, "_OUT", {})
    monkeypatch.setattr(reaper, "_why_late", broken)

    assert reaper.sweep() == 0
    bad.refresh_from_db()
    assert bad.state == DeliveryState.QUEUED


def test_what_a_worker_cannot_prepare_waits_an_hour(team, alice, bob, monkeypatch):
    bad = late(team, bob)
    monkeypatch.setattr(payloads, "build_all", broken)
    [claim] = dispatcher.tick()

    with pytest.raises(ValueError, match="cannot be read"):
        worker.run(claim.delivery_id, claim.attempt_no)

    bad.refresh_from_db()
    assert (bad.state, bad.problem, bad.failures) == (DeliveryState.QUEUED, poison.OURS, 1)
    assert bad.run_at > timezone.now() + timedelta(minutes=59)
    sentinel.watch()
    assert "Something went wrong on our side" in told()[0].sentence


def test_a_row_that_a_worker_cannot_even_begin_with_frees_its_channel(team, alice, bob):
    bad = late(team, bob)
    Delivery.objects.update(handles=["no", "mapping"])
    [claim] = dispatcher.tick()

    with pytest.raises(ValueError, match="dictionary update"):
        worker.run(claim.delivery_id, claim.attempt_no)

    bad.refresh_from_db()
    assert (bad.state, bad.lease_until, bad.problem) == (DeliveryState.QUEUED, None, poison.OURS)
    assert bad.run_at > timezone.now() + timedelta(minutes=59)


@pytest.mark.parametrize("error", [OSError("disk"), SystemExit()])
def test_what_only_its_surroundings_did_is_tried_again_as_usual(team, bob, monkeypatch, error):
    bad = late(team, bob)

    def failing(_delivery):
        raise error

    monkeypatch.setattr(payloads, "build_all", failing)
    [claim] = dispatcher.tick()

    with pytest.raises(type(error)):
        worker.run(claim.delivery_id, claim.attempt_no)

    bad.refresh_from_db()
    assert bad.run_at < timezone.now() + timedelta(minutes=1)
    assert not Notice.objects.exists()
