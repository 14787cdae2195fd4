"""Whatever is a minute late is told, with the reason, once."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team, User
from delivery import instance, sentinel
from delivery.models import Breaker, Heartbeat
from notifications.models import Message
from posts import clock
from posts.models import Approval, Delivery
from publishers.contract import Rate
from publishers.models import Channel, RateWindow
from tests.delivery.lateness import late, told
from tests.delivery.parrot import Parrot
from tests.factories.accounts import MembershipFactory
from tests.factories.delivery import claimed, due_delivery, sending, troubled, unknown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform", "ticking")]


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


def test_what_is_told_is_by_the_teams_clock(team, alice, bob):
    Team.objects.update(time_zone="Asia/Tokyo")
    late(team, bob)
    since = datetime(2026, 3, 1, 20, 15, tzinfo=UTC)
    Breaker.objects.create(
        platform="parrot_read", state="open", since=since, reason="No answer.", retry_at=since
    )

    sentinel.watch()

    assert "since 2 March, 05:15" in told()[0].sentence


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
