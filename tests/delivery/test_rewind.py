"""A database that went back in time: what it forgot is doubted, looked up, or told to people.

The loss is made by putting rows back to what they were; tests/faults/test_restore.py restores real
databases.
"""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from delivery import dispatcher, doubt, instance, journal, reaper, reconcile, rewind, worker
from delivery.journal import Line
from delivery.models import Attempt, Erased, Heartbeat, Rewind, Stray
from notifications.models import Message
from posts import workflow
from posts.models import Activity, Delivery
from posts.states import DeliveryState
from tests.factories.delivery import channel_of, claimed, due_delivery, sending, troubled, unknown
from tests.factories.posts import DeliveryFactory, PostFactory, RevisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


def line_of(delivery: Delivery, /, **changes) -> Line:
    """What the journal kept of a call for it."""
    facts = {
        "at": timezone.now() - timedelta(hours=1),
        "database": "7:1",
        "team": delivery.team_id,
        "channel": delivery.channel_id,
        "account": delivery.channel.account,
        "post": delivery.post_id,
        "delivery": delivery.pk,
        "item": 0,
        "attempt": delivery.attempt_no + 1,
        "content_hash": delivery.content_hash,
        "idempotent": False,
        "written_at": delivery.due_at or timezone.now(),
    }
    return Line(**{**facts, **changes})


def remembered(*lines: Line) -> None:
    for line in lines:
        assert journal.here().write(line) is None
    instance.forget()


