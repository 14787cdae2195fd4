"""An answer is taken back while something else happens: one of the two is first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.errors import ReviewError
from approvals.models import Decision, Review
from posts import workflow
from posts.errors import PostsError
from posts.models import Approval, Delivery, Post
from posts.services import schedule
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from tests.approvals.test_undo import RUTH, say, take_back
from tests.security.moments import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def valid() -> int:
    return Approval.objects.filter(revoked_at=None).count()


def test_it_is_taken_back_twice(review):
    say(review, RUTH)
    answers = together(*[lambda: take_back(review, RUTH)] * 3)
    assert len(errors(answers, ReviewError)) == 2
    assert Decision.objects.filter(kind="withdrawn").count() == 1
    assert valid() == 0


def test_the_last_yes_meets_the_first_taken_back(review):
    """Whoever is first: it is approved by two, or waits for one of them."""
    review.rounds.update(needed=2)
    say(review, RUTH)
    answers = together(lambda: take_back(review, RUTH), lambda: say(review, "carol@demo.test"))
    assert not errors(answers)
    assert Decision.objects.standing().count() == 1
    assert (Review.objects.get(pk=review.pk).state, valid()) == ("open", 0)
    assert Post.objects.get(pk=review.post_id).stage == Stage.IN_REVIEW


def test_publishing_meets_an_answer_taken_back(post, bob, review):
    """Whoever is first: nothing is sent that nobody approves any more."""
    say(review, RUTH)
    at = from_utc(timezone.now() + timedelta(hours=1), "UTC")
    schedule.schedule(post=Post.objects.get(pk=post.pk), at=at, by=bob)
    past = timezone.now() - timedelta(seconds=5)
    Delivery.objects.update(due_at=past, run_at=past)
    first = Delivery.objects.first()
    workflow.move(first, "claim", attempt_no=1, owner="w", lease_until=timezone.now())

    def send():
        workflow.move(first, "intend", expect={"attempt_no": 1})

    answers = together(lambda: take_back(review, RUTH), send)
    assert len(errors(answers, ReviewError, PostsError)) == 1
    first.refresh_from_db()
    assert (first.state == DeliveryState.SENDING) == (valid() == 1)
