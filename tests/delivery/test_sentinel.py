"""Whatever is a minute late is told, with the reason, once; and one bad row stops nothing."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from delivery import (
    dispatcher,
    instance,
    outages,
    poison,
    reaper,
    reminders,
    sentinel,
    worker,
)
from delivery.models import Breaker, Heartbeat, Notice
from notifications.models import Message
from posts import clock, payloads
from posts.models import Approval, Delivery
from posts.states import DeliveryState
from publishers.contract import Rate
from publishers.models import Channel, RateWindow
from tests.delivery.parrot import Parrot
from tests.factories.accounts import MembershipFactory
from tests.factories.delivery import claimed, due_delivery, sending, troubled, unknown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


@pytest.fixture(autouse=True)
def ticking():
    """Something publishes."""
    dispatcher.beat("dispatch")


def late(team, author, **fields) -> Delivery:
    return due_delivery(team, author, seconds=-70, **fields)


def told(kind: str = "delivery_late") -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


# -- late


def test_its_author_and_an_owner_hear_why_and_only_once(team, alice, bob):
    delivery = late(
        team, bob, problem="Busy.", failures=2, run_at=timezone.now() + timedelta(minutes=4)
    )

    sentinel.watch()
    sentinel.watch()

    messages = told()
    assert {message.user for message in messages} == {alice, bob}
    assert len(messages) == 2
    assert "is late on Parrot" in messages[0].sentence
    assert "Busy. The next try is at " in messages[0].sentence
    assert messages[0].data["url"].endswith(f"/deliveries/{delivery.pk}/")


def test_given_another_time_it_may_be_told_again(team, alice, bob):
    delivery = late(team, bob)
    sentinel.watch()
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now() - timedelta(seconds=65))

    sentinel.watch()

    assert len(told()) == 4


def test_several_are_told_in_one_message_for_each_person(team, other_team, alice, bob, carol):
    mine = [late(team, bob) for _ in range(3)]
    late(team, carol)
    theirs = MembershipFactory(team=other_team, role="owner").user
    late(other_team, theirs)

    sentinel.watch()

    many = {message.user: message for message in told("deliveries_late")}
    one = {message.user for message in told()}
    assert set(many) == {alice, bob}
    assert one == {carol, theirs}
    assert many[bob].data["deliveries"] == [row.pk for row in mine]
    assert many[bob].sentence.startswith("3 posts are late")
    assert many[alice].data["count"] == 4


@pytest.mark.parametrize("seconds", [-30, 3600])
def test_what_is_not_late_is_not_told(team, alice, bob, seconds):
    due_delivery(team, bob, seconds=seconds)

    sentinel.watch()

    assert not Message.objects.exists()


@pytest.mark.parametrize("state", ["missed", "failed", "needs_human"])
def test_nor_what_people_were_told_of_in_another_way(team, alice, bob, state):
    troubled(late(team, bob), state)
    unknown(late(team, bob))

    sentinel.watch()

    assert not told()


@pytest.mark.parametrize(
    "held",
    [
        {"paused": True},
        {"state": "reconnect"},
        {"next_slot_at": timezone.now() + timedelta(hours=1)},
    ],
)
def test_nor_what_its_channel_explains(team, alice, bob, held):
    delivery = late(team, bob)
    Channel.objects.filter(pk=delivery.channel_id).update(**held)

    sentinel.watch()

    assert not Message.objects.exists()


def test_nor_what_waits_for_its_turn_after_an_outage_or_for_its_approval(team, alice, bob):
    late(team, bob, run_at=timezone.now() + timedelta(minutes=3))
    cooling = late(team, bob)
    approval = Approval.objects.get(post=cooling.post)
    Approval.objects.filter(pk=approval.pk).update(revoked_at=timezone.now())
    Approval.objects.create(
        post=cooling.post,
        revision=approval.revision,
        content_hash=approval.content_hash,
        source="review",
        not_before=timezone.now() + timedelta(minutes=1),
    )

    sentinel.watch()

    assert not Message.objects.exists()


@pytest.mark.parametrize("whole_app", [True, False])
def test_nor_what_a_used_up_budget_explains(team, alice, bob, whole_app, monkeypatch):
    delivery = late(team, bob)
    scope = "app" if whole_app else "channel"
    rates = (Rate("posts", scope, 10, 86400),)
    monkeypatch.setattr(Parrot, "spec", replace(Parrot.spec, rates=rates))
    RateWindow.objects.create(
        platform="parrot_read",
        channel=None if whole_app else delivery.channel,
        name="posts",
        limit=10,
        remaining=0,
        resets_at=timezone.now() + timedelta(hours=3),
    )

    sentinel.watch()

    assert not Message.objects.exists()


def test_trouble_of_a_platform_is_told_as_the_reason(team, alice, bob):
    late(team, bob)
    Breaker.objects.create(
        platform="parrot_read",
        state="open",
        since=timezone.now(),
        reason="No answer.",
        retry_at=timezone.now() + timedelta(minutes=1),
    )

    sentinel.watch()

    assert "Parrot has had trouble since" in told()[0].sentence


def test_of_another_installations_posts_nobody_is_told(team, alice, bob, monkeypatch):
    late(team, bob)
    monkeypatch.setattr(instance, "ours", lambda: False)

    sentinel.watch()

    assert not Message.objects.exists()


def test_what_stays_in_doubt_for_too_long_is_told(team, alice, bob):
    unknown(late(team, bob), since=19 * 60)
    sentinel.watch()
    assert not told()
    unknown(late(team, bob), since=21 * 60)

    sentinel.watch()

    assert {message.user for message in told()} == {alice, bob}
    assert "It may be live, and could not be looked up yet" in told()[0].sentence


@pytest.mark.parametrize("under_way", [claimed, sending])
def test_what_hangs_in_a_worker_is_told(team, alice, bob, under_way):
    under_way(late(team, bob))

    sentinel.watch()

    assert "It is being sent and has no answer yet" in told()[0].sentence


@pytest.mark.parametrize(
    ("alive", "words"),
    [(True, "Others on its channel or platform are before it"), (False, "Nothing is publishing")],
)
def test_what_nobody_took_says_whether_anybody_could(team, alice, bob, alive, words):
    late(team, bob)
    if not alive:
        Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=5))

    sentinel.watch()

    assert words in told()[0].sentence


def test_many_late_posts_cost_no_more_statements_than_few(team, alice, bob):
    def watched(number: int) -> int:
        for _ in range(number):
            late(team, bob)
        with CaptureQueriesContext(connection) as said:
            sentinel._late()
        # Whose database this is, is asked once a second.
        return sum("publishers_instance" not in query["sql"] for query in said)

    sentinel.watch()
    assert watched(2) == watched(9)


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


@pytest.mark.django_db(transaction=True)
def test_a_second_watch_at_the_same_moment_leaves_it_to_the_first(team, alice, bob):
    """The lock is held on another connection: nothing is told twice."""
    late(team, bob)
    begun, done = threading.Event(), threading.Event()

    def first() -> None:
        def wait() -> None:
            begun.set()
            done.wait(20)

        try:
            sentinel._alone(wait)
        finally:
            connection.close()

    watching = threading.Thread(target=first)
    watching.start()
    assert begun.wait(20)
    sentinel.watch()
    before = told()
    done.set()
    watching.join(20)
    sentinel.watch()

    assert before == []
    assert len(told()) == 2


# -- clocks


@pytest.mark.parametrize(
    ("off", "words"), [(-3.5, "3.5 s ahead of"), (60, "60.0 s behind"), (1.5, None)]
)
def test_a_clock_that_is_wrong_is_told_to_administrators(team, alice, monkeypatch, off, words):
    root = User.objects.create_superuser("root@demo.test", "drumbeat-demo", name="Root")
    MembershipFactory(team=team, user=root)
    monkeypatch.setattr(clock, "ask", lambda: timezone.now() + timedelta(seconds=off))

    sentinel.watch()
    sentinel.watch()

    messages = told("clock_wrong")
    assert [message.user for message in messages] == ([root] if words else [])
    if words:
        assert words in messages[0].sentence


def test_it_is_told_again_after_some_hours(team, monkeypatch):
    root = User.objects.create_superuser("root@demo.test", "drumbeat-demo", name="Root")
    MembershipFactory(team=team, user=root)
    monkeypatch.setattr(clock, "ask", lambda: timezone.now() + timedelta(hours=1))
    sentinel.watch()
    Heartbeat.objects.filter(name__startswith="clock").update(
        at=timezone.now() - timedelta(hours=7)
    )

    sentinel.watch()

    assert len(told("clock_wrong")) == 2


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
