"""How late a post may be, and that a late one is looked for before it is sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery import dispatcher, reaper, worker
from delivery.models import Outage
from notifications.models import Message
from posts import content
from posts.models import Delivery, Post
from posts.services import compose, deliveries, schedule
from posts.states import DeliveryState
from posts.times import from_utc
from publishers.models import Channel
from tests.factories.delivery import channel_of, due_delivery, troubled
from tests.factories.posts import PostFactory

pytestmark = pytest.mark.django_db

LATE = -11 * 60


def go(delivery: Delivery) -> Delivery:
    """One tick and one worker."""
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    return delivery


def live_already(platform, delivery: Delivery) -> None:
    platform.accept({"token": str(delivery.client_token), "text": "…"}, keyed=False)


# -- how late it may be


def test_a_post_keeps_the_patience_its_team_had_when_it_was_scheduled(platform, team, bob):
    team.review_required, team.late_after_minutes = False, 7
    team.save()
    post = PostFactory(team=team, author=bob, channels=[channel_of(team)])
    at = from_utc(timezone.now() + timedelta(hours=1), "Europe/Lisbon")

    schedule.schedule(post=post, by=bob, at=at)

    delivery = Delivery.objects.get()
    assert delivery.late_after == timedelta(minutes=7)
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=8), run_at=Now())
    assert dispatcher.tick() == []
    reaper.sweep()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.MISSED


# -- looked for before it is sent


@pytest.mark.parametrize("kind", ["parrot_read", "parrot_key"])
def test_what_is_long_overdue_and_live_is_not_sent_again(platform, team, alice, bob, kind):
    delivery = due_delivery(team, bob, channel=channel_of(team, kind), seconds=LATE)
    live_already(platform, delivery)

    go(delivery)

    assert (delivery.state, delivery.remote_id) == (DeliveryState.PUBLISHED, "p1")
    assert platform.calls == []
    attempt = delivery.attempts.get()
    assert (attempt.outcome, attempt.remote_id) == ("ok", "p1")
    assert "nothing was sent now" in attempt.detail


def test_what_is_long_overdue_and_not_there_is_sent(platform, team, bob):
    delivery = go(due_delivery(team, bob, seconds=LATE))

    assert delivery.state == DeliveryState.PUBLISHED
    assert len(platform.posts) == 1
    assert delivery.attempts.get().outcome == "ok"


def test_what_is_a_little_late_is_not_looked_for(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=-9 * 60)
    live_already(platform, delivery)

    go(delivery)

    assert len(platform.calls) == 1


def test_what_was_due_in_an_outage_is_looked_for_however_short(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=-30)
    live_already(platform, delivery)
    now = timezone.now()
    Outage.objects.create(
        began_at=now - timedelta(seconds=90), ended_at=now - timedelta(seconds=20)
    )

    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert platform.calls == []


def test_what_was_missed_is_looked_for_from_its_first_time_on(platform, team, bob):
    delivery = troubled(due_delivery(team, bob, seconds=-3 * 3600), "missed")
    first = delivery.due_at
    live_already(platform, delivery)

    deliveries.resend(delivery=delivery, by=bob)
    delivery.refresh_from_db()
    assert delivery.handles["look_from"] == first.isoformat()
    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert platform.calls == []
    assert Post.objects.get().stage in ("scheduled", "done")


@pytest.mark.parametrize("slug", ["parrot_ask", "parrot_twofold"])
def test_where_nothing_can_be_seen_nobody_looks(platform, team, bob, slug):
    delivery = due_delivery(team, bob, channel=channel_of(team, slug), seconds=LATE)
    live_already(platform, delivery)

    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert len(platform.calls) == 1


def test_what_was_missed_where_nothing_can_be_seen_goes_out_when_a_person_says_so(
    platform, team, bob
):
    channel = channel_of(team, "parrot_twofold")
    delivery = troubled(due_delivery(team, bob, channel=channel, seconds=-3 * 3600), "missed")

    deliveries.resend(delivery=delivery, by=bob)
    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED


def test_one_kind_of_account_is_looked_up_where_another_cannot_be(platform, team, bob):
    channel = channel_of(team, "parrot_twofold", kind="organization")
    delivery = due_delivery(team, bob, channel=channel, seconds=LATE)
    live_already(platform, delivery)

    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert platform.calls == []


def test_what_cannot_be_seen_is_looked_for_again_and_then_a_person_is_asked(
    platform, team, alice, bob
):
    team.retry_tries = 3
    team.save()
    delivery = due_delivery(team, bob, seconds=LATE)
    platform.reads = ["500", "500", "500"]

    states = []
    for _ in range(3):
        Delivery.objects.update(run_at=Now())
        Channel.objects.update(next_slot_at=timezone.now() - timedelta(seconds=1))
        states.append(go(delivery).state)

    assert states == ["queued", "queued", "needs_human"]
    assert platform.calls == []
    assert delivery.problem == "It is late, and may be live. The list could not be read."
    assert delivery.lease_until is None
    assert {m.user for m in Message.objects.filter(kind="delivery_unsure")} == {alice, bob}
    assert not delivery.attempts.exists()


def test_what_a_person_says_is_not_there_is_sent_though_nothing_can_be_seen(platform, team, bob):
    team.retry_tries = 1
    team.save()
    delivery = troubled(due_delivery(team, bob, seconds=-3 * 3600), "missed")
    platform.reads = ["500"] * 9
    deliveries.resend(delivery=delivery, by=bob)
    assert go(delivery).state == DeliveryState.NEEDS_HUMAN

    deliveries.resend(delivery=delivery, by=bob, looked=True)
    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert len(platform.posts) == 1


def test_a_post_of_another_delivery_is_no_proof(platform, team, bob):
    channel = channel_of(team)
    first = go(due_delivery(team, bob, channel=channel))
    second = due_delivery(team, bob, channel=channel, seconds=LATE)
    platform.posts[0]["token"] = str(second.client_token)
    Channel.objects.update(next_slot_at=timezone.now() - timedelta(seconds=1))

    go(second)

    assert first.remote_id == "p1"
    assert second.state == DeliveryState.QUEUED
    assert "another delivery" in second.problem
    assert len(platform.calls) == 1


def test_a_look_that_breaks_on_our_side_sends_nothing(platform, team, bob, monkeypatch):
    delivery = due_delivery(team, bob, seconds=LATE)

    def broken(*_args):
        raise ValueError("not what we expected")

    monkeypatch.setattr("tests.delivery.parrot.Parrot.find", broken)

    go(delivery)

    assert delivery.state == DeliveryState.QUEUED
    assert "failed on our side" in delivery.problem
    assert platform.calls == []


@pytest.mark.parametrize("words", [["401"], ["401", "401"]])
def test_a_look_that_is_refused_renews_the_token_once(platform, team, alice, bob, words):
    delivery = due_delivery(team, bob, seconds=LATE)
    live_already(platform, delivery)
    platform.reads = list(words)

    go(delivery)

    channel = Channel.objects.get()
    assert platform.calls == []
    if len(words) == 1:
        assert (delivery.state, channel.state) == (DeliveryState.PUBLISHED, "connected")
    else:
        assert (delivery.state, delivery.failures) == (DeliveryState.QUEUED, 0)
        assert channel.state == "reconnect"


def test_what_is_worth_nothing_later_is_held_after_five_minutes(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=3600)
    post = Post.objects.get()

    def say(hurried: bool) -> timedelta:
        draft = compose.draft_of(content.snapshot(post), post)
        compose.save(
            post=post,
            draft=replace(draft, time_sensitive=hurried),
            version=Post.objects.get().version,
            by=bob,
        )
        post.refresh_from_db()
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.QUEUED
        return delivery.late_after

    assert say(True) == timedelta(minutes=5)
    assert say(False) == timedelta(minutes=30)


def test_a_team_with_less_patience_keeps_it(platform, team, bob):
    team.review_required, team.late_after_minutes = False, 2
    team.save()
    post = PostFactory(team=team, author=bob, channels=[channel_of(team)], time_sensitive=True)
    at = from_utc(timezone.now() + timedelta(hours=1), "Europe/Lisbon")

    schedule.schedule(post=post, by=bob, at=at)

    assert Delivery.objects.get().late_after == timedelta(minutes=2)
