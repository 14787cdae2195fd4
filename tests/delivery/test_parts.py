"""Threads and first comments: item after item, resumed where they stopped, none of them twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import reaper
from notifications.models import Message
from posts import payloads
from posts.models import Delivery, DeliveryPart, Post
from posts.states import DeliveryState
from tests.delivery.parts import each_once, go, look, stopped_at
from tests.factories.delivery import channel_of, due_delivery, due_thread

pytestmark = pytest.mark.django_db
D = DeliveryState


# -- all goes well


def test_a_thread_goes_out_in_one_claim_each_part_answering_the_one_before(platform, team, bob):
    delivery = go(due_thread(team, bob))

    assert delivery.state == D.PUBLISHED
    assert (delivery.remote_id, delivery.permalink) == ("p1", f"{platform.url}/p1")
    assert each_once(platform, "One.", "Two.", "Three.")
    assert [post.get("answers") for post in platform.posts] == [None, "p1", "p2"]
    assert delivery.attempt_no == 1
    attempts = delivery.attempts.values_list("item", "attempt_no", "outcome", "remote_id")
    assert list(attempts) == [(0, 1, "ok", "p1"), (1, 1, "ok", "p2"), (2, 1, "ok", "p3")]
    parts = list(delivery.parts.values_list("seq", "kind", "remote_id", "permalink"))
    assert parts == [
        (seq, "part" if seq else "post", f"p{seq + 1}", f"{platform.url}/p{seq + 1}")
        for seq in range(3)
    ]
    assert delivery.lease_until is None
    assert Post.objects.get().stage == "done"
    assert Message.objects.filter(kind="post_published").count() == 1


def test_every_item_has_a_token_of_its_own(platform, team, bob):
    delivery = go(due_thread(team, bob))
    assert len(set(platform.tokens())) == 3
    assert platform.tokens()[0] == str(delivery.client_token)


def test_a_first_comment_answers_the_post_itself(platform, team, bob):
    delivery = go(due_thread(team, bob, texts=["One.", "Two."], comment="Read more"))

    assert each_once(platform, "One.", "Two.", "Read more")
    assert platform.posts[2]["answers"] == "p1"
    assert delivery.parts.last().kind == "comment"


def test_a_post_with_a_first_comment_alone(platform, team, bob):
    delivery = go(due_thread(team, bob, texts=["One."], comment="Read more"))

    assert delivery.state == D.PUBLISHED
    assert [post.get("answers") for post in platform.posts] == [None, "p1"]


def test_a_post_alone_costs_nothing_more(platform, team, bob):
    """No row of its item is written or asked for."""
    delivery = due_delivery(team, bob)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        go(delivery)

    assert delivery.state == D.PUBLISHED
    assert not DeliveryPart.objects.exists()
    assert not any("posts_deliverypart" in query["sql"] for query in asked)


def test_a_thread_that_makes_one_part_is_a_post(platform, team, bob):
    delivery = due_thread(team, bob, texts=["One."])
    Post.objects.update(kind="thread")
    go(delivery)
    assert delivery.state == D.PUBLISHED
    assert not DeliveryPart.objects.exists()


def test_what_an_adapter_keeps_for_an_item_is_that_items(platform, team, bob):
    delivery = go(due_thread(team, bob))
    assert delivery.handles == {"1/answers": "p1", "2/answers": "p2"}


def test_how_late_it_was_its_first_item_says(platform, team, bob):
    delivery = stopped_at(due_thread(team, bob), platform, "503")
    sent_at = delivery.sent_at

    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert delivery.sent_at == sent_at


def test_nothing_begins_when_a_later_part_could_not_go_out(platform, team, bob, monkeypatch):
    delivery = due_thread(team, bob, texts=["One.", "#" + "x" * 300])

    go(delivery)

    assert (delivery.state, platform.posts) == (D.FAILED, [])
    assert "Part 2 of the thread is 1 over" in delivery.problem


# -- later, refused


@pytest.mark.parametrize("word", ["503", "429:5", "401"])
def test_what_was_not_sent_resumes_at_the_same_item(platform, team, bob, word):
    delivery = stopped_at(due_thread(team, bob), platform, word)
    assert delivery.state == D.QUEUED
    assert delivery.problem.startswith("1 of 3 live. Part 2 of 3: ")
    delivery.channel.refresh_from_db()
    type(delivery.channel).objects.update(next_slot_at=Now(), state="connected")

    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")
    items = delivery.attempts.filter(outcome="ok").values_list("item", "attempt_no")
    assert list(items) == [(0, 1), (1, 2), (2, 2)]


def test_tries_are_counted_for_each_item(platform, team, bob):
    """A thread of many parts is not given up because each of them needed a second try."""
    delivery = due_thread(team, bob, texts=[f"Part {n}." for n in range(8)])
    platform.script = ["ok", *["503", "ok"] * 7]
    for _ in range(8):
        go(delivery)
    assert delivery.state == D.PUBLISHED, delivery.problem
    assert len(platform.posts) == 8


def test_a_refused_part_says_how_far_it_came(platform, team, bob):
    delivery = stopped_at(due_thread(team, bob), platform, "400")

    assert delivery.state == D.FAILED
    words = "1 of 3 live. Part 2 of 3: The text is not allowed."
    assert delivery.problem == words
    told = Message.objects.filter(kind="delivery_failed").first()
    assert told.data["reason"] == words
    assert Post.objects.get().stage == "scheduled"


def test_a_refused_comment_is_named(platform, team, bob):
    delivery = due_thread(team, bob, texts=["One."], comment="Read more")
    stopped_at(delivery, platform, "400")
    assert delivery.problem == "1 of 2 live. The first comment: The text is not allowed."


# -- in doubt


@pytest.mark.parametrize("platform_kind", ["parrot_read", "parrot_key"])
def test_a_part_that_is_there_after_all_is_followed_by_the_next(platform, team, bob, platform_kind):
    delivery = due_thread(team, bob, channel=channel_of(team, platform_kind))
    stopped_at(delivery, platform, "reset_after")
    assert delivery.state == D.UNKNOWN
    assert delivery.problem.startswith("1 of 3 live. Part 2 of 3: ")

    look(delivery)
    assert delivery.state == D.QUEUED
    assert delivery.parts.count() == 2
    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")


def test_the_last_part_found_publishes_it(platform, team, bob):
    delivery = due_thread(team, bob, texts=["One.", "Two."])
    stopped_at(delivery, platform, "reset_after")

    look(delivery)

    assert delivery.state == D.PUBLISHED
    assert (delivery.remote_id, delivery.parts.last().remote_id) == ("p1", "p2")
    assert Post.objects.get().stage == "done"


def test_an_absent_part_is_sent_again_after_the_quiet_time(platform, team, bob):
    delivery = stopped_at(due_thread(team, bob), platform, "500")

    look(delivery, waited=601)
    assert delivery.state == D.UNKNOWN
    look(delivery)
    assert delivery.state == D.QUEUED
    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")


def test_with_a_key_a_part_is_repeated_at_once(platform, team, bob):
    delivery = due_thread(team, bob, channel=channel_of(team, "parrot_key"))
    stopped_at(delivery, platform, "500")

    look(delivery)
    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")
    tokens = [token for token, _ in platform.calls]
    assert tokens[1] == tokens[2], "the very same part"


def test_where_nobody_can_look_a_person_is_asked_about_the_part(platform, team, bob):
    delivery = due_thread(team, bob, channel=channel_of(team, "parrot_ask"))
    stopped_at(delivery, platform, "500")

    look(delivery)

    assert delivery.state == D.NEEDS_HUMAN
    assert delivery.problem.startswith("1 of 3 live. Part 2 of 3: ")
    assert "Part 2 of 3" in Message.objects.filter(kind="delivery_unsure").first().data["reason"]


def test_a_part_that_looks_like_another_delivery_is_nobodys_guess(platform, team, bob):
    """The platform names for the second item what is the first already."""
    delivery = due_thread(team, bob)
    accept = platform.accept
    platform.accept = lambda body, *, keyed: {**accept(body, keyed=keyed), "id": "p1"}
    go(delivery)
    assert delivery.state == D.UNKNOWN
    assert delivery.parts.count() == 1


def test_a_late_part_is_looked_for_before_it_is_sent(platform, team, bob):
    """It had gone out, and the row does not say so."""
    delivery = stopped_at(due_thread(team, bob), platform, "503")
    token = payloads.build_all(delivery)[1].client_token
    platform.accept({"token": token, "text": "Two."}, keyed=False)
    hour = timezone.now() - timedelta(minutes=20)
    Delivery.objects.filter(pk=delivery.pk).update(due_at=hour)

    go(delivery)
    assert (delivery.state, delivery.parts.count()) == (D.QUEUED, 2)
    assert "nothing was sent now" in delivery.attempts.get(item=1, outcome="ok").detail
    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")


def test_a_thread_too_late_for_its_rest_is_held_with_words(platform, team, bob):
    delivery = stopped_at(due_thread(team, bob), platform, "503")
    hour = timezone.now() - timedelta(hours=1)
    Delivery.objects.filter(pk=delivery.pk).update(due_at=hour)

    reaper.sweep()

    delivery.refresh_from_db()
    assert delivery.state == D.MISSED
    assert delivery.problem.startswith("1 of 3 live. Part 2 of 3: It could not go out within 30")
