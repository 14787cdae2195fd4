"""After a time in which nothing was published: noticed once, paced, told once, decided at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership
from delivery import alerts, dispatcher, instance, outages, reaper, sentinel, tasks
from delivery.models import Notice, Outage, OutageNotice
from notifications.models import Message
from posts import workflow
from posts.models import Delivery
from tests.delivery.silence import HOUR, missed, silent_since
from tests.factories.accounts import MembershipFactory
from tests.factories.delivery import channel_of, due_delivery
from tests.locks import somebody_waits
from tests.processes import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


# -- noticing


def test_the_first_tick_after_a_silence_notes_it_once():
    silent_since(2 * HOUR)

    dispatcher.tick()
    dispatcher.tick()
    dispatcher.beat("dispatch")
    dispatcher.tick()

    outage = Outage.objects.get()
    lasted = (outage.ended_at - outage.began_at).total_seconds()
    assert lasted == pytest.approx(2 * HOUR, abs=60)
    assert outages.during(outage.began_at + timedelta(hours=1))
    assert not outages.during(timezone.now() + timedelta(minutes=1))


@pytest.mark.parametrize("heard", [{"dispatch": 5}, {"publisher": 5}, {"dispatch": 50}, {}])
def test_one_path_is_enough_and_a_restart_is_no_outage(heard):
    if heard:
        silent_since(2 * HOUR)
    for name, seconds in heard.items():
        silent_since(seconds, name)

    dispatcher.tick()

    assert not Outage.objects.exists()


def test_what_cannot_be_noted_stops_no_claim(team, bob, monkeypatch):
    delivery = due_delivery(team, bob)
    silent_since(2 * HOUR)

    def broken(**_given) -> None:
        raise ValueError("not what we expected")

    monkeypatch.setattr(workflow, "spread", broken)

    assert [claim.delivery_id for claim in dispatcher.tick()] == [delivery.pk]
    assert not Outage.objects.exists()


def test_what_still_may_go_out_goes_oldest_first_a_minute_apart_on_each_channel(team, bob):
    channel = channel_of(team)
    rows = [due_delivery(team, bob, channel=channel, seconds=-900 + 60 * n) for n in range(4)]
    alone = due_delivery(team, bob, seconds=-100)
    coming = due_delivery(team, bob, channel=channel, seconds=600)
    too_late = due_delivery(team, bob, channel=channel, seconds=-HOUR)
    silent_since(2 * HOUR)

    claims = dispatcher.tick()

    ended = Outage.objects.get().ended_at
    moved = [Delivery.objects.get(pk=row.pk).run_at for row in rows[1:]]
    assert moved == [ended + timedelta(seconds=60 * n) for n in (1, 2, 3)]
    assert {claim.delivery_id for claim in claims} == {rows[0].pk, alone.pk}
    for row in (coming, too_late):
        assert Delivery.objects.get(pk=row.pk).run_at == row.run_at


@pytest.mark.django_db(transaction=True)
def test_what_is_given_another_day_meanwhile_keeps_it(team, bob):
    """It is late when the tick reads it, and tomorrow's when the tick comes to write."""
    channel, tomorrow = channel_of(team), timezone.now() + timedelta(days=1)
    first, second, third = (
        due_delivery(team, bob, channel=channel, seconds=-900 + 60 * n) for n in range(3)
    )
    silent_since(2 * HOUR)

    def tick() -> None:
        outages.notice()
        connection.close()

    ticking = threading.Thread(target=tick)
    with transaction.atomic():
        Delivery.objects.filter(pk=second.pk).update(due_at=tomorrow, run_at=tomorrow)
        ticking.start()
        wait_until(somebody_waits)
    ticking.join(10)

    assert Delivery.objects.get(pk=second.pk).run_at == tomorrow
    assert Delivery.objects.get(pk=first.pk).run_at == first.run_at
    assert Delivery.objects.get(pk=third.pk).run_at > third.run_at


def test_a_time_when_publishing_is_locked_is_one(team, bob, monkeypatch):
    late = due_delivery(team, bob, seconds=-HOUR)
    silent_since(2 * HOUR)
    with monkeypatch.context() as full:
        full.setattr(instance, "locked", lambda since=None: "The disk is full.")
        tasks.dispatch()
        assert missed(late) == []

    tasks.dispatch()

    assert Outage.objects.count() == 1
    assert missed(late)
    sentinel.watch()
    told = Message.objects.filter(user=bob).values_list("kind", flat=True)
    assert list(told) == ["delivery_outage"]


# -- telling


