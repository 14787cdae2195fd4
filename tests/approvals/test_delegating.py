"""Handing a review to another member: who may, what their answer counts for, and the way back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership
from approvals.errors import ReviewError
from approvals.models import Decision, Review, Round
from approvals.services import deadlines
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from approvals.services.delegating import candidates, delegate
from approvals.services.inviting import renew
from approvals.tasks import keep_deadlines
from notifications.models import Message
from posts.models import Activity, Post
from posts.services import review as posts_review
from posts.states import Stage
from tests.factories.accounts import MembershipFactory
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.security.moments import errors, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(team):
    return MembershipFactory(team=team, role="editor", user__name="Dana").user


@pytest.fixture
def stage(team, carol):
    stage = StageFactory(workflow__team=team)
    ReviewerFactory(stage=stage, membership=carol.memberships.get(team=team))
    return stage


@pytest.fixture
def member(team):
    return lambda user: Membership.objects.get(team=team, user=user)


def asked(review, user):
    return review.requests.filter(membership__user=user).latest("pk")


@pytest.fixture
def handed(review, carol, dana, member):
    return delegate(request=asked(review, carol), to=member(dana))


def say(review, user, kind="approve"):
    seen = review.content_hash
    return decide(
        request=asked(review, user), kind=kind, seen_hash=seen, trace=Trace("page"), comment="No"
    )


def stage_of(review):
    return Post.objects.get(pk=review.post_id).stage


def waiting(review):
    return set(
        review.requests.filter(used_at=None, revoked_at=None).values_list("email", flat=True)
    )


@pytest.fixture
def sheet(review, team):
    return reverse("approvals:review", args=[team.slug, review.pk])


def test_handed_on_from_the_page(review, sheet, team, carol, dana, member, as_user):
    browser = as_user(carol)
    assert [one.user for one in browser.get(sheet).context["others"]][-1] == dana
    at = reverse("approvals:queue", args=[team.slug]) + "?view=others"
    sent = browser.post(f"{sheet}delegate/", {"to": member(dana).pk})
    assert sent.url == sheet
    assert "You handed this review to Dana." in browser.get(sheet).text
    assert "Dana, for Carol" in browser.get(sheet).text
    assert "waits for Dana" in browser.get(at).text
    told = Message.objects.filter(kind="review_asked").latest("pk")
    assert (told.user, told.data["instead"]) == (dana, "Carol")
    note = Activity.objects.get(kind="review.delegate")
    assert (note.actor, note.data["to"]) == (carol, "Dana")
    assert AuditEntry.objects.filter(verb="review.delegate").count() == 1
    assert 'name="decision"' in as_user(dana).get(sheet).text


def test_the_answer_counts_in_the_place_of_the_first(review, handed, carol, dana):
    assert waiting(review) == {dana.email}
    with pytest.raises(ReviewError):
        say(review, carol)
    say(review, dana)
    assert stage_of(review) == Stage.APPROVED
    assert Decision.objects.get().name == "Dana"


def test_where_everybody_must_approve_both_do(team, post, bob, alice, carol, dana, member):
    stage = StageFactory(workflow__team=team, needed=2)
    for user in (carol, alice):
        ReviewerFactory(stage=stage, membership=member(user))
    review = ask(post=post, by=bob)
    delegate(request=asked(review, carol), to=member(dana))
    say(review, alice)
    assert waiting(review) == {dana.email}
    assert stage_of(review) == Stage.IN_REVIEW
    say(review, dana)
    assert stage_of(review) == Stage.APPROVED


def test_who_was_asked_first_is_not_asked_again_by_a_later_stage(
    team, post, bob, alice, carol, dana, member
):
    workflow = StageFactory(workflow__team=team, workflow__at_once=True).workflow
    workflow.stages.all().delete()
    for position, users in enumerate(((carol, alice), (carol,)), 1):
        stage = StageFactory(workflow=workflow, position=position)
        for user in users:
            ReviewerFactory(stage=stage, membership=member(user))
    review = ask(post=post, by=bob)
    delegate(request=asked(review, carol), to=member(dana))
    say(review, alice)
    assert waiting(review) == {dana.email}
    say(review, dana)
    assert stage_of(review) == Stage.APPROVED


def test_changes_asked_for_by_the_other_end_the_review(review, handed, dana):
    say(review, dana, "changes")
    assert stage_of(review) == Stage.CHANGES_REQUESTED


def test_not_handed_on_again(review, handed, alice, dana, member, sheet, as_user):
    with pytest.raises(ReviewError, match="not handed on"):
        delegate(request=handed, to=member(alice))
    assert as_user(dana).get(sheet).context["others"] == []


def test_to_whom_it_may_go(review, carol, bob, vera, dana, alice, member):
    MembershipFactory(team=review.team, role="editor", user__is_active=False)
    stranger = MembershipFactory(role="editor")
    assert {one.user for one in candidates(review)} == {alice, dana}
    for to in (member(carol), member(bob), member(vera), stranger):
        with pytest.raises(ReviewError, match="cannot answer in your place"):
            delegate(request=asked(review, carol), to=to)
    assert not review.requests.filter(stands_for__isnull=False).exists()


def test_not_to_who_comes_in_a_later_stage(review, stage, bob, alice, member):
    later = StageFactory(workflow=stage.workflow, position=2)
    ReviewerFactory(stage=later, membership=member(alice))
    again = ask(post=_drafted(review), by=bob)
    assert alice not in {one.user for one in candidates(again)}


def _drafted(review):
    Review.objects.filter(pk=review.pk).update(state="withdrawn")
    Post.objects.filter(pk=review.post_id).update(stage="drafting")
    return Post.objects.get(pk=review.post_id)


@pytest.mark.parametrize("how", ["removed", "viewer", "inactive"])
def test_it_comes_back_when_the_other_cannot_review_any_more(
    review, handed, carol, dana, member, how
):
    if how == "removed":
        member(dana).delete()
    elif how == "viewer":
        Membership.objects.filter(user=dana).update(role="viewer")
    else:
        type(dana).objects.filter(pk=dana.pk).update(is_active=False)
    keep_deadlines()
    keep_deadlines()
    assert waiting(review) == {carol.email}
    assert Message.objects.filter(kind="review_asked", user=carol).count() == 2
    assert Activity.objects.filter(kind="review.return").count() == 1
    say(review, carol)
    assert stage_of(review) == Stage.APPROVED


def test_nobody_is_asked_again_about_what_is_a_draft_after_a_restore(review, handed, dana, member):
    assert posts_review.lapse(post=review.post, before=timezone.now(), note={})
    member(dana).delete()
    before = Message.objects.count()
    keep_deadlines()
    assert Message.objects.count() == before
    assert review.requests.count() == 2


def test_what_was_answered_stays_with_who_did(review, handed, dana, member):
    say(review, dana)
    member(dana).delete()
    keep_deadlines()
    assert not Activity.objects.filter(kind="review.return").exists()


def test_it_comes_back_to_nobody_who_has_left_too(review, handed, carol, dana, member):
    member(carol).delete()
    member(dana).delete()
    keep_deadlines()
    assert waiting(review) == set()


def test_a_new_link_still_stands_for_the_first(review, handed, dana):
    handed.expires_at = timezone.now() - timedelta(hours=1)
    handed.save(update_fields=["expires_at"])
    assert renew(handed).stands_for == handed.stands_for
    say(review, dana)
    assert stage_of(review) == Stage.APPROVED


def test_the_other_is_reminded_and_is_no_backup_beside(review, handed, carol, dana, member):
    ago = timezone.now() - timedelta(days=5)
    at = timezone.now() + timedelta(hours=2)
    Post.objects.filter(pk=review.post_id).update(planned_at=at)
    backup = {"membership": member(dana).pk, "name": "Dana", "email": dana.email}
    Round.objects.filter(review=review).update(
        began_at=ago, remind=timedelta(hours=4), backup=backup
    )
    deadlines.tick()
    assert list(Message.objects.filter(kind="review_reminder").values_list("user", flat=True)) == [
        dana.pk
    ]
    Round.objects.filter(review=review).update(lead=timedelta(hours=4))
    deadlines.tick()
    assert waiting(review) == {dana.email}
    assert review.requests.filter(membership__user=dana).count() == 1


def test_whose_it_is_not(sheet, alice, vera, mallory, dana, carol, as_user):
    to = {"to": dana.memberships.get().pk}
    assert as_user(mallory).post(f"{sheet}delegate/", to).status_code == 404
    assert as_user(vera).post(f"{sheet}delegate/", to).status_code == 403
    assert as_user(alice).post(f"{sheet}delegate/", to).status_code == 403
    assert as_user(carol).get(f"{sheet}delegate/").status_code == 405
    assert as_user(carol).post(f"{sheet}delegate/", {"to": "x"}).status_code == 422
    say(Review.objects.get(), carol)
    assert as_user(carol).post(f"{sheet}delegate/", to).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_race_deciding_and_handing_on(review, carol, dana, member):
    """One of the two."""
    mine, to = asked(review, carol), member(dana)
    done = together(lambda: say(review, carol), lambda: delegate(request=mine, to=to))
    assert len(errors(done, ReviewError)) == 1
    assert Decision.objects.count() == (0 if waiting(review) else 1)


def test_whom_it_waits_for_is_whoever_holds_it_now(stage, post, bob, carol, dana, alice, member):
    """Neither who has answered nor who handed it on."""
    type(stage).objects.filter(pk=stage.pk).update(everybody=True)
    ReviewerFactory(stage=stage, outside=True)
    type(stage.workflow).objects.update(lead_hours=4, backup=member(alice))
    soon = timezone.now() + timedelta(hours=3)
    Post.objects.filter(pk=post.pk).update(planned_at=soon, planned_zone="UTC")
    review = ask(post=Post.objects.get(pk=post.pk), by=bob)
    Round.objects.update(began_at=timezone.now() - timedelta(days=5))
    delegate(request=asked(review, carol), to=member(dana))
    ruth = review.requests.get(membership=None)
    decide(request=ruth, kind="approve", seen_hash=review.content_hash, trace=Trace("page"))
    deadlines.tick()
    assert Message.objects.get(kind="review_asked", user=alice).data["late"] == "Dana"
    told = Message.objects.get(kind="review_overdue", user=bob).data["comment"]
    assert told.startswith("It waits for Dana. ")
