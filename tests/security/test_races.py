"""Two people at one moment, on connections of their own: one outcome, and the other is told."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InvitationClosed, LastOwner
from accounts.models import Membership
from accounts.services import invitations, teams
from approvals.errors import ReviewError
from approvals.models import Decision, Review, ReviewRequest
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from delivery.services import bulk
from posts import workflow
from posts.errors import BeingPublished, IllegalMove, LostRace, PostsError, Stale
from posts.models import Approval, Delivery, Post
from posts.services import compose, deliveries, schedule
from posts.services.compose import Draft, VariantDraft
from posts.services.trash import trash
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from publishers import consents, registry
from publishers.consents import Answer, NotConnected
from publishers.models import OAuthState
from tests.delivery.parrot import PARROTS
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.delivery import channel_of, claimed, due_delivery, troubled
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


def claim(owner: str = "a:1:1") -> Callable[[], Any]:
    moment = timedelta(seconds=2)
    return lambda: workflow.claim_due(
        owner=owner, limit=5, ahead=moment, lease=moment * 45, room={"parrot_read": 5}
    )


@pytest.fixture
def parrot(monkeypatch):
    monkeypatch.setitem(registry.ADAPTERS, "parrot_read", PARROTS["parrot_read"])


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_a_cancellation(team, bob, time, parrot):
    """A worker that only prepares it has not won."""
    delivery = due_delivery(team, bob)
    answers = together(
        claim("a:1:1"),
        claim("b:1:1"),
        lambda: deliveries.cancel(delivery=Delivery.objects.get(pk=delivery.pk), by=bob),
    )
    errors(answers)
    assert sum(len(answer) for answer in answers[:2]) <= 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == (DeliveryState.CANCELLED, None)


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_an_edit(team, bob, time, parrot):
    """The edit wins either way, and what was claimed is a draft again."""
    delivery = due_delivery(team, bob)
    post = Post.objects.get(pk=delivery.post_id)
    errors(together(claim(), rewrite(post, bob)))
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DRAFT
    assert Post.objects.get(pk=post.pk).body == "Other words"
    assert claim()() == []


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_a_move_to_another_time(team, bob, time, parrot):
    """Either it goes out at its old time and the move is refused, or it goes out at the new one."""
    delivery = due_delivery(team, bob)
    post = Post.objects.get(pk=delivery.post_id)
    at = from_utc(timezone.now() + timedelta(hours=1), "Europe/Lisbon")
    answers = together(claim(), lambda: schedule.plan(post=post, at=at, by=bob))
    refused = errors(answers, BeingPublished)
    delivery.refresh_from_db()
    assert (delivery.due_at == at.at) == (not refused)
    assert bool(answers[0]) == bool(refused)
    assert delivery.state == (DeliveryState.CLAIMED if refused else DeliveryState.QUEUED)


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_the_trash(team, bob, time, parrot):
    """A deletion that loses keeps the post and all that belongs to it."""
    delivery = due_delivery(team, bob)
    post = Post.objects.get(pk=delivery.post_id)
    answers = together(claim(), lambda: trash(post=post, by=bob))
    refused = errors(answers, BeingPublished, LostRace)
    delivery.refresh_from_db()
    post.refresh_from_db()
    assert (post.trashed_at is None) == bool(refused)
    assert delivery.state == (DeliveryState.CLAIMED if refused else DeliveryState.CANCELLED)
    assert Approval.objects.filter(revoked_at=None).exists() == bool(refused)


@pytest.mark.parametrize("time", TIMES)
def test_a_claim_meets_a_decision_taken_back(team, bob, time, parrot):
    """Once claimed it is gone; once taken back nobody claims it."""
    delivery = troubled(due_delivery(team, bob), "failed")
    decision = deliveries.resend(delivery=delivery, by=bob)
    answers = together(
        claim(),
        lambda: deliveries.take_back(
            delivery=Delivery.objects.get(pk=delivery.pk), decision=decision, by=bob
        ),
    )
    refused = errors(answers, BeingPublished, LostRace)
    delivery.refresh_from_db()
    assert bool(answers[0]) == bool(refused)
    assert delivery.state == (DeliveryState.CLAIMED if refused else DeliveryState.FAILED)


def test_two_people_decide_about_one_delivery(team, bob, alice, parrot):
    delivery = troubled(due_delivery(team, bob), "needs_human")
    fresh = lambda: Delivery.objects.get(pk=delivery.pk)  # noqa: E731
    answers = together(
        lambda: deliveries.resend(delivery=fresh(), by=bob),
        lambda: deliveries.confirm_live(delivery=fresh(), by=alice),
        lambda: deliveries.drop(delivery=fresh(), by=bob),
    )
    assert len(errors(answers, IllegalMove, LostRace)) == 2
    delivery.refresh_from_db()
    won = next(place for place, answer in enumerate(answers) if not isinstance(answer, Exception))
    assert (
        delivery.state
        == (DeliveryState.QUEUED, DeliveryState.PUBLISHED, DeliveryState.CANCELLED)[won]
    )


def test_one_way_back_is_used_twice(team, bob, parrot):
    rows = [troubled(due_delivery(team, bob), "missed") for _ in range(2)]
    undo = bulk.drop(team=team, ids=[row.pk for row in rows], by=bob).undo
    back = lambda: bulk.undo(team=team, pk=undo.pk, by=bob)  # noqa: E731
    answers = together(back, back)
    assert len(errors(answers, IllegalMove)) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.MISSED}


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
