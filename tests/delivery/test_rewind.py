"""A database that went back in time: what it forgot is doubted, looked up, or told to people.

The loss is made by putting rows back to what they were; tests/faults/test_restore.py restores real
databases.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from delivery import dispatcher, instance, journal, rewind, worker
from delivery.models import Attempt, Erased, Heartbeat, Rewind, Stray
from notifications.models import Message
from posts import workflow
from posts.models import Activity
from posts.states import DeliveryState
from tests.delivery.forgotten import line_of, look, now, remembered
from tests.factories.delivery import channel_of, claimed, due_delivery, sending, troubled, unknown
from tests.factories.posts import DeliveryFactory, PostFactory, RevisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


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


def test_the_age_of_a_backup_is_its_last_sign_of_life(db):
    assert rewind.last_sign() is None
    at = timezone.now() - timedelta(hours=6)
    Heartbeat.objects.create(name="dispatch", at=at)
    Heartbeat.objects.create(name="publisher", at=at - timedelta(seconds=3))

    assert rewind.last_sign() == at
    assert rewind.begin(since=at).since == at
    assert rewind.begin().since == at
