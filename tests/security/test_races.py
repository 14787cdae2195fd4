"""Two people at one moment, on connections of their own: one outcome, and the other is told."""

from collections.abc import Callable

import pytest

from accounts.errors import InvitationClosed, LastOwner
from accounts.models import Membership
from accounts.services import invitations, teams
from approvals.errors import ReviewError
from approvals.models import Decision, Review, ReviewRequest
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from posts.errors import PostsError, Stale
from posts.models import Approval, Delivery, Post
from posts.services import compose, schedule
from posts.services.compose import Draft
from posts.states import DeliveryState, Stage
from publishers import consents
from publishers.consents import Answer, NotConnected
from publishers.models import OAuthState
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from tests.security.moments import errors, rewrite, together

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = Trace("page")


@pytest.fixture
def reviewed(team, alice, bob, carol):
    """A post of bob's that carol and ruth are asked about; one approval is enough."""
    stage = StageFactory(workflow__team=team)
    ReviewerFactory(stage=stage, membership=carol.memberships.get(team=team))
    ReviewerFactory(stage=stage, outside=True)
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    return ask(post=post, by=bob)


def say(review: Review, kind: str, email: str) -> Callable[[], Decision]:
    request = ReviewRequest.objects.select_related("review").get(review=review, email=email)
    return lambda: decide(
        request=request, kind=kind, seen_hash=review.content_hash, trace=PAGE, comment="No"
    )


def test_one_person_approves_twice(reviewed):
    approve = say(reviewed, "approve", "ruth@harbour.test")
    answers = together(approve, approve, approve)
    assert len(errors(answers, ReviewError)) == 2
    assert Decision.objects.count() == 1
    assert Approval.objects.filter(revoked_at=None).count() == 1


def test_two_people_decide_differently(reviewed):
    answers = together(
        say(reviewed, "approve", "ruth@harbour.test"), say(reviewed, "changes", "carol@demo.test")
    )
    assert len(errors(answers, ReviewError)) == 1
    [decision] = Decision.objects.all()
    post = Post.objects.get(pk=reviewed.post_id)
    stage = {"approve": Stage.APPROVED, "changes": Stage.CHANGES_REQUESTED}[decision.kind]
    assert post.stage == stage
    assert Approval.objects.filter(revoked_at=None).count() == (decision.kind == "approve")


def test_an_approval_meets_an_edit(reviewed, bob):
    """Whichever is first: what is there now was approved by nobody."""
    answers = together(
        say(reviewed, "approve", "ruth@harbour.test"),
        rewrite(Post.objects.get(pk=reviewed.post_id), bob),
    )
    errors(answers, ReviewError, PostsError)
    post = Post.objects.get(pk=reviewed.post_id)
    assert post.body == "Other words"
    assert post.stage == Stage.DRAFTING
    assert not Approval.objects.filter(post=post, revoked_at=None).exists()


def test_publish_is_pressed_twice(team, bob):
    team.review_required = False
    team.save()
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    press = lambda: schedule.publish_now(post=post, by=bob)  # noqa: E731
    assert not errors(together(press, press, press))
    [delivery] = Delivery.objects.all()
    assert delivery.state == DeliveryState.QUEUED
    assert Approval.objects.filter(revoked_at=None).count() == 1


def test_two_autosaves_of_one_version(team, bob, carol):
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    answers = together(rewrite(post, bob, "Bob's"), rewrite(post, carol, "Carol's"))
    assert len(errors(answers, Stale)) == 1
    now = Post.objects.get(pk=post.pk)
    assert now.version == post.version + 1
    assert now.body == ("Bob's" if isinstance(answers[1], Stale) else "Carol's")


def test_a_new_form_is_sent_twice(team, bob):
    send = lambda: compose.create_once(  # noqa: E731
        team=team, by=bob, draft=Draft(body="Once"), token="ab" * 16
    )
    assert not errors(together(send, send, send))
    assert Post.objects.count() == 1


def test_two_people_accept_one_invitation(team, alice):
    by = Membership.objects.get(team=team, user=alice)
    invitation = invitations.invite(team=team, email="new@demo.test", role="editor", by=by)
    token = invitations.issue_token(invitation)
    first, second = UserFactory(), UserFactory()
    answers = together(
        *(
            lambda who=who: invitations.accept(token=token, by=who, although_other_address=True)
            for who in (first, second)
        )
    )
    assert len(errors(answers, InvitationClosed)) == 1
    assert Membership.objects.filter(team=team, user__in=[first, second]).count() == 1


def test_two_owners_step_down(team, alice):
    mine = Membership.objects.get(team=team, user=alice)
    theirs = MembershipFactory(team=team, role="owner")
    answers = together(
        lambda: teams.remove_member(membership=theirs, by=mine),
        lambda: teams.remove_member(membership=mine, by=theirs),
        lambda: teams.change_role(membership=mine, role="viewer", by=mine),
    )
    errors(answers, LastOwner, Membership.DoesNotExist)
    assert Membership.objects.filter(team=team, role="owner").count() == 1


def test_a_consent_comes_back_twice(team, alice):
    state = "the state"
    OAuthState.objects.create(
        state_hash=consents._hash(state),
        session_hash=consents._hash("session"),
        team=team,
        user=alice,
        platform="x",
    )
    answer = Answer(state=state, error="access_denied")
    back = lambda: consents.finish(  # noqa: E731
        platform="x", answer=answer, user=alice, session_key="session"
    )
    refused = errors(together(back, back, back), NotConnected)
    # One was taken, and was a refusal by the person; the others came too late.
    assert sorted(error.status for error in refused) == [400, 400, 403]
