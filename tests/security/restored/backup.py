"""A backup of the database while ruth is asked about a post, and going back to it.

It is a savepoint: going back to it takes every row and number back, and leaves what a restore
leaves: the journal, the platform, mailboxes and browsers.
"""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from django.contrib.postgres.functions import TransactionNow
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from approvals.models import Decision, Review, ReviewRequest
from approvals.services.ask import ask
from delivery import dispatcher, instance, worker
from delivery.models import Attempt
from notifications.models import Message
from notifications.sealing import unseal
from posts import content
from posts.models import Approval, Delivery, Post
from posts.services import compose, schedule
from posts.states import DeliveryState
from posts.times import from_utc
from tests.delivery.forgotten import look
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.delivery import channel_of
from tests.factories.posts import PostFactory
from tests.security.test_review_links import link_of

RUTH = "ruth@harbour.test"
NUMBERED = [Review, ReviewRequest, Decision, Approval, Delivery, Attempt, Message, Post]


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


def backed_up(team, author, settings) -> SimpleNamespace:
    """A post that ruth is asked about, her browser with its page, and `past.restore()`;
    `past.keep()` makes a newer backup.
    """
    settings.APPROVAL_COOLING_SECONDS = 0
    ReviewerFactory(stage=StageFactory(workflow__team=team), outside=True)
    post = asked_about(team, author)
    link = link_of(RUTH)
    # A process that was running before: it knows this database, and finds nothing amiss in it.
    assert instance.locked() is None
    asked = ReviewRequest.objects.get()
    past = SimpleNamespace(post=post, link=link, ruth=opened(link), asked=asked)
    past.form = {"decision": "approve", "content_hash": asked.review.content_hash}

    def keep() -> None:
        past.backup = transaction.savepoint()

    def restore() -> None:
        transaction.savepoint_rollback(past.backup)
        with connection.cursor() as cursor:
            for words in connection.ops.sequence_reset_sql(no_style(), NUMBERED):
                cursor.execute(words)
        instance.forget()

    keep()
    past.keep, past.restore = keep, restore
    return past


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


def looked_up_in_vain() -> None:
    Delivery.objects.update(unknown_since=timezone.now() - timedelta(days=1))
    for _ in range(3):
        look()
    assert Delivery.objects.get().state == DeliveryState.QUEUED
