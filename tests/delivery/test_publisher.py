"""The second path: alone it does everything, beside a living tick only what was lost."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from config.supervisor.stack import ROOT
from delivery import dispatcher, instance, leases, tasks
from delivery.models import Heartbeat
from delivery.publisher import REAP_EVERY, SILENCE, WATCH_EVERY, Publisher
from delivery.queries.records import TICKS
from notifications.models import Message
from posts.models import Delivery, Post
from posts.states import DeliveryState
from tests.factories.accounts import MembershipFactory
from tests.factories.delivery import channel_of, due_delivery, published, sending, unknown
from tests.processes import database_url_of_this_test, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def publisher():
    """A publisher in a thread of its own, stopped with the test."""
    stop = threading.Event()
    one = Publisher(2, stop, look_every=0.2, reap_every=0.2)
    thread = threading.Thread(target=one.run)
    yield thread.start
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def is_published(delivery: Delivery) -> bool:
    return Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PUBLISHED).exists()


def test_alone_it_publishes(platform, team, publisher):
    delivery = due_delivery(team)
    publisher()

    wait_until(lambda: is_published(delivery), 20)
    assert Heartbeat.objects.filter(name="publisher").exists()
    assert dispatcher.silent_for("dispatch") is None


def test_the_longest_way_to_what_a_dead_worker_held_ends_in_time():
    """Its lease, and whichever comes last: the tick, or the second path that misses a tick."""
    round_of_it = timedelta(seconds=WATCH_EVERY)
    tick = settings.CELERY_BEAT_SCHEDULE["delivery.reap"]["schedule"]
    alone = SILENCE + round_of_it + timedelta(seconds=REAP_EVERY)
    fills_in = TICKS["reap"][1] + round_of_it

    assert leases.LEASE + max(tick, alone, fills_in) <= leases.TAKEN_BACK
    assert leases.LEASE > 2 * leases.ENOUGH


def test_alone_it_also_recovers_looks_and_says_what_is_late(platform, team, publisher):
    late = due_delivery(team, seconds=-31 * 60)
    lost = due_delivery(team)
    sending(lost)
    platform.accept({"token": str(lost.client_token), "text": "…"}, keyed=False)
    Delivery.objects.filter(pk=lost.pk).update(lease_until=timezone.now())
    publisher()

    wait_until(lambda: Delivery.objects.filter(pk=late.pk, state="missed").exists(), 20)
    wait_until(lambda: Delivery.objects.filter(pk=lost.pk, state="unknown").exists(), 20)
    Delivery.objects.filter(pk=lost.pk).update(check_at=timezone.now())
    wait_until(lambda: is_published(lost), 20)
    assert len(platform.posts) == 1


def test_alone_every_tick_but_the_other_path_s_is_heard(platform, team, publisher):
    publisher()

    heard = Heartbeat.objects.filter(name__in=TICKS).exclude(name="dispatch")
    wait_until(lambda: heard.count() == len(TICKS) - 1, 20)


@pytest.mark.parametrize("name", sorted(set(TICKS) - {"publisher"}))
def test_beside_it_each_tick_is_heard_by_its_task(platform, name):
    tick = {
        "dispatch": tasks.dispatch,
        "reap": tasks.reap,
        "sentinel": tasks.watch,
        "reconcile": tasks.reconcile_due,
        "preflight": tasks.look_ahead,
        "finish": tasks.finish,
        "tally": tasks.add_up,
    }[name]

    tick()

    assert list(Heartbeat.objects.filter(name__in=TICKS).values_list("name", flat=True)) == [name]


def test_alone_it_is_not_heard_while_it_may_not_publish(platform, monkeypatch):
    one = Publisher(1)
    try:
        with monkeypatch.context() as full:
            full.setattr(instance, "locked", lambda since=None: "The disk is full.")
            one._round()
            assert not Heartbeat.objects.filter(name="publisher").exists()
        one._round()
        assert Heartbeat.objects.filter(name="publisher").exists()
    finally:
        one._lanes.close()
        one._lanes.join(20)


def test_alone_it_also_looks_ahead(platform, team, publisher):
    delivery = due_delivery(team, seconds=25 * 60, channel=channel_of(team, paused=True))
    publisher()

    wait_until(lambda: Delivery.objects.exclude(warning="").filter(pk=delivery.pk).exists(), 20)


@pytest.mark.parametrize("alone", [True, False])
def test_it_watches_what_others_should_do(platform, team, publisher, alone):
    late = due_delivery(team, MembershipFactory(team=team).user, seconds=-70, problem="Busy.")
    Delivery.objects.filter(pk=late.pk).update(run_at=timezone.now() + timedelta(hours=1))
    if not alone:
        Heartbeat.objects.create(name="dispatch", at=timezone.now() + timedelta(seconds=60))
    publisher()

    wait_until(lambda: Message.objects.filter(kind="delivery_late").exists(), 20)


@pytest.mark.parametrize("last", [None, timedelta(minutes=9)])
def test_beside_a_living_tick_it_does_what_is_silent(platform, team, publisher, last):
    """Nobody reads the queue of the other ticks, or one of them was switched off."""
    now = timezone.now()
    lost, done = unknown(due_delivery(team)), published(due_delivery(team))
    platform.accept({"token": str(lost.client_token), "text": "…"}, keyed=False)
    Heartbeat.objects.create(name="dispatch", at=now + timedelta(seconds=60))
    for name in ("reconcile", "finish") if last else ():
        Heartbeat.objects.create(name=name, at=now - last)
    publisher()

    wait_until(lambda: is_published(lost), 20)
    wait_until(lambda: Post.objects.filter(pk=done.post_id, stage="done").exists(), 20)


def _rounds() -> None:
    """It has looked twice at what there is to do."""
    for _ in range(2):
        now = timezone.now()
        heard = Heartbeat.objects.filter(name="publisher", at__gt=now)
        wait_until(heard.exists, 20, "a sign of life")


def test_beside_living_ticks_it_leaves_their_work_to_them(platform, team, publisher):
    lost = unknown(due_delivery(team))
    platform.accept({"token": str(lost.client_token), "text": "…"}, keyed=False)
    for name in TICKS:
        Heartbeat.objects.create(name=name, at=timezone.now() + timedelta(seconds=5))
    publisher()
    _rounds()

    lost.refresh_from_db()
    assert lost.state == DeliveryState.UNKNOWN


def test_beside_a_living_tick_it_claims_nothing(platform, team, publisher):
    delivery = due_delivery(team)
    Heartbeat.objects.create(name="dispatch", at=timezone.now() + timedelta(seconds=5))
    publisher()
    _rounds()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.QUEUED


@pytest.mark.parametrize("ticking", [True, False])
def test_what_was_offered_and_lost_is_taken(platform, team, publisher, ticking):
    delivery = due_delivery(team)
    if ticking:
        Heartbeat.objects.create(name="dispatch", at=timezone.now() + timedelta(seconds=60))
    dispatcher.tick()
    publisher()

    wait_until(lambda: is_published(delivery), 20)
    assert len(platform.posts) == 1


def test_it_survives_the_database_going_away(platform, team, monkeypatch, publisher):
    delivery = due_delivery(team)
    tick, failures = dispatcher.tick, []

    def sometimes():
        if len(failures) < 2:
            failures.append(1)
            raise OperationalError("the connection is lost")
        return tick()

    monkeypatch.setattr(dispatcher, "tick", sometimes)
    publisher()

    wait_until(lambda: is_published(delivery), 20)


def test_the_command_stops_when_asked(team):
    """SIGTERM ends it by itself."""
    command = [sys.executable, "manage.py", "publisher", "--threads=1"]
    process = subprocess.Popen(command, env=environment(), cwd=ROOT)
    try:
        wait_until(lambda: Heartbeat.objects.filter(name="publisher").exists(), 40)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()


def test_publishing_processes_hold_nothing_for_long(team):
    code = (
        "import django; django.setup(); from django.db import connection as c; k = c.cursor();"
        "print(*(k.execute(f'SHOW {name}') and k.fetchone()[0] for name in"
        " ('lock_timeout', 'idle_in_transaction_session_timeout', 'statement_timeout')))"
    )
    said = subprocess.check_output(
        [sys.executable, "-c", code], env=environment(), cwd=ROOT, text=True
    )
    assert said.split() == ["2s", "10s", "15s"]


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.journey",
        "DATABASE_URL": database_url_of_this_test(),
        "DRUMBEAT_DB_STRICT": "1",
    }


def test_what_waits_here_already_is_not_taken_for_lost_again(platform, team):
    """A slow platform: everything it keeps waiting is older than a message is on its way."""
    release = threading.Event()
    platform.on_publish = lambda: release.wait(20)
    for _ in range(4):
        due_delivery(team)
    dispatcher.tick()
    soon = timezone.now() + dispatcher.LEASE - 2 * dispatcher.LOST_AFTER
    Delivery.objects.filter(state=DeliveryState.CLAIMED).update(lease_until=soon)
    one = Publisher(1)

    try:
        for _ in range(2):
            one._take_lost()
            wait_until(lambda: platform.calls)
        assert one._lanes.load == 4
    finally:
        release.set()
        wait_until(lambda: live() == 4, 20)
        one._lanes.close()
        one._lanes.join(20)


def live() -> int:
    return Delivery.objects.filter(state=DeliveryState.PUBLISHED).count()