def now(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_related("post", "channel").get(pk=delivery.pk)


def look() -> None:
    """All the looks that are due, as if their time had come."""
    Delivery.objects.filter(check_at__isnull=False).update(check_at=timezone.now())
    for one in reconcile.due():
        reconcile.look(one.delivery_id, one.checks)


# -- noticing


def test_what_the_database_knows_is_no_news(team, platform):
    delivery = due_delivery(team)
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    instance.forget()

    assert instance.locked() is None
    assert not Rewind.objects.exists()
    assert now(delivery).state == DeliveryState.PUBLISHED


def test_a_forgotten_call_is_looked_up_and_found(team, alice, platform):
    delivery = due_delivery(team)
    sent = line_of(delivery)
    remembered(sent)
    platform.accept({"token": str(delivery.client_token), "text": "It is out"}, keyed=False)

    assert dispatcher.tick() == []

    row = now(delivery)
    assert row.state == DeliveryState.UNKNOWN
    assert "restored to an earlier state" in row.problem
    assert row.sent_at == sent.at
    attempt = row.attempts.get()
    assert (attempt.worker, attempt.intent_at, attempt.outcome) == ("journal", sent.at, None)
    assert Activity.objects.filter(kind="delivery.doubt").count() == 1
    look()
    assert now(delivery).state == DeliveryState.PUBLISHED
    assert len(platform.posts) == 1
    assert platform.calls == []


def test_it_is_noticed_once(team):
    delivery = due_delivery(team)
    remembered(line_of(delivery))

    for _ in range(3):
        instance.forget()
        assert instance.locked() is None

    assert Rewind.objects.get().calls == 1
    assert Attempt.objects.count() == 1
    assert now(delivery).attempt_no == 1


def test_every_owner_hears_of_it_once(team, alice, bob, other_team, mallory):
    due_delivery(team)
    remembered(line_of(due_delivery(team)))

    instance.locked()

    [message] = Message.objects.filter(kind="database_rewound")
    assert message.user == alice
    assert message.data["reason"] == "2 posts are looked up before anything is sent."


def test_only_the_end_of_the_journal_is_read(team, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(journal, "BLOCK", 2000)
    delivery = due_delivery(team)
    for attempt in range(1, 60):
        line = line_of(delivery, attempt=attempt)
        journal.here().write(line)
        Attempt.objects.create(
            delivery=delivery, attempt_no=attempt, content_hash=line.content_hash,
            idempotent=False, worker="w", intent_at=line.at,
        )  # fmt: skip

    with django_assert_max_num_queries(4):
        rewind.check(journal.here())

    assert not Rewind.objects.exists()


def test_an_attempt_that_was_erased_with_its_delivery_is_not_lost(team):
    delivery = due_delivery(team)
    sending(delivery)
    workflow.move(delivery, "publish", remote_id="p1", lease_until=None)
    remembered(line_of(delivery, attempt=1))

    delivery.delete()
    connection.check_constraints()

    assert Erased.objects.count() == 1
    assert instance.locked() is None
    assert not Rewind.objects.exists()
    assert not Stray.objects.exists()


# -- what becomes of the forgotten


@pytest.mark.parametrize("state", ["failed", "missed", "needs_human"])
def test_what_waits_for_a_person_is_looked_up_too(team, alice, state):
    delivery = troubled(due_delivery(team), state)
    remembered(line_of(now(delivery)))

    instance.locked()

    assert now(delivery).state == DeliveryState.UNKNOWN


@pytest.mark.parametrize("under_way", [claimed, sending, unknown])
def test_what_was_under_way_is_looked_up(team, under_way):
    delivery = due_delivery(team)
    under_way(delivery)
    remembered(line_of(now(delivery)))

    instance.locked()

    row = now(delivery)
    assert row.state == DeliveryState.UNKNOWN
    assert row.unknown_since == Rewind.objects.get().noticed_at
    assert row.lease_until is None


def test_what_is_planned_for_later_is_doubted_when_it_was_sent(team):
    """In the lost time somebody had moved it to an earlier hour."""
    sent, waiting = due_delivery(team, seconds=7200), due_delivery(team, seconds=7200)
    line = line_of(sent, written_at=timezone.now() - timedelta(hours=1))
    remembered(line)

    instance.locked()

    assert now(sent).state == DeliveryState.UNKNOWN
    assert now(sent).handles["created_at"] == line.written_at.isoformat()
    assert now(waiting).state == DeliveryState.QUEUED


def test_what_fell_due_meanwhile_is_doubted_without_a_line(team):
    """Other machines have journals of their own."""
    delivery, later = due_delivery(team, seconds=-60), due_delivery(team, seconds=600)
    remembered(line_of(due_delivery(team)))

    instance.locked()

    assert now(delivery).state == DeliveryState.UNKNOWN
    assert not now(delivery).attempts.exists()
    assert now(later).state == DeliveryState.QUEUED
    assert Rewind.objects.get().doubted == 2


def test_what_was_missed_before_a_check_came_is_doubted(team, alice):
    known = due_delivery(team)
    sending(known)
    old = line_of(now(known), attempt=1, at=timezone.now() - timedelta(hours=2))
    missed = troubled(due_delivery(team, seconds=-3600), "missed")
    long_ago = troubled(due_delivery(team, seconds=-10800), "missed")
    remembered(old, line_of(due_delivery(team), at=timezone.now() - timedelta(minutes=5)))

    instance.locked()

    assert Rewind.objects.get().since == old.at
    assert now(missed).state == DeliveryState.UNKNOWN
    assert now(long_ago).state == DeliveryState.MISSED


def test_another_version_that_was_sent_is_a_persons_question(team, alice, bob):
    delivery = due_delivery(team, bob)
    remembered(line_of(delivery, content_hash="f" * 64))

    instance.locked()

    row = now(delivery)
    assert row.state == DeliveryState.NEEDS_HUMAN
    assert "Another version of this post was sent" in row.problem
    assert Message.objects.filter(kind="delivery_unsure", user=bob).exists()
    # And nothing that comes later takes the question back.
    instance.forget()
    instance.locked()
    assert now(delivery).state == DeliveryState.NEEDS_HUMAN


def test_of_several_calls_all_come_back_and_the_newest_tells_the_time(team):
    delivery = due_delivery(team)
    moments = [timezone.now() - timedelta(minutes=n) for n in (30, 20, 10)]
    remembered(
        *(
            line_of(delivery, attempt=number, at=at, written_at=at)
            for number, at in enumerate(moments, start=1)
        )
    )

    instance.locked()

    row = now(delivery)
    assert row.attempt_no == 3
    assert row.sent_at == moments[-1]
    assert row.handles["created_at"] == moments[-1].isoformat()
    assert set(row.attempts.values_list("intent_at", flat=True)) == set(moments)


def test_a_draft_that_was_approved_and_sent_is_what_was_said_then(team):
    post = PostFactory(team=team, stage="in_review")
    revision = RevisionFactory(post=post, content_hash="e" * 64)
    RevisionFactory(post=post, number=2, content_hash="d" * 64)
    draft = DeliveryFactory(post=post, team=team, channel=channel_of(team))
    remembered(line_of(draft, content_hash=revision.content_hash))

    instance.locked()

    row = now(draft)
    assert row.state == DeliveryState.UNKNOWN
    assert row.revision == revision


def test_of_a_draft_that_nobody_ever_saw_people_are_told(team):
    draft = DeliveryFactory(post=PostFactory(team=team), team=team, channel=channel_of(team))
    remembered(line_of(draft, content_hash="e" * 64))

    instance.locked()

    assert now(draft).state == DeliveryState.DRAFT
    assert Stray.objects.get().delivery_no == draft.pk


# -- what the database knows nothing of


def test_a_call_for_nothing_is_listed_for_its_channel(team, alice):
    delivery = due_delivery(team, seconds=3600)
    gone = line_of(delivery, delivery=delivery.pk + 1000, post=delivery.post_id + 1000)
    remembered(gone)

    instance.locked()

    stray = Stray.objects.get()
    assert (stray.team, stray.channel, stray.at) == (team, delivery.channel, gone.at)
    assert Message.objects.get(kind="database_rewound").data["reason"] == (
        "1 post may be live that Drumbeat no longer knows."
    )
    assert now(delivery).state == DeliveryState.QUEUED
    instance.forget()
    instance.locked()
    assert (Stray.objects.count(), Rewind.objects.count()) == (1, 1)


@pytest.mark.parametrize("change", ["team", "channel", "account"])
def test_numbers_that_are_others_by_now_show_nobody_anything(team, other_team, change):
    delivery = due_delivery(team, seconds=3600)
    other = channel_of(other_team)
    theirs = {"team": other_team.pk, "channel": other.pk, "account": "parrot_read:else"}
    remembered(line_of(delivery, delivery=10**6, **{change: theirs[change]}))

    instance.locked()

    stray = Stray.objects.get()
    assert (stray.team, stray.channel) == (None, None)


def test_the_number_of_another_delivery_is_not_taken_for_it(team):
    delivery = due_delivery(team, seconds=3600)
    remembered(line_of(delivery, post=delivery.post_id + 1))

    instance.locked()

    assert now(delivery).state == DeliveryState.QUEUED
    assert Stray.objects.get().delivery_no == delivery.pk


# -- while it is under way


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


def test_the_age_of_a_backup_is_its_last_sign_of_life(db):
    assert rewind.last_sign() is None
    at = timezone.now() - timedelta(hours=6)
    Heartbeat.objects.create(name="dispatch", at=at)
    Heartbeat.objects.create(name="publisher", at=at - timedelta(seconds=3))

    assert rewind.last_sign() == at
    assert rewind.begin(since=at).since == at
    assert rewind.begin().since == at
