"""A web server whose clock is an hour off: what people decide there means what they meant."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery import dispatcher, notices
from delivery.models import Undo
from delivery.queries import undos
from delivery.services import bulk
from notifications.models import Message
from posts.errors import BadTime, IllegalMove
from posts.models import Approval, Delivery
from posts.services import deliveries, schedule
from posts.services.commitment import permit
from posts.times import from_utc
from tests.factories.delivery import channel_of, due_delivery, due_thread, troubled
from tests.factories.posts import RevisionFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
AT_ONCE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


@pytest.fixture(params=[HOUR, -HOUR], ids=["ahead", "behind"])
def skewed(request):
    """Called when everything is prepared: from then on this machine is an hour off."""
    traveller = time_machine.travel(timezone.now() + request.param, tick=True)
    yield traveller.start
    traveller.stop()


@pytest.fixture
def now():
    return timezone.now()


def row(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def test_publish_it_now_is_now(team, bob, now, skewed):
    missed = troubled(due_delivery(team, bob, seconds=-7200), "missed")
    skewed()

    deliveries.resend(delivery=missed, by=bob)

    assert abs(row(missed).due_at - now) < AT_ONCE
    assert [claim.delivery_id for claim in dispatcher.tick()] == [missed.pk]


def test_a_post_that_is_planned_is_published_now(team, bob, now, skewed):
    delivery = due_delivery(team, bob, seconds=1800)
    skewed()

    schedule.publish_now(post=delivery.post, by=bob)

    assert abs(row(delivery).due_at - now) < AT_ONCE


def test_the_next_try_is_now_for_what_is_due_and_for_nothing_else(team, bob, now, skewed):
    due = due_delivery(team, bob, problem="Busy.")
    coming = due_delivery(team, bob, seconds=1800)
    Delivery.objects.filter(pk=due.pk).update(run_at=now + timedelta(minutes=10))
    skewed()

    deliveries.try_now(delivery=due, by=bob)
    with pytest.raises(IllegalMove):
        deliveries.try_now(delivery=coming, by=bob)

    assert abs(row(due).run_at - now) < AT_ONCE


def test_one_by_one_begins_now(team, bob, now, skewed):
    channel = channel_of(team)
    rows = [
        troubled(due_delivery(team, bob, channel=channel, seconds=-7200 + n), "missed")
        for n in range(2)
    ]
    skewed()

    bulk.pace(team=team, ids=[one.pk for one in rows], by=bob)

    assert abs(row(rows[0]).due_at - now) < AT_ONCE
    assert row(rows[1]).due_at - row(rows[0]).due_at == timedelta(minutes=1)


def test_ten_minutes_to_take_it_back_are_ten_minutes(team, bob, skewed):
    fresh, old = (due_delivery(team, bob, seconds=1800) for _ in range(2))
    undo, late = (bulk.cancel(team=team, ids=[one.pk], by=bob).undo for one in (fresh, old))
    Undo.objects.filter(pk=late.pk).update(created_at=timezone.now() - 2 * undos.UNDO_FOR)
    skewed()

    assert bulk.undo(team=team, pk=undo.pk, by=bob).done == 1
    with pytest.raises(IllegalMove):
        bulk.undo(team=team, pk=late.pk, by=bob)


def test_what_has_gone_out_since_is_not_taken_back(team, bob, now, skewed):
    """A decision is as old as the database says, as is the answer that came after it."""
    skewed()
    decided = bulk.cancel(team=team, ids=[due_delivery(team, bob, seconds=1800).pk], by=bob).undo

    assert abs(decided.created_at - now) < AT_ONCE


def test_a_time_that_has_passed_is_refused_and_one_to_come_is_not(team, bob, now, skewed):
    delivery = due_delivery(team, bob, seconds=1800)
    skewed()

    deliveries.move(delivery=delivery, by=bob, at=from_utc(now + HOUR / 4, "UTC"))
    with pytest.raises(BadTime):
        deliveries.move(delivery=delivery, by=bob, at=from_utc(now - HOUR / 4, "UTC"))


def test_the_rest_of_a_thread_follows_now(team, bob, now, skewed):
    asked = due_thread(team, bob, channel=channel_of(team, "parrot_ask"))
    troubled(asked, "needs_human")
    skewed()

    deliveries.confirm_live(delivery=asked, by=bob, permalink="https://parrot.example/p1")

    assert abs(row(asked).run_at - now) < AT_ONCE
    assert abs(asked.parts.get().published_at - now) < AT_ONCE


def test_what_a_person_saw_is_live_since_now(team, bob, now, skewed):
    asked = troubled(due_delivery(team, bob), "needs_human")
    skewed()

    deliveries.confirm_live(delivery=asked, by=bob)

    assert abs(row(asked).published_at - now) < AT_ONCE


def test_an_approval_by_mail_cools_for_as_long_as_it_says(team, bob, now, skewed):
    revision = RevisionFactory()
    skewed()

    permit(revision.post, revision, Approval.Source.REVIEW, by=bob, cooling=timedelta(minutes=1))

    assert abs(Approval.objects.get().not_before - now - timedelta(minutes=1)) < AT_ONCE


def test_owners_hear_once_that_nothing_is_published(team, alice, bob, skewed):
    due_delivery(team, bob, seconds=900)
    notices.held("A copy.", alarm=True)
    skewed()
    notices.held("A copy.", alarm=True)

    assert Message.objects.filter(kind="publishing_held").count() == 1
