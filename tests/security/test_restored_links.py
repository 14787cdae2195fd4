"""Row 76 for links in mail: one is used, and then an older backup of the database is restored.

The backup is a savepoint: going back to it takes every row and number back, and leaves what a
restore leaves: the journal, the platform, mailboxes and browsers. Real dumps are restored in
tests/faults/test_restore.py.

What must be true then:
- An answer from after the backup is gone, with the approval and the time in the queue it had led
  to; its link and its page ask again, for what the backup holds and for nothing else.
- Once it is noticed that time went back, nothing that was in review then is: people may have been
  taken off since, and the backup names them. Its author asks anew.
- What that answer had published is found, whether the link answers before or after the loss is
  noticed; it is not published twice.
- What is looked up in vain is not sent before somebody has answered anew.
- Links and receipts that the backup does not know open nothing, also if others have their number.
"""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from approvals import queue
from approvals.models import Decision, Review, Reviewer, ReviewRequest
from approvals.services import deadlines, reviewers
from approvals.services.ask import ask
from approvals.services.inviting import relink
from delivery import dispatcher, instance, worker
from delivery.models import Attempt, Rewind
from notifications.models import Message
from notifications.sealing import unseal
from posts import content
from posts.models import Approval, Delivery, Post
from posts.services import compose, schedule
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from publishers import registry
from tests.approvals.answering import answer, hash_on
from tests.delivery.forgotten import look
from tests.delivery.parrot import PARROTS
from tests.delivery.platform import Platform
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.delivery import channel_of, due_delivery
from tests.factories.posts import PostFactory
from tests.security.test_review_links import link_of

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"
NUMBERED = [Review, ReviewRequest, Decision, Approval, Delivery, Attempt, Message, Post]


@pytest.fixture
def platform(monkeypatch):
    server = Platform()
    server.start()
    monkeypatch.setitem(registry.ADAPTERS, "parrot_read", PARROTS["parrot_read"])
    monkeypatch.setenv("PLATFORM_PARROT_READ_API_URL", server.url)
    yield server
    server.stop()


def asked_about(team, author) -> Post:
    post = PostFactory(team=team, author=author, channels=[channel_of(team)])
    at = from_utc(timezone.now() + timedelta(hours=1), "UTC")
    schedule.plan(post=post, at=at, by=author)
    ask(post=post, by=author)
    return Post.objects.get(pk=post.pk)


def opened(link: str) -> Client:
    browser = Client()
    browser.page = browser.get(link)["Location"]
    return browser


@pytest.fixture
def past(team, bob, settings, platform) -> SimpleNamespace:
    """A post that ruth is asked about, her browser with its page, and `past.restore()`."""
    settings.APPROVAL_COOLING_SECONDS = 0
    ReviewerFactory(stage=StageFactory(workflow__team=team), outside=True)
    post = asked_about(team, bob)
    link = link_of(RUTH)
    # A process that was running before: it knows this database, and finds nothing amiss in it.
    assert instance.locked() is None
    backup = transaction.savepoint()

    def restore() -> None:
        transaction.savepoint_rollback(backup)
        with connection.cursor() as cursor:
            for words in connection.ops.sequence_reset_sql(no_style(), NUMBERED):
                cursor.execute(words)
        instance.forget()

    asked, ruth = ReviewRequest.objects.get(), opened(link)
    form = {"decision": "approve", "content_hash": asked.review.content_hash}
    return SimpleNamespace(post=post, link=link, ruth=ruth, restore=restore, asked=asked, form=form)


def asked_again(past: SimpleNamespace, author) -> None:
    ask(post=Post.objects.get(pk=past.post.pk), by=author)
    past.ruth = opened(link_of(RUTH))


def send_what_is_due() -> int:
    """How many were taken to be sent. The claim's clock stands still while a test runs."""
    now = {"due_at": TransactionNow(), "run_at": TransactionNow()}
    Delivery.objects.filter(state=DeliveryState.QUEUED).update(**now)
    claims = dispatcher.tick()
    for claim in claims:
        worker.run(claim.delivery_id, claim.attempt_no)
    return len(claims)


def rewritten(post: Post, author) -> None:
    post = Post.objects.get(pk=post.pk)
    draft = replace(compose.draft_of(content.snapshot(post), post), body="Shorter.")
    compose.save(post=post, draft=draft, version=post.version, by=author)


def stage_of(post: Post) -> str:
    return Post.objects.get(pk=post.pk).stage


def receipt() -> str:
    told = Message.objects.filter(kind="review_receipt", email=RUTH).latest("pk")
    return unseal(told.sealed)["url"].removeprefix("http://localhost:8000")


def test_an_answer_from_after_the_backup_is_gone_with_all_it_led_to(past):
    assert answer(past.ruth).status_code == 302
    assert stage_of(past.post) == Stage.SCHEDULED

    past.restore()

    assert not Decision.objects.exists()
    assert not Approval.objects.exists()
    assert stage_of(past.post) == Stage.IN_REVIEW
    assert Delivery.objects.get().state == DeliveryState.DRAFT
    # The answer cannot be taken back, and looking decides nothing.
    assert past.ruth.post(f"{past.ruth.page}undo/").status_code == 409
    assert 'value="approve"' in past.ruth.get(past.ruth.page).text
    assert opened(past.link).page == past.ruth.page
    assert not Decision.objects.exists()
    assert dispatcher.tick() == []
    # It is given anew, once.
    assert answer(past.ruth).status_code == 302
    assert past.ruth.post(past.ruth.page, past.form).status_code == 410
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "not yet noticed"])
def test_what_the_link_had_published_is_not_published_again(past, bob, platform, noticed):
    assert answer(past.ruth).status_code == 302
    send_what_is_due()
    assert len(platform.posts) == 1

    past.restore()
    if noticed:
        assert instance.locked() is None
        assert Delivery.objects.get().state == DeliveryState.UNKNOWN
        assert past.ruth.post(past.ruth.page, past.form).status_code == 409
        asked_again(past, bob)
    platform.calls.clear()
    again = answer(past.ruth)
    send_what_is_due()

    assert again.status_code == (409 if noticed else 302)
    assert ("may be live already" in again.text) == noticed
    assert Rewind.objects.get().calls == 1
    assert Delivery.objects.get().state == DeliveryState.UNKNOWN
    # What may be live by that answer is not taken back with it.
    assert past.ruth.post(f"{past.ruth.page}undo/").status_code == 409
    look()
    assert Delivery.objects.get().state == DeliveryState.PUBLISHED
    assert stage_of(past.post) == Stage.DONE
    assert platform.calls == []
    assert len(platform.posts) == 1


