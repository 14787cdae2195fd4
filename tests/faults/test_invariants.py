"""Each promise of invariants.py, broken in the database, is found."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from delivery.models import Attempt
from notifications.models import Message
from posts.models import Approval, Delivery
from publishers.sandbox import accounts
from publishers.sandbox.models import RemotePost
from tests.factories.delivery import (
    AttemptFactory,
    channel_of,
    due_delivery,
    published,
    sending,
    troubled,
    unknown,
)
from tests.faults.invariants import broken, ledger
from tests.faults.planting import unguarded, update, without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("parrot")]


def found() -> set[str]:
    return {promise.split(":")[0] for promise in broken(quiet=600)}


def test_all_is_well_in_the_beginning(team):
    sending(due_delivery(team))
    assert not broken(quiet=600)
    assert not ledger()


def test_one_remote_post_of_two(team):
    channel = channel_of(team)
    for _ in range(2):
        published(due_delivery(team, channel=channel))
    without("delivery_remote_once")
    update(remote_id="the same")
    assert found() == {"I1"}


def test_two_under_way_on_one_channel(team):
    channel = channel_of(team)
    for _ in range(2):
        due_delivery(team, channel=channel)
    without("delivery_one_in_flight")
    update(state="claimed", lease_until=timezone.now() + timedelta(minutes=1))
    assert found() == {"I7"}


def test_an_answer_before_what_it_answers(team):
    sending(due_delivery(team))
    with unguarded():
        Attempt.objects.update(item=1)
    assert found() == {"I13"}


def test_published_without_an_attempt(team):
    due_delivery(team)
    update(state="published", remote_id="p1")
    assert found() == {"I2"}


def test_published_by_the_attempt_of_one_that_was_dropped_before_it(team):
    dropped = due_delivery(team)
    sending(dropped)
    update(state="cancelled", lease_until=None)
    due_delivery(team, post=dropped.post, channel=dropped.channel)
    Delivery.objects.exclude(pk=dropped.pk).update(state="published", remote_id="p1")
    assert found() == set()


def test_sent_without_an_approval(team):
    sending(due_delivery(team))
    with unguarded():
        Approval.objects.update(revoked_at=timezone.now() - timedelta(hours=1))
    assert found() == {"I3"}


def test_succeeded_twice(team):
    delivery = due_delivery(team)
    with unguarded():
        for number in (1, 2):
            AttemptFactory(
                delivery=delivery, attempt_no=number, outcome="ok", ended_at=timezone.now()
            )
    assert "I4" in found()


@pytest.mark.parametrize(
    ("apart", "idempotent", "bad"), [(60, False, True), (60, True, False), (700, False, False)]
)
def test_sent_again_too_soon(team, apart, idempotent, bad):
    delivery = due_delivery(team, seconds=-3600)
    first = timezone.now() - timedelta(seconds=1000)
    AttemptFactory(delivery=delivery, attempt_no=1, intent_at=first, idempotent=idempotent)
    again = first + timedelta(seconds=apart)
    AttemptFactory(delivery=delivery, attempt_no=2, intent_at=again, idempotent=idempotent)
    with unguarded():
        Approval.objects.update(created_at=first - timedelta(hours=1))
    assert ("I5" in found()) is bad


def test_a_dead_lease(team):
    sending(due_delivery(team))
    update(lease_until=timezone.now() - timedelta(minutes=2))
    assert found() == {"I6"}


def test_nobody_takes_it(team):
    due_delivery(team, seconds=-120)
    assert found() == {"I8"}


def test_unknown_for_long(team):
    unknown(due_delivery(team), since=1300)
    assert found() == {"I9"}


def test_sent_early(team):
    delivery = due_delivery(team)
    sending(delivery)
    update(due_at=timezone.now() + timedelta(minutes=5))
    assert found() == {"I10"}


def test_cancelled_and_live(team):
    delivery = due_delivery(team)
    AttemptFactory(delivery=delivery, outcome="ok", ended_at=timezone.now())
    update(state="cancelled")
    assert found() == {"I11"}


def test_trouble_nobody_was_told_of(team, bob):
    delivery = due_delivery(team, bob)
    tell = partial(Message.objects.create, team=team, user=bob, data={"delivery": delivery.pk})
    # Said of something else, or of an earlier time.
    tell(kind="delivery_failed")
    troubled(delivery, "failed")
    tell(kind="delivery_late")
    tell(kind="delivery_missed")
    assert found() == {"I12"}
    tell(kind="delivery_failed")
    assert not found()


def test_the_ledger_sees_what_is_there_twice_missing_or_unknown(team):
    account = accounts.create("bluesky", "ledger.sandbox.test", "Ledger")
    for key in ("a", "b"):
        RemotePost.objects.create(account=account, remote_id=key, text="The same words")
    due_delivery(team)
    update(state="published", remote_id="at://did/app.bsky.feed.post/c")

    assert set(ledger()) == {
        "published twice",
        "live, and not known to us",
        "published, and not on the platform",
    }
