"""Two people at one moment, on connections of their own: one outcome, and the other is told."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.errors import InvitationClosed, LastOwner
from accounts.models import Membership
from accounts.services import invitations, teams
from approvals.errors import ReviewError
from approvals.models import Decision, Review, ReviewRequest
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from posts import workflow
from posts.errors import BeingPublished, IllegalMove, LostRace, PostsError, Stale
from posts.models import Approval, Delivery, Post
from posts.services import compose, deliveries, schedule
from posts.services.compose import Draft, VariantDraft
from posts.states import DeliveryState, Stage
from publishers import consents
from publishers.consents import Answer, NotConnected
from publishers.models import OAuthState
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.delivery import channel_of, claimed, due_delivery
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = range(3)
PAGE = Trace("page")


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, or the exception it raised; all began at one moment."""
    start = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(10)
            answers[place] = calls[place]()
        except Exception as error:  # noqa: BLE001  (handed to the test)
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "a call waits for ever"
    return answers


def errors(answers: list[Any], *expected: type[Exception]) -> list[Exception]:
    found = [answer for answer in answers if isinstance(answer, Exception)]
    strange = [error for error in found if not isinstance(error, expected)]
    assert not strange, strange
    return found


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


def rewrite(post: Post, by, body: str = "Other words") -> Callable[[], Post]:
    draft = Draft(
        title=post.title,
        body=body,
        channels={variant.channel_id: VariantDraft() for variant in post.variants.all()},
    )
    return lambda: compose.save(post=post, draft=draft, version=post.version, by=by)


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


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_a_cancellation(team, bob, time):
    delivery = due_delivery(team, bob)
    moment = timedelta(seconds=2)
    answers = together(
        lambda: workflow.claim_due(owner="a:1:1", limit=5, ahead=moment, lease=moment * 45),
        lambda: workflow.claim_due(owner="b:1:1", limit=5, ahead=moment, lease=moment * 45),
        lambda: deliveries.cancel(delivery=Delivery.objects.get(pk=delivery.pk), by=bob),
    )
    lost = errors(answers, LostRace)
    claims = [claim for answer in answers[:2] if isinstance(answer, list) for claim in answer]
    delivery.refresh_from_db()
    assert len(claims) <= 1
    # A cancellation that lost says so; one that did not is the last word.
    assert delivery.state == (DeliveryState.CLAIMED if lost else DeliveryState.CANCELLED)


def intend(delivery: Delivery) -> Callable[[], None]:
    mine = Delivery.objects.get(pk=delivery.pk)

    def move() -> None:
        with transaction.atomic():
            workflow.move(mine, "intend", expect={"attempt_no": mine.attempt_no})

    return move


@pytest.mark.parametrize("time", TIMES)
def test_the_intent_meets_a_cancellation(team, bob, time):
    delivery = due_delivery(team, bob, channel=channel_of(team, "bluesky"))
    claimed(delivery)
    answers = together(
        intend(delivery),
        lambda: deliveries.cancel(delivery=Delivery.objects.get(pk=delivery.pk), by=bob),
    )
    assert len(errors(answers, LostRace, BeingPublished, IllegalMove)) == 1
    delivery.refresh_from_db()
    cancelled = not isinstance(answers[1], Exception)
    assert delivery.state == (DeliveryState.CANCELLED if cancelled else DeliveryState.SENDING)


@pytest.mark.parametrize("time", TIMES)
def test_the_intent_meets_an_edit(team, bob, time):
    delivery = due_delivery(team, bob, channel=channel_of(team, "bluesky"))
    claimed(delivery)
    post = Post.objects.get(pk=delivery.post_id)
    answers = together(intend(delivery), rewrite(post, bob))
    assert len(errors(answers, LostRace, BeingPublished)) == 1
    delivery.refresh_from_db()
    post.refresh_from_db()
    if isinstance(answers[0], Exception):
        assert (post.body, delivery.state) == ("Other words", DeliveryState.DRAFT)
        assert not Approval.objects.filter(post=post, revoked_at=None).exists()
    else:
        assert post.body != "Other words"
        assert delivery.state == DeliveryState.SENDING


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