def test_what_is_found_nowhere_waits_for_the_answer(past, bob, platform, settings):
    """The platform lost it too: looked up in vain, it is sent by a new yes, not by itself."""
    settings.DELIVERY_QUIET_SECONDS = settings.DELIVERY_READ_GAP_SECONDS = 0
    assert answer(past.ruth).status_code == 302
    send_what_is_due()
    platform.posts.clear()

    past.restore()
    assert instance.locked() is None
    Delivery.objects.update(unknown_since=timezone.now() - timedelta(days=1))
    for _ in range(3):
        look()
    assert Delivery.objects.get().state == DeliveryState.QUEUED
    assert send_what_is_due() == 0
    assert platform.posts == []

    asked_again(past, bob)
    assert send_what_is_due() == 0
    assert answer(past.ruth).status_code == 302
    send_what_is_due()
    assert len(platform.posts) == 1
    assert stage_of(past.post) == Stage.DONE


def test_a_yes_to_a_lost_version_is_none_to_the_one_that_came_back(past, bob):
    answer(past.ruth, "changes", comment="Say it shorter.")
    rewritten(past.post, bob)
    before = past.ruth
    asked_again(past, bob)
    newer, past.ruth = past.ruth, before
    lost = hash_on(newer.get(newer.page))

    past.restore()

    form = {**past.form, "content_hash": lost}
    assert newer.post(newer.page, form).status_code == 410
    assert past.ruth.post(past.ruth.page, form).status_code == 409
    # Nor does a page that shows what came back say yes to what is written from here on.
    shown = hash_on(past.ruth.get(past.ruth.page))
    assert shown == past.asked.review.content_hash != lost
    rewritten(past.post, bob)
    assert past.ruth.post(past.ruth.page, {**form, "content_hash": shown}).status_code == 409
    assert not Decision.objects.exists()


def test_links_that_the_backup_does_not_know_open_nothing(past, team, bob):
    reminded = relink(past.asked).removeprefix("http://localhost:8000")
    assert opened(reminded).page == past.ruth.page
    assert answer(past.ruth).status_code == 302
    later = receipt()
    assert opened(later).page == past.ruth.page
    asked_about(team, bob)
    lost = link_of(RUTH)
    stranger = opened(lost)
    form = {"decision": "approve", "content_hash": hash_on(stranger.get(stranger.page))}

    past.restore()
    other = asked_about(team, bob)

    # The number of the lost request is that of another by now.
    assert opened(link_of(RUTH)).page == stranger.page
    assert stranger.get(stranger.page).status_code == 410
    assert stranger.post(stranger.page, form).status_code == 410
    assert stranger.post(f"{stranger.page}undo/").status_code == 410
    for link in (reminded, later, lost):
        assert Client().get(link).status_code == 410
    assert not Decision.objects.exists()
    assert {stage_of(post) for post in (past.post, other)} == {Stage.IN_REVIEW}
    assert opened(past.link).page == past.ruth.page


@pytest.mark.parametrize("again", [False, True], ids=["as restored", "asked about again"])
def test_what_is_found_live_is_published_and_asks_nobody_any_more(past, bob, platform, again):
    assert answer(past.ruth).status_code == 302
    send_what_is_due()

    past.restore()
    assert instance.locked() is None
    if again:
        asked_again(past, bob)
    look()

    assert stage_of(past.post) == Stage.DONE
    assert not queue.waiting(past.post.team).exists()
    assert past.ruth.get(past.ruth.page).status_code == 410
    deadlines.tick()
    last = Review.objects.latest("pk")
    assert last.state == Review.State.WITHDRAWN
    assert not last.requests.filter(used_at=None, revoked_at=None).exists()
    assert len(platform.posts) == 1


def test_whoever_was_taken_off_since_decides_nothing_by_an_old_link(alice, past, team, bob):
    """The backup names them still. What was sent since tells that it is one."""
    reviewers.remove(team=team, reviewer=Reviewer.objects.get())
    before = past.ruth.page
    assert past.ruth.get(before).status_code == 410
    due_delivery(team)
    assert send_what_is_due() == 1

    past.restore()
    assert instance.locked() is None

    assert past.ruth.post(before, past.form).status_code == 409
    assert opened(past.link).get(before).status_code == 410
    Message.objects.filter(email=RUTH).delete()
    assert past.ruth.post(f"{before}fresh/").status_code == 200
    assert not Message.objects.filter(email=RUTH).exists()
    assert (Decision.objects.count(), stage_of(past.post)) == (0, Stage.DRAFTING)
    told = Message.objects.get(kind="database_rewound", user=alice).data["reason"]
    assert "1 post is no longer in review" in told
    # Whoever is named now is asked anew; the link of before stays closed.
    asked_again(past, bob)
    assert opened(past.link).post(before, past.form).status_code == 409
    assert answer(past.ruth).status_code == 302
