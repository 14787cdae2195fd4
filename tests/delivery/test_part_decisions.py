"""What people decide about a thread of which a part is live: go on, stop, never take it back."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery import reaper
from delivery.answers import Answer
from delivery.settle import settle
from notifications.models import Message
from posts import workflow
from posts.errors import BeingPublished, IllegalMove
from posts.models import Activity, Delivery, Post
from posts.queries import post as query
from posts.services import commitment, compose, deliveries, schedule
from posts.services.compose import draft_of
from posts.services.trash import trash
from posts.states import DeliveryState
from posts.times import from_utc
from publishers.contract import Published
from tests.delivery.parts import each_once, go, look, run_and_die, stopped_at
from tests.factories.delivery import channel_of, claimed, due_delivery, due_thread

pytestmark = pytest.mark.django_db

D = DeliveryState
WORDS = "1 of 3 are live already. Stop here to keep what is out"


@pytest.fixture
def failed(platform, team, bob):
    return stopped_at(due_thread(team, bob), platform, "400")


@pytest.fixture
def waiting(platform, team, bob):
    return stopped_at(due_thread(team, bob), platform, "503")


@pytest.fixture
def asked(platform, team, bob):
    """Nobody knows whether its second part is live."""
    delivery = due_thread(team, bob, channel=channel_of(team, "parrot_ask"))
    return look(stopped_at(delivery, platform, "500"))


# -- going on


def test_a_person_sends_on_from_where_it_stopped(platform, failed, bob):
    deliveries.resend(delivery=failed, by=bob)
    go(failed)

    assert failed.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")


def test_not_live_send_again_means_the_part(platform, asked, bob):
    deliveries.resend(delivery=asked, by=bob, looked=True)
    go(asked)

    assert asked.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")


def test_it_is_live_goes_on_with_the_next(platform, asked, bob):
    platform.accept({"token": "elsewhere", "text": "Two."}, keyed=False)

    deliveries.confirm_live(delivery=asked, by=bob, permalink="https://parrot.example/p2")

    asked.refresh_from_db()
    assert asked.state == D.QUEUED
    assert asked.parts.get(seq=1).remote_id == "p2"
    go(asked)
    assert asked.state == D.PUBLISHED
    assert platform.posts[-1]["answers"] == "p2"
    assert each_once(platform, "One.", "Two.", "Three.")


def test_it_is_live_counts_also_when_its_limit_has_passed(platform, asked, bob):
    """The question comes a quarter of an hour after the call, the answer when somebody is there."""
    Delivery.objects.update(due_at=Now() - timedelta(hours=2))
    platform.accept({"token": "elsewhere", "text": "Two."}, keyed=False)

    deliveries.confirm_live(delivery=asked, by=bob, permalink="https://parrot.example/p2")

    assert reaper.sweep() == 0
    go(asked)
    assert asked.state == D.PUBLISHED
    assert asked.late_after - timedelta(hours=2, minutes=30) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "Paste the address of part 2 of 3"),
        ("https://parrot.example/somewhere", "Paste the address of part 2 of 3"),
        ("https://parrot.example/p1", "the address of an earlier part"),
    ],
)
def test_what_the_rest_follows_must_be_named(asked, bob, address, says):
    with pytest.raises(IllegalMove, match=says):
        deliveries.confirm_live(delivery=asked, by=bob, permalink=address)
    asked.refresh_from_db()
    assert (asked.state, asked.parts.count()) == (D.NEEDS_HUMAN, 1)


def test_the_last_item_needs_no_address(platform, team, bob):
    delivery = due_thread(team, bob, texts=["One."], comment="More")
    delivery = look(stopped_at(due_asked(team, delivery), platform, "500"))

    deliveries.confirm_live(delivery=delivery, by=bob)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == (D.PUBLISHED, "p1")
    assert delivery.permalink == f"{platform.url}/p1"
    assert delivery.parts.get(seq=1).remote_id is None
    assert Post.objects.get().stage == "done"


def due_asked(team, delivery: Delivery) -> Delivery:
    """The same on a platform that shows nothing."""
    delivery.channel.platform = "parrot_ask"
    delivery.channel.save(update_fields=["platform"])
    return delivery


def test_the_post_itself_in_doubt_begins_its_thread(platform, team, bob):
    delivery = due_thread(team, bob, channel=channel_of(team, "parrot_ask"))
    platform.script = ["500"]
    look(go(delivery))
    assert delivery.state == D.NEEDS_HUMAN
    platform.accept({"token": "elsewhere", "text": "One."}, keyed=False)

    deliveries.confirm_live(delivery=delivery, by=bob, permalink="https://parrot.example/p1")
    go(delivery)

    assert (delivery.state, delivery.remote_id) == (D.PUBLISHED, "p1")
    assert each_once(platform, "One.", "Two.", "Three.")


# -- stopping


@pytest.mark.parametrize("state", ["failed", "waiting", "asked"])
def test_stop_here_counts_as_published(request, platform, bob, state):
    delivery = request.getfixturevalue(state)

    deliveries.stop(delivery=delivery, by=bob)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id, delivery.confirmed_by) == (D.PUBLISHED, "p1", bob)
    assert delivery.published_at == delivery.parts.get().published_at
    assert Post.objects.get().stage == "done"
    told = Activity.objects.get(kind="delivery.stop")
    assert told.actor == bob
    assert (told.data["live"], told.data["of"]) == (1, 3)
    go(delivery)
    assert each_once(platform, "One.")


def test_stopping_wins_against_a_worker_that_prepares_the_next_part(platform, waiting, bob):
    Delivery.objects.update(run_at=Now())
    claimed(waiting)

    deliveries.stop(delivery=waiting, by=bob)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.lease_until) == (D.PUBLISHED, None)


def test_what_turns_out_to_be_live_after_stopping_is_kept(platform, asked, bob):
    deliveries.stop(delivery=asked, by=bob)

    settle(asked, 1, Answer(Published("p2", f"{platform.url}/p2"), 201, item=1))

    asked.refresh_from_db()
    assert (asked.state, asked.parts.count()) == (D.PUBLISHED, 2)


def test_there_is_nothing_to_stop_before_the_first_is_live(platform, team, bob):
    delivery = due_thread(team, bob)
    with pytest.raises(IllegalMove, match="nothing to stop"):
        deliveries.stop(delivery=delivery, by=bob)


@pytest.mark.parametrize("event", ["intend", "lose"])
def test_no_stopping_while_a_part_may_be_on_its_way(platform, waiting, bob, event):
    Delivery.objects.update(run_at=Now())
    claimed(waiting)
    workflow.move(waiting, "intend")
    if event == "lose":
        workflow.move(waiting, "lose", owner="", lease_until=None)

    with pytest.raises(BeingPublished):
        deliveries.stop(delivery=waiting, by=bob)


# -- never taken back


@pytest.mark.parametrize("state", ["failed", "waiting", "asked"])
def test_cancelling_is_refused_and_offers_to_stop(request, bob, state):
    delivery = request.getfixturevalue(state)
    with pytest.raises(BeingPublished, match=WORDS):
        deliveries.cancel(delivery=delivery, by=bob)
    delivery.refresh_from_db()
    assert delivery.state != D.CANCELLED


def test_dropping_is_refused(failed, bob):
    with pytest.raises(BeingPublished, match=WORDS):
        deliveries.drop(delivery=failed, by=bob)


@pytest.mark.parametrize("act", [commitment.cancel_one, commitment.recall_one])
def test_what_was_claimed_for_its_first_part_is_not_what_is_claimed_now(
    platform, team, bob, monkeypatch, act
):
    """Read before the post went out, written after: in both moments it is only claimed."""
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, "after_upload", 2)
    assert delivery.state == D.CLAIMED
    delivery.remote_id = None

    with pytest.raises(BeingPublished, match=WORDS):
        act(delivery, by=bob)

    delivery.refresh_from_db()
    assert delivery.state == D.CLAIMED


def test_its_content_does_not_change_any_more(waiting, bob):
    post = waiting.post
    document = waiting.revision.snapshot
    draft = draft_of({**document, "body": "Something else"}, post)
    post.refresh_from_db()
    with pytest.raises(BeingPublished, match=WORDS):
        compose.save(post=post, draft=draft, version=post.version, by=bob)


def test_it_is_not_taken_off_the_schedule(waiting, bob):
    with pytest.raises(BeingPublished, match=WORDS):
        schedule.unschedule(post=waiting.post, by=bob)


def test_it_is_not_put_in_the_trash_nor_is_that_offered(failed, bob, team):
    with pytest.raises(IllegalMove, match="public"):
        trash(post=failed.post, by=bob)
    shown = query.page(query.fetch(team, failed.post_id))
    assert (shown.can.trash, shown.can.schedule) == (False, True)


def test_the_rest_may_go_out_later(platform, failed, bob):
    at = from_utc(timezone.now() + timedelta(hours=2), "Europe/Lisbon")
    deliveries.resend(delivery=failed, by=bob, at=at)
    failed.refresh_from_db()
    assert (failed.state, failed.due_at) == (D.QUEUED, at.at)
    go(failed)
    assert each_once(platform, "One.")


def test_a_post_alone_is_cancelled_as_ever(platform, team, bob):
    delivery = due_delivery(team, bob)
    deliveries.cancel(delivery=delivery, by=bob)
    delivery.refresh_from_db()
    assert delivery.state == D.CANCELLED
    assert not Message.objects.filter(kind="delivery_failed").exists()
