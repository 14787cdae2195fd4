"""An older backup holds answers, and names people who were taken off after it was made.

Whoever answered before decides nothing any more, also not by taking the answer back; a yes that is
taken back only stops the post.
"""

import pytest

from approvals.models import Decision, Review, Reviewer
from approvals.services import reviewers
from delivery import dispatcher, instance, worker
from posts.models import Approval, Delivery
from posts.services import review as posts_review
from posts.states import DeliveryState, Stage
from tests.approvals.answering import answer
from tests.factories.approvals import ReviewerFactory
from tests.factories.delivery import due_delivery
from tests.security.restored.backup import asked_again, stage_of

pytestmark = pytest.mark.django_db


def taken_off_and_restored(past, team) -> None:
    """What was sent since tells that the backup is one."""
    past.keep()
    for reviewer in Reviewer.objects.all():
        reviewers.remove(team=team, reviewer=reviewer)
    due_delivery(team)
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    past.restore()
    assert instance.locked() is None


def test_a_refusal_from_before_is_not_taken_back_to_say_yes(past, team, bob):
    assert answer(past.ruth, "changes", comment="Say it shorter.").status_code == 302
    taken_off_and_restored(past, team)

    back = past.ruth.post(f"{past.ruth.page}undo/")

    assert back.status_code == 409
    assert "restored since" in back.text
    assert "Take my answer back" not in past.ruth.get(past.ruth.page).text
    assert past.ruth.post(past.ruth.page, past.form).status_code == 410
    assert stage_of(past.post) == Stage.CHANGES_REQUESTED
    assert Decision.objects.count() == 1
    # Whoever is named now is asked anew.
    asked_again(past, bob)
    assert answer(past.ruth).status_code == 302
    assert past.ruth.post(f"{past.ruth.page}undo/").status_code == 302
    assert stage_of(past.post) == Stage.IN_REVIEW


def test_a_yes_from_before_that_is_taken_back_stops_the_post_and_asks_nobody(
    past, team, bob, carol
):
    membership = carol.memberships.get(team=team)
    ReviewerFactory(stage=Reviewer.objects.get().stage, membership=membership)
    posts_review.withdraw(post=past.post, by=bob)
    asked_again(past, bob)
    assert answer(past.ruth).status_code == 302
    assert stage_of(past.post) == Stage.SCHEDULED
    taken_off_and_restored(past, team)

    assert past.ruth.post(f"{past.ruth.page}undo/").status_code == 302

    assert stage_of(past.post) == Stage.DRAFTING
    assert Delivery.objects.get().state == DeliveryState.DRAFT
    assert not Approval.objects.filter(revoked_at=None).exists()
    review = Review.objects.latest("pk")
    assert review.state == Review.State.WITHDRAWN
    assert not review.requests.filter(used_at=None, revoked_at=None).exists()
    assert past.ruth.post(past.ruth.page, past.form).status_code == 409
    assert "taken back from review" in past.ruth.get(past.ruth.page).text