def test_the_team_hears_once_of_everything_that_waits(team, other_team, alice, bob, carol):
    waiting = [
        due_delivery(team, (bob, carol)[n % 2], seconds=-2 * HOUR + 60 * n) for n in range(4)
    ]
    going = due_delivery(team, bob, seconds=-200)
    due_delivery(other_team, seconds=HOUR)
    silent_since(3 * HOUR)
    dispatcher.tick()

    assert len(missed(*waiting)) == 4
    sentinel.watch()
    sentinel.watch()

    told = Message.objects.all()
    assert {message.kind for message in told} == {"delivery_outage"}
    assert sorted(str(message.user) for message in told) == ["Alice", "Bob", "Carol"]
    message = told[0]
    assert "4 posts wait for you. 1 post goes out late" in message.sentence
    assert message.data["deliveries"] == [row.pk for row in waiting]
    assert "one a minute" in message.data["comment"]
    assert message.data["url"].endswith("/deliveries/")
    assert Outage.objects.get().told_at is not None
    assert OutageNotice.objects.get().team == team
    assert going.pk not in message.data["deliveries"]


def test_of_the_thousands_that_may_wait_no_text_is_read(team, alice, bob):
    waiting = [due_delivery(team, bob, seconds=-2 * HOUR + n) for n in range(3)]
    due_delivery(team, bob, seconds=-200)
    silent_since(3 * HOUR)
    outages.notice()

    with CaptureQueriesContext(connection) as said:
        assert outages.tell() == 1
    assert missed(*waiting)

    assert [query["sql"] for query in said if '"body"' in query["sql"]] == []
    assert OutageNotice.objects.get().waiting == [row.pk for row in waiting]
    assert Notice.objects.filter(kind=Notice.Kind.LATE).count() == 4
    assert set(Message.objects.values_list("kind", flat=True)) == {"delivery_outage"}


def test_it_does_not_matter_whether_they_are_told_or_swept_first(team, alice, bob):
    row = due_delivery(team, bob, seconds=-2 * HOUR)
    silent_since(3 * HOUR)
    dispatcher.tick()

    sentinel.watch()
    assert missed(row)

    assert set(Message.objects.values_list("kind", flat=True)) == {"delivery_outage"}


def test_what_becomes_too_late_afterwards_is_told_by_itself(team, alice, bob):
    row = due_delivery(team, bob, seconds=-20 * 60)
    silent_since(3 * HOUR)
    dispatcher.tick()
    dispatcher.beat("dispatch")
    sentinel.watch()
    Message.objects.all().delete()
    Delivery.objects.filter(pk=row.pk).update(lease_until=timezone.now())
    reaper.reap()
    Delivery.objects.filter(pk=row.pk).update(late_after=timedelta(minutes=19))

    assert missed(row)

    assert {message.user for message in Message.objects.filter(kind="delivery_missed")} == {
        alice,
        bob,
    }


def test_what_was_missed_for_another_reason_is_told_by_itself(team, alice, bob):
    row = due_delivery(team, bob, seconds=-2 * HOUR)
    began = timezone.now() - timedelta(hours=1)
    Outage.objects.create(began_at=began, ended_at=began + timedelta(minutes=2))

    assert missed(row)

    assert Message.objects.filter(kind="delivery_missed", user=bob).exists()


def test_a_process_that_died_while_telling_leaves_the_rest_to_the_next(team, other_team, bob):
    MembershipFactory(team=other_team, role=Membership.Role.OWNER)
    for one in (team, other_team):
        due_delivery(one, bob, seconds=-2 * HOUR)
    silent_since(3 * HOUR)
    outages.notice()
    OutageNotice.objects.create(outage=Outage.objects.get(), team=team)

    sentinel.watch()

    told = Message.objects.filter(kind="delivery_outage")
    assert {message.team for message in told} == {other_team}
    assert all(message.data["ended"].endswith(" (Lisbon)") for message in told)


def test_a_team_that_cannot_be_told_keeps_nobody_else_from_hearing(
    team, other_team, bob, monkeypatch
):
    MembershipFactory(team=other_team, role=Membership.Role.OWNER)
    for one in (team, other_team):
        due_delivery(one, bob, seconds=-2 * HOUR)
    silent_since(3 * HOUR)
    outages.notice()
    tell, broken = alerts.outage, [team]

    def sometimes(notice, *rest) -> None:
        if notice.team in broken:
            raise ValueError("not what we expected")
        tell(notice, *rest)

    monkeypatch.setattr(alerts, "outage", sometimes)

    outages.tell()
    told = Message.objects.filter(kind="delivery_outage")
    assert {message.team for message in told} == {other_team}
    assert Outage.objects.get().told_at is None

    broken.clear()
    outages.tell()
    assert {message.team for message in told.all()} == {team, other_team}
    assert Outage.objects.get().told_at is not None
