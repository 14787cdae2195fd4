"""Several people and ticks at one moment on one review: one outcome, and nothing goes out that was
not approved as it is. Two who decide differently are in tests/security/test_races.py.
"""

import pytest

from approvals.errors import LinkUsed, NotAReviewer, ReviewClosed
from approvals.models import Decision, Review
from bench import outcomes
from bench.acts import deliver
from notifications.models import Message
from posts.models import Approval, Delivery
from publishers.sandbox.ledger import posts as remote_posts

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = range(2)
one_is_enough = pytest.mark.parametrize("needed", [1])


def in_force() -> int:
    return Approval.objects.filter(revoked_at=None).count()


@pytest.mark.parametrize("time", TIMES)
def test_the_last_two_approvals_come_together(meet, post, time):
    """Neither is counted without the other, and the third comes too late."""
    refused = meet("yes_carol", "yes_dave", "yes_link")
    assert sum(isinstance(error, ReviewClosed) for error in refused) == 1
    assert Review.objects.get().state == Review.State.APPROVED
    assert (post.stage, in_force(), Delivery.objects.get().state) == ("scheduled", 1, "queued")


@pytest.mark.parametrize("time", TIMES)
def test_an_approval_meets_a_request_for_changes(meet, post, time):
    """Two approvals are needed: the changes win, whoever was first."""
    meet("yes_dave", "no_carol")
    assert Review.objects.get().state == Review.State.CHANGES
    assert (post.stage, in_force(), Delivery.objects.get().state) == (
        "changes_requested",
        0,
        "draft",
    )


@pytest.mark.parametrize("act", ["yes_dave", "no_link"])
def test_a_rejection_meets_another_answer(meet, post, act):
    """It ends the review after a yes; of two refusals the first counts, the other hears so."""
    rejected, other = meet("reject_carol", act)
    assert act == "no_link" or rejected is None
    assert act == "yes_dave" or isinstance(rejected or other, ReviewClosed)
    came_to = Review.State.REJECTED if rejected is None else Review.State.CHANGES
    assert Review.objects.get().state == came_to
    assert (post.stage, in_force()) == ("changes_requested", 0)
    assert Delivery.objects.get().state == "draft"


@pytest.mark.parametrize("act", ["yes_carol", "yes_link", "no_link", "reject_link"])
def test_a_button_is_pressed_twice(meet, act):
    refused = meet(act, act)
    assert sum(isinstance(error, LinkUsed | ReviewClosed) for error in refused) == 1
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("time", TIMES)
@one_is_enough
def test_an_edit_meets_a_decision_and_a_worker(meet, post, time):
    """It goes out in the words that were approved, or not at all."""
    approved = post.body
    edited = meet("edit", "yes_dave", "deliver")[0] is None
    deliver()
    assert not [*outcomes.ledger()]
    live = [remote.text for remote in remote_posts()]
    assert live in ([[], [approved]] if edited else [[approved]])
    assert post.stage == "drafting" if edited else post.stage in ("scheduled", "done")


@pytest.mark.parametrize("time", TIMES)
@one_is_enough
def test_an_approval_meets_two_workers(meet, post, time):
    meet("yes_carol", "deliver", "deliver")
    while deliver():
        pass
    assert not outcomes.broken([post.pk])
    assert [remote.text for remote in remote_posts()] == [post.body]
    assert Delivery.objects.get().state == "published"


@pytest.mark.parametrize("time", TIMES)
@one_is_enough
def test_a_reviewer_loses_the_right_and_decides(meet, time):
    [decided, _changed] = meet("yes_carol", "role")
    assert decided is None or isinstance(decided, NotAReviewer)
    assert in_force() == Decision.objects.count() == (decided is None)


@pytest.mark.parametrize("time", TIMES)
@one_is_enough
def test_somebody_outside_is_removed_and_decides(meet, time):
    [decided, _removed] = meet("yes_link", "outsider")
    assert decided is None or isinstance(decided, ReviewClosed)
    assert in_force() == Decision.objects.count() == (decided is None)


@pytest.mark.parametrize("act", ["take_back", "trash"])
@one_is_enough
def test_a_link_is_used_while_the_post_is_taken_away(meet, post, act):
    """Also an approval that was first is void then."""
    assert meet("yes_link", act)[1] is None
    assert (post.stage, in_force()) == ("drafting", 0)
    assert not Delivery.objects.filter(state="queued").exists()


@pytest.mark.parametrize("time", TIMES)
@one_is_enough
def test_a_link_is_used_while_the_question_is_taken_back(meet, post, time):
    [decided, withdrawn] = meet("yes_link", "withdraw")
    assert isinstance(decided or withdrawn, ReviewClosed)
    assert (decided is None) != (withdrawn is None)
    assert post.stage == ("drafting" if decided else "scheduled")


@pytest.mark.parametrize("time", TIMES)
def test_a_stage_changes_while_somebody_decides(meet, post, time):
    """What runs keeps the rounds that it began with."""
    assert meet("yes_carol", "needed") == [None, None]
    assert (Review.objects.get().state, post.stage) == (Review.State.OPEN, "in_review")
    meet("yes_dave", "needed")
    assert (Review.objects.get().state, post.stage) == (Review.State.APPROVED, "scheduled")


@pytest.mark.parametrize("time", TIMES)
@one_is_enough
def test_its_time_comes_while_somebody_decides(meet, post, time):
    """People are told that nothing went out, once, or not at all."""
    meet("deadlines", "yes_dave", "deadlines")
    told = Message.objects.filter(kind="review_missed").count()
    assert told == (Review.objects.get().held_for is not None)
    meet("deadlines")
    assert Message.objects.filter(kind="review_missed").count() == told
    assert (post.stage, in_force()) == ("scheduled", 1)


@pytest.mark.parametrize("time", TIMES)
def test_the_backup_is_asked_once(meet, table, post, time):
    meet("deadlines", "deadlines", "yes_carol")
    assert Review.objects.get().requests.filter(membership=table.admin).count() == 1
    assert meet("yes_backup") == [None]
    assert Review.objects.get().state == Review.State.APPROVED
