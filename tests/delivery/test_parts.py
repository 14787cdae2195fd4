"""Threads and first comments: item after item, resumed where they stopped, none of them twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import dispatcher, reaper, reconcile, worker
from delivery.models import Attempt
from delivery.settle import Answer, settle
from notifications.models import Message
from posts import payloads, workflow
from posts.models import Delivery, DeliveryPart, Post
from posts.states import DeliveryState
from publishers.contract import Published
from tests.factories.delivery import channel_of, due_delivery, due_thread

pytestmark = pytest.mark.django_db

D = DeliveryState


def go(delivery: Delivery) -> Delivery:
    """One tick and one worker, whatever pause there was."""
    Delivery.objects.filter(pk=delivery.pk, state=D.QUEUED).update(run_at=Now())
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    return delivery


def look(delivery: Delivery, waited: float = 0) -> Delivery:
    """A look that is due, `waited` seconds after the doubtful call."""
    ago = timezone.now() - timedelta(seconds=waited)
    changes = {"unknown_since": ago} if waited else {}
    Delivery.objects.filter(pk=delivery.pk).update(check_at=timezone.now(), **changes)
    for one in reconcile.due():
        reconcile.look(one.delivery_id, one.checks)
    delivery.refresh_from_db()
    return delivery


def stopped_at(delivery: Delivery, platform, word: str) -> Delivery:
    """Its first item goes out, its second is answered with `word`."""
    platform.script = ["ok", word]
    go(delivery)
    assert platform.texts()[0] == "One."
    assert delivery.remote_id == "p1"
    return delivery


def each_once(platform, *texts: str) -> bool:
    return platform.texts() == list(texts)


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


# -- dying in between


def died(delivery: Delivery) -> None:
    """Its worker is gone, its lease over."""
    Delivery.objects.filter(pk=delivery.pk).update(lease_until=timezone.now())
    reaper.reap()
    delivery.refresh_from_db()


class Killed(BaseException):
    pass


def killed_at(monkeypatch, place: str, times: int) -> None:
    """As by SIGKILL: nothing after that place is carried out, not even what settles it."""
    passed = []

    def crash(here: str) -> None:
        if here == place:
            passed.append(here)
            if len(passed) == times:
                monkeypatch.setattr(worker, "settle", lambda *_, **__: False)
                raise Killed

    monkeypatch.setattr(worker, "crashpoint", crash)


def run_and_die(delivery: Delivery, monkeypatch, place: str, times: int) -> None:
    with monkeypatch.context() as patch:
        killed_at(patch, place, times)
        with pytest.raises(Killed):
            go(delivery)
    delivery.refresh_from_db()


@pytest.mark.parametrize("place", ["after_intent", "after_accept"])
def test_killed_at_a_part(platform, team, bob, monkeypatch, place):
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, place, 2)
    assert delivery.state == D.SENDING
    assert delivery.attempts.get(item=1).outcome is None

    died(delivery)
    assert delivery.state == D.UNKNOWN
    assert delivery.problem.startswith("1 of 3 live. Part 2 of 3: ")
    look(delivery, waited=601)
    look(delivery)
    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")


def test_killed_between_two_parts(platform, team, bob, monkeypatch):
    """Nothing is on its way there: it goes on as soon as the lease is over."""
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, "after_upload", 2)
    assert delivery.state == D.CLAIMED

    died(delivery)
    assert delivery.state == D.QUEUED
    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")
    assert delivery.unknown_since is None


def test_a_process_that_ends_gives_the_rest_back(platform, team, bob):
    delivery = due_thread(team, bob)
    [claim] = dispatcher.tick()
    run = worker.prepare(claim.delivery_id, claim.attempt_no)

    assert run.send(stopping=lambda: True) is False

    delivery.refresh_from_db()
    assert (delivery.state, delivery.owner) == (D.QUEUED, "")
    assert each_once(platform, "One.")
    go(delivery)
    assert each_once(platform, "One.", "Two.", "Three.")


def test_an_answer_that_comes_too_late_counts_for_its_part(platform, team, bob, monkeypatch):
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, "after_accept", 2)
    died(delivery)
    assert delivery.state == D.UNKNOWN

    late = Published("p2", f"{platform.url}/p2")
    settle(delivery, 1, Answer(late, 201, item=1))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.parts.count()) == (D.QUEUED, 2)
    assert delivery.attempts.get(item=1).outcome == "ok"
    go(delivery)
    assert each_once(platform, "One.", "Two.", "Three.")


def test_an_answer_stored_twice_is_stored_once(platform, team, bob, monkeypatch):
    """The commit arrived, its confirmation did not: the worker stores the answer again."""
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, "after_upload", 2)

    settle(delivery, 1, Answer(Published("p1", f"{platform.url}/p1"), 201, item=0))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.parts.count()) == (D.CLAIMED, 1)


# -- a database that was restored


def test_parts_that_the_database_forgot_are_looked_up_one_by_one(platform, team, bob):
    """The journal knows of two calls, the database of none: both are seen before more is sent."""
    lost = due_thread(team, bob)
    for item in payloads.build_all(lost)[:2]:
        platform.accept({"token": item.client_token, "text": item.text}, keyed=False)
    for item in (1, 0):
        Attempt.objects.create(
            delivery=lost,
            item=item,
            attempt_no=1,
            content_hash=lost.content_hash,
            idempotent=False,
            worker="journal",
            intent_at=timezone.now(),
        )
    now = timezone.now()
    workflow.move(lost, "doubt", attempt_no=1, unknown_since=now, check_at=now)

    look(lost)
    assert (lost.state, lost.parts.count()) == (D.UNKNOWN, 1)
    look(lost)
    assert (lost.state, lost.parts.count()) == (D.QUEUED, 2)
    go(lost)

    assert lost.state == D.PUBLISHED, lost.problem
    assert each_once(platform, "One.", "Two.", "Three.")


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


def test_a_claim_that_lost_its_lease_between_parts_stops(platform, team, bob):
    delivery = due_thread(team, bob)
    [claim] = dispatcher.tick()
    run = worker.prepare(claim.delivery_id, claim.attempt_no)

    def takes_it_away() -> bool:
        died(delivery)
        return False

    assert run.send(stopping=takes_it_away) is False
    assert each_once(platform, "One.")
    go(delivery)
    assert each_once(platform, "One.", "Two.", "Three.")
