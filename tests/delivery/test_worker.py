"""A claimed delivery becomes what the platform answered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import dispatcher, leases, permits, worker
from notifications.models import Message
from posts.models import Activity, Delivery, Post, Revision
from posts.states import DeliveryState
from publishers.models import Channel
from tests.factories.delivery import channel_of, due_delivery
from tests.factories.posts import MediaAssetFactory, PostMediaFactory, VariantFactory

pytestmark = pytest.mark.django_db
with_threads = pytest.mark.django_db(transaction=True)


def go(delivery: Delivery) -> Delivery:
    """One tick and one worker."""
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    return delivery


def test_a_due_delivery_is_published_with_proof_and_news(platform, team, alice, bob):
    delivery = go(due_delivery(team, bob))

    assert delivery.state == DeliveryState.PUBLISHED
    assert delivery.remote_id == "p1"
    assert delivery.permalink == f"{platform.url}/p1"
    assert delivery.lease_until is None
    assert platform.tokens() == [str(delivery.client_token)]
    attempt = delivery.attempts.get()
    assert (attempt.outcome, attempt.status, attempt.remote_id) == ("ok", 201, "p1")
    assert attempt.content_hash == delivery.content_hash
    assert attempt.intent_at >= delivery.due_at
    assert Post.objects.get().stage == "done"
    message = Message.objects.get(kind="post_published")
    assert message.user == bob
    assert message.data["channels"] == "Parrot"


def test_a_post_is_done_and_told_once_when_its_last_channel_is_out(platform, team, bob):
    one = due_delivery(team, bob)
    two = due_delivery(team, post=one.post)

    go(one)
    two.refresh_from_db()

    assert two.state == DeliveryState.PUBLISHED
    assert Post.objects.get().stage == "done"
    assert Message.objects.filter(kind="post_published").count() == 1


@with_threads
def test_it_waits_for_its_second_and_is_never_early(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=1.5)

    go(delivery)

    [(_, sent)] = platform.calls
    assert delivery.due_at.timestamp() <= sent < delivery.due_at.timestamp() + 0.5
    assert delivery.attempts.get().intent_at >= delivery.due_at


def test_what_is_due_later_is_not_claimed(platform, team, bob):
    due_delivery(team, bob, seconds=5)

    assert dispatcher.tick() == []


@pytest.mark.parametrize(
    ("word", "state", "outcome", "failures"),
    [
        ("429", "queued", "not_sent", 0),
        ("400", "failed", "rejected", 0),
        ("401", "queued", "reconnect", 0),
        ("500", "unknown", "ambiguous", 0),
        ("500_after", "unknown", "ambiguous", 0),
        ("reset_after", "unknown", "ambiguous", 0),
        ("half", "unknown", "ambiguous", 0),
        ("processing", "accepted", "accepted", 0),
    ],
)
def test_each_answer_settles_in_its_state(platform, team, bob, word, state, outcome, failures):
    platform.script = [word]
    delivery = due_delivery(team, bob)

    claims = dispatcher.tick()
    worker.run(claims[0].delivery_id, claims[0].attempt_no)
    delivery.refresh_from_db()

    assert delivery.state == state
    assert delivery.attempts.get().outcome == outcome
    assert delivery.failures == failures
    assert delivery.owner == ""
    if state in ("unknown", "accepted"):
        assert delivery.check_at is not None


def test_a_refusal_reaches_its_author_with_the_reason(platform, team, alice, bob):
    platform.script = ["400"]
    delivery = go(due_delivery(team, bob))

    assert delivery.problem == "The text is not allowed."
    told = Message.objects.filter(kind="delivery_failed")
    assert {message.user for message in told} == {alice, bob}
    assert {message.data["reason"] for message in told} == {"The text is not allowed."}
    assert all(message.data["delivery"] == delivery.pk for message in told)


@pytest.mark.parametrize(
    ("kind", "read", "state"),
    [
        ("parrot_read", "ok", "published"),
        ("parrot_key", "ok", "published"),
        ("parrot_read", "503", "failed"),
        ("parrot_ask", "ok", "failed"),
        ("parrot_twofold", "ok", "failed"),
    ],
)
def test_refused_and_posted_all_the_same(platform, team, bob, kind, read, state):
    """Looked up before anybody hears that it failed; where that cannot be, the answer stands."""
    platform.script, platform.reads = ["400_after"], [read]
    delivery = go(due_delivery(team, bob, channel=channel_of(team, kind)))

    assert delivery.state == state
    assert len(platform.posts) == 1
    assert delivery.attempts.get().outcome == ("ok" if state == "published" else "rejected")


@pytest.mark.parametrize(
    ("word", "state", "remote_id"), [("400", "failed", None), ("400_after", "published", "p2")]
)
def test_what_a_person_posted_before_is_not_taken_for_what_was_refused(
    platform, team, bob, word, state, remote_id
):
    """The same words, by hand, a minute before our call."""
    delivery = due_delivery(team, bob, channel=channel_of(team, "parrot_wordy"))
    by_hand = platform.accept({"token": "by hand", "text": delivery.post.body}, keyed=False)
    by_hand["at"] -= 60
    platform.script = [word]

    go(delivery)

    assert (delivery.state, delivery.remote_id) == (state, remote_id)


def test_a_full_platform_holds_the_whole_channel_for_as_long_as_it_asks(platform, team, bob):
    platform.script = ["429"]
    delivery = go(due_delivery(team, bob))

    wait = Channel.objects.get().next_slot_at - timezone.now()
    assert timedelta(seconds=4) < wait <= timedelta(seconds=7)
    assert delivery.run_at > timezone.now()
    assert dispatcher.tick() == []


def test_pictures_are_uploaded_before_and_not_twice(platform, team, bob):
    delivery = due_delivery(team, bob, pictures=[_picture(team)])
    platform.script = ["429"]

    go(delivery)
    Channel.objects.update(next_slot_at=timezone.now())
    Delivery.objects.update(run_at=timezone.now())
    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert platform.uploads == ["A yellow buoy at dusk"]
    assert list(delivery.handles.values()) == ["u1"]


def test_an_upload_that_fails_leaves_no_attempt(platform, team, bob):
    platform.prepares = ["503"]
    delivery = go(due_delivery(team, bob, pictures=[_picture(team)]))

    assert delivery.state == DeliveryState.QUEUED
    assert delivery.failures == 1
    assert delivery.problem == "Busy."
    assert not delivery.attempts.exists()
    assert delivery.run_at > timezone.now() + timedelta(seconds=10)


def test_the_fifth_failure_is_the_last(platform, team, bob):
    platform.prepares = ["503"]
    delivery = go(due_delivery(team, bob, pictures=[_picture(team)], failures=4))

    assert delivery.state == DeliveryState.FAILED
    assert delivery.problem == "Tried 5 times. Busy."
    assert Message.objects.filter(kind="delivery_failed").exists()


def test_content_that_was_tampered_with_is_not_sent(platform, team, bob):
    delivery = due_delivery(team, bob, pictures=[_picture(team)])
    asset = delivery.post.pictures.get().asset
    with asset.file.open("wb") as file:
        file.write(b"something else")

    go(delivery)

    assert delivery.state == DeliveryState.FAILED
    assert delivery.problem.startswith("A stored picture differs from what was approved.")
    assert platform.posts == []


def test_too_long_for_the_platform_is_refused_before_any_call(platform, team, bob):
    delivery = due_delivery(team, bob)
    other = due_delivery(team, bob, channel=channel_of(team))
    VariantFactory(post=other.post, channel=channel_of(team))
    long = _with_text(other, "x" * 400)

    go(delivery)
    long.refresh_from_db()

    assert long.state == DeliveryState.FAILED
    assert not long.attempts.exists()
    assert len(platform.posts) == 1


def test_too_slow_to_begin_gives_it_back_at_once(platform, team, bob, monkeypatch):
    monkeypatch.setattr(permits, "LEASE", leases.ENOUGH)

    delivery = go(due_delivery(team, bob))

    assert (delivery.state, delivery.lease_until) == (DeliveryState.QUEUED, None)
    assert delivery.failures == 1
    assert delivery.run_at > timezone.now()
    assert not platform.calls
    assert not delivery.attempts.exists()


def test_everything_that_happened_is_in_the_activity(platform, team, bob):
    delivery = go(due_delivery(team, bob))

    kinds = list(Activity.objects.filter(post=delivery.post).values_list("kind", flat=True))
    assert kinds == ["post.finish", "delivery.publish", "delivery.intend"]


def test_the_working_copy_is_not_what_is_sent(platform, team, bob):
    """Only the approved revision is read."""
    delivery = due_delivery(team, bob)
    Post.objects.update(body="Something nobody approved.")

    go(delivery)

    assert platform.posts[0]["text"] == Revision.objects.get().snapshot["body"]


def _picture(team):
    return PostMediaFactory.build(asset=MediaAssetFactory(team=team), post=None)


def _with_text(delivery: Delivery, text: str) -> Delivery:
    post = delivery.post
    Delivery.objects.filter(pk=delivery.pk).delete()
    Post.objects.filter(pk=post.pk).update(body=text)
    post.refresh_from_db()
    return due_delivery(post.team, post=post, channel=delivery.channel)
