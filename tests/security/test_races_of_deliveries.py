"""Delivery and person at one moment: what was claimed is sent as it was, or not at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from delivery.services import bulk
from posts import workflow
from posts.errors import BeingPublished, IllegalMove, LostRace
from posts.models import Approval, Delivery, Post
from posts.services import deliveries, schedule
from posts.services.trash import trash
from posts.states import DeliveryState
from posts.times import from_utc
from publishers import registry
from tests.delivery.parrot import PARROTS
from tests.factories.delivery import channel_of, claimed, due_delivery, troubled
from tests.security.moments import errors, rewrite, together

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = range(3)


def claim(owner: str = "a:1:1") -> Callable[[], Any]:
    moment = timedelta(seconds=2)
    return lambda: workflow.claim_due(
        owner=owner, limit=5, ahead=moment, lease=moment * 45, room={"parrot_read": 5}
    )


@pytest.fixture
def parrot(monkeypatch):
    monkeypatch.setitem(registry.ADAPTERS, "parrot_read", PARROTS["parrot_read"])


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_a_cancellation(team, bob, time, parrot):
    """A worker that only prepares it has not won."""
    delivery = due_delivery(team, bob)
    answers = together(
        claim("a:1:1"),
        claim("b:1:1"),
        lambda: deliveries.cancel(delivery=Delivery.objects.get(pk=delivery.pk), by=bob),
    )
    errors(answers)
    assert sum(len(answer) for answer in answers[:2]) <= 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == (DeliveryState.CANCELLED, None)


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_an_edit(team, bob, time, parrot):
    """The edit wins either way, and what was claimed is a draft again."""
    delivery = due_delivery(team, bob)
    post = Post.objects.get(pk=delivery.post_id)
    errors(together(claim(), rewrite(post, bob)))
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DRAFT
    assert Post.objects.get(pk=post.pk).body == "Other words"
    assert claim()() == []


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_a_move_to_another_time(team, bob, time, parrot):
    """Either it goes out at its old time and the move is refused, or it goes out at the new one."""
    delivery = due_delivery(team, bob)
    post = Post.objects.get(pk=delivery.post_id)
    at = from_utc(timezone.now() + timedelta(hours=1), "Europe/Lisbon")
    answers = together(claim(), lambda: schedule.plan(post=post, at=at, by=bob))
    refused = errors(answers, BeingPublished)
    delivery.refresh_from_db()
    assert (delivery.due_at == at.at) == (not refused)
    assert bool(answers[0]) == bool(refused)
    assert delivery.state == (DeliveryState.CLAIMED if refused else DeliveryState.QUEUED)


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_the_trash(team, bob, time, parrot):
    """A deletion that loses keeps the post and all that belongs to it."""
    delivery = due_delivery(team, bob)
    post = Post.objects.get(pk=delivery.post_id)
    answers = together(claim(), lambda: trash(post=post, by=bob))
    refused = errors(answers, BeingPublished, LostRace)
    delivery.refresh_from_db()
    post.refresh_from_db()
    assert (post.trashed_at is None) == bool(refused)
    assert delivery.state == (DeliveryState.CLAIMED if refused else DeliveryState.CANCELLED)
    assert Approval.objects.filter(revoked_at=None).exists() == bool(refused)


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_a_decision_taken_back(team, bob, time, parrot):
    """Once claimed it is gone; once taken back nobody claims it."""
    delivery = troubled(due_delivery(team, bob), "failed")
    decision = deliveries.resend(delivery=delivery, by=bob)
    answers = together(
        claim(),
        lambda: deliveries.take_back(
            delivery=Delivery.objects.get(pk=delivery.pk), decision=decision, by=bob
        ),
    )
    refused = errors(answers, BeingPublished, LostRace)
    delivery.refresh_from_db()
    assert bool(answers[0]) == bool(refused)
    assert delivery.state == (DeliveryState.CLAIMED if refused else DeliveryState.FAILED)


def test_two_people_decide_about_one_delivery(team, bob, alice, parrot):
    delivery = troubled(due_delivery(team, bob), "needs_human")

    def fresh() -> Delivery:
        return Delivery.objects.get(pk=delivery.pk)

    answers = together(
        lambda: deliveries.resend(delivery=fresh(), by=bob, looked=True),
        lambda: deliveries.confirm_live(delivery=fresh(), by=alice),
        lambda: deliveries.drop(delivery=fresh(), by=bob),
    )
    assert len(errors(answers, IllegalMove, LostRace)) == 2
    delivery.refresh_from_db()
    won = next(place for place, answer in enumerate(answers) if not isinstance(answer, Exception))
    assert (
        delivery.state
        == (DeliveryState.QUEUED, DeliveryState.PUBLISHED, DeliveryState.CANCELLED)[won]
    )


def test_one_way_back_is_used_twice(team, bob, parrot):
    rows = [troubled(due_delivery(team, bob), "missed") for _ in range(2)]
    undo = bulk.drop(team=team, ids=[row.pk for row in rows], by=bob).undo

    def back() -> None:
        bulk.undo(team=team, pk=undo.pk, by=bob)

    answers = together(back, back)
    assert len(errors(answers, IllegalMove)) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.MISSED}


def intend(delivery: Delivery) -> Callable[[], None]:
    mine = Delivery.objects.get(pk=delivery.pk)

    def move() -> None:
        with transaction.atomic():
            workflow.move(mine, "intend", expect={"attempt_no": mine.attempt_no})

    return move


@pytest.mark.parametrize("time", TIMES)
def test_the_intent_meets_a_cancellation(team, bob, time):
    delivery = due_delivery(team, bob, channel=channel_of(team, "bluesky"))
    claimed(delivery)
    answers = together(
        intend(delivery),
        lambda: deliveries.cancel(delivery=Delivery.objects.get(pk=delivery.pk), by=bob),
    )
    assert len(errors(answers, LostRace, BeingPublished, IllegalMove)) == 1
    delivery.refresh_from_db()
    cancelled = not isinstance(answers[1], Exception)
    assert delivery.state == (DeliveryState.CANCELLED if cancelled else DeliveryState.SENDING)


@pytest.mark.parametrize("time", TIMES)
def test_the_intent_meets_an_edit(team, bob, time):
    delivery = due_delivery(team, bob, channel=channel_of(team, "bluesky"))
    claimed(delivery)
    post = Post.objects.get(pk=delivery.post_id)
    answers = together(intend(delivery), rewrite(post, bob))
    assert len(errors(answers, LostRace, BeingPublished)) == 1
    delivery.refresh_from_db()
    post.refresh_from_db()
    if isinstance(answers[0], Exception):
        assert (post.body, delivery.state) == ("Other words", DeliveryState.DRAFT)
        assert not Approval.objects.filter(post=post, revoked_at=None).exists()
    else:
        assert post.body != "Other words"
        assert delivery.state == DeliveryState.SENDING
