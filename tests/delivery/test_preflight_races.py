"""A preflight beside people and workers: whoever decides goes first, and nothing is sent by it."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from delivery import dispatcher, memory, permits, preflight, turns, worker
from delivery.clock import DatabaseClock
from delivery.memory import Ahead, Overtaken
from posts import content
from posts.models import Delivery, Post
from posts.services import compose, deliveries, review, schedule
from posts.states import DeliveryState
from posts.times import from_utc
from publishers import services
from publishers.models import Channel
from tests.delivery.ahead import due_in, look, move, with_picture
from tests.delivery.parrot import Parrot
from tests.factories.delivery import claimed

pytestmark = pytest.mark.django_db(transaction=True)

NEAR = 8


def elsewhere(act):
    """Run it in a thread of its own, with a connection of its own, to its end."""
    failed = []

    def work():
        try:
            act()
        except BaseException as error:  # noqa: BLE001  (the test says what happened)
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert not failed, failed


def rewrite(post: Post, by, body: str) -> None:
    post.refresh_from_db()
    draft = compose.draft_of(content.snapshot(post), post)
    compose.save(post=post, draft=replace(draft, body=body), version=post.version, by=by)


def approve_again(post: Post, by, due) -> None:
    post.refresh_from_db()
    schedule.plan(post=post, at=from_utc(due, "UTC"), by=by)
    revision = review.submit(post=post, by=by)
    post.refresh_from_db()
    review.confirm(post=post, revision=revision, by=by)


def test_an_edit_throws_away_what_was_prepared_for_the_old_content(platform, team, bob):
    delivery = look(with_picture(NEAR, team, bob))
    due, post = delivery.due_at, delivery.post
    assert delivery.handles

    rewrite(post, bob, "Another text.")
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DRAFT
    assert (delivery.handles, delivery.prepared_hash) == ({}, "")

    approve_again(post, bob, due)
    look(delivery)
    assert platform.uploads == ["A buoy", "A buoy"]
    assert delivery.prepared_hash == delivery.content_hash

    move(delivery, 1 / 60)
    publish()
    assert [sent["text"] for sent in platform.posts] == ["Another text."]


def test_the_time_of_a_doubtful_send_outlives_an_edit(platform, team, bob):
    delivery = with_picture(NEAR, team, bob)
    Delivery.objects.update(handles={"created_at": "2026-11-21T09:00:00+00:00", "media": "u1"})

    rewrite(delivery.post, bob, "Another text.")

    delivery.refresh_from_db()
    assert delivery.handles == {"created_at": "2026-11-21T09:00:00+00:00"}


def test_an_edit_while_it_is_prepared_wins(platform, team, bob):
    delivery = with_picture(NEAR, team, bob)
    platform.on_upload = lambda: elsewhere(lambda: rewrite(delivery.post, bob, "Another text."))

    look(delivery)

    assert delivery.state == DeliveryState.DRAFT
    assert (delivery.handles, delivery.prepared_hash) == ({}, "")
    assert delivery.preflight_lease_until is None


def test_a_cancel_while_it_is_prepared_wins(platform, team, bob):
    delivery = with_picture(NEAR, team, bob)
    platform.on_upload = lambda: elsewhere(
        lambda: deliveries.cancel(delivery=Delivery.objects.get(), by=bob)
    )

    look(delivery)

    assert delivery.state == DeliveryState.CANCELLED
    assert delivery.handles == {}
    assert platform.posts == []
    assert turns.take() == []


def test_a_move_while_it_is_looked_at_is_looked_at_anew(platform, team, bob):
    delivery = with_picture(NEAR, team, bob)
    later = timezone.now() + timedelta(minutes=9)
    platform.on_upload = lambda: elsewhere(
        lambda: schedule.plan(post=delivery.post, at=from_utc(later, "UTC"), by=bob)
    )

    look(delivery)
    assert delivery.due_at == later
    assert delivery.prepared_hash == ""

    platform.on_upload = lambda: None
    look(delivery)
    assert delivery.prepared_hash == delivery.content_hash


def test_a_claim_while_it_is_prepared_goes_on_and_publishes_once(platform, team, bob):
    """The worker does not wait for the preflight; the pictures may then go up twice."""
    delivery = with_picture(NEAR, team, bob)

    def time_flies() -> None:
        platform.on_upload = lambda: None
        move(delivery, -1 / 60)
        publish()

    platform.on_upload = lambda: elsewhere(time_flies)

    look(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert len(platform.posts) == 1
    assert delivery.preflight_lease_until is None
    assert delivery.prepared_hash == ""


def test_two_at_once_give_one_turn(platform, team, bob):
    with_picture(NEAR, team, bob)
    barrier, found = threading.Barrier(4), []

    def take() -> None:
        barrier.wait()
        found.extend(turns.take())
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 1


def test_a_message_that_comes_twice_does_no_harm(platform, team, bob):
    delivery = with_picture(NEAR, team, bob)
    [turn] = turns.take()

    preflight.run(turn)
    preflight.run(turn)

    delivery.refresh_from_db()
    assert platform.uploads == ["A buoy"]
    assert delivery.prepared_hash == delivery.content_hash


def test_a_preflight_that_died_is_repeated_when_its_turn_runs_out(platform, team, bob):
    delivery = with_picture(NEAR, team, bob)
    [lost] = turns.take()
    assert turns.take() == []

    Delivery.objects.update(preflight_lease_until=Now(), preflight_at=Now())
    [turn] = turns.take()
    assert turn.number == lost.number + 1
    preflight.run(lost)
    assert platform.uploads == []
    preflight.run(turn)
    delivery.refresh_from_db()
    assert delivery.prepared_hash == delivery.content_hash
    assert delivery.preflight_lease_until is None


def test_what_ends_its_process_lets_the_others_of_its_channel_go_first(platform, team, bob):
    poison = due_in(NEAR, team, bob)
    fine = due_in(NEAR + 1, team, bob, channel=poison.channel)
    assert [turn.delivery_id for turn in turns.take()] == [poison.pk]

    Delivery.objects.filter(pk=poison.pk).update(preflight_lease_until=Now())

    assert [turn.delivery_id for turn in turns.take()] == [fine.pk]


def test_an_error_of_ours_is_said_only_when_it_stays(platform, team, bob, monkeypatch):
    delivery = due_in(NEAR, team, bob)

    def broken(self, payload, step):
        raise RuntimeError("a bug")

    monkeypatch.setattr(Parrot, "prepare", broken)
    with pytest.raises(RuntimeError):
        look(delivery)
    delivery.refresh_from_db()
    assert (delivery.warning, delivery.preflight_lease_until) == ("", None)

    Delivery.objects.update(preflight_at=Now())
    with pytest.raises(RuntimeError):
        look(delivery, 4)
    delivery.refresh_from_db()
    assert "went wrong on our side" in delivery.warning

    monkeypatch.undo()


def test_two_may_keep_at_once_and_nothing_is_lost(platform, team, bob):
    delivery = due_in(NEAR, team, bob)
    [turn] = turns.take()
    step = Ahead(delivery, turn, delivery.due_at)
    Delivery.objects.update(handles={"kept": "by another"})

    step.keep("mine", "1")
    delivery.refresh_from_db()
    assert delivery.handles == {"kept": "by another", "mine": "1"}

    move(delivery, 1 / 60)
    permit = claimed(delivery)
    Delivery.objects.update(handles=memory.keeping("late", "2"))
    with pytest.raises(Overtaken):
        step.keep("mine", "3")
    worker_step = permits.Handles(delivery, permit, DatabaseClock())
    worker_step.keep("upload", "4")
    delivery.refresh_from_db()
    assert delivery.handles == {"kept": "by another", "mine": "1", "late": "2", "upload": "4"}


def test_a_channel_that_closes_while_it_is_looked_at_is_seen(platform, team, bob):
    delivery = with_picture(NEAR, team, bob)
    platform.on_upload = lambda: elsewhere(
        lambda: services.pause(Channel.objects.get(), paused=True)
    )
    look(delivery)
    assert delivery.warning == ""

    look(delivery)
    assert "is paused" in delivery.warning


def publish() -> None:
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
