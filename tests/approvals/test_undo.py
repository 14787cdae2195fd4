"""Taking an answer back: from the page, by the link, until publishing starts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.errors import NothingToUndo, ReviewError, TooLate
from approvals.models import Decision, Review, ReviewRequest
from approvals.services import reviewers
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from approvals.services.undo import undo
from notifications.models import Message
from notifications.sealing import unseal
from posts.errors import BeingPublished
from posts.models import Activity, Approval, Delivery, Post
from posts.services import schedule, trash
from posts.states import Stage
from posts.times import from_utc
from tests.approvals.answering import answer, hash_on
from tests.factories.approvals import ReviewerFactory, StageFactory, WorkflowFactory

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"
PAGE = Trace("page")


def say(review, email, kind="approve"):
    seen = review.content_hash
    return decide(request=of(review, email), kind=kind, seen_hash=seen, trace=PAGE, comment="No")


def take_back(review, email):
    return undo(request=of(review, email), trace=PAGE)


def of(review, email) -> ReviewRequest:
    return review.requests.filter(email=email).latest("pk")


def waiting(review):
    return {r.email for r in review.requests.filter(used_at=None, revoked_at=None)}


@pytest.fixture
def planned(post, bob, stage):
    schedule.plan(post=post, at=from_utc(timezone.now() + timedelta(days=1), "UTC"), by=bob)
    return ask(post=post, by=bob)


@pytest.fixture
def row(team, post, bob, carol, stage):
    """Carol or dave, then ruth, of a workflow of this team alone."""
    stage.workflow.delete()
    workflow = WorkflowFactory(team=team, name="Press")
    first = StageFactory(workflow=workflow, position=1)
    ReviewerFactory(stage=first, membership=carol.memberships.get(team=team))
    ReviewerFactory(stage=first, email="dave@harbour.test", name="Dave", membership=None)
    ReviewerFactory(stage=StageFactory(workflow=workflow, position=2), outside=True)
    return ask(post=post, by=bob)


def test_an_approval_is_taken_back_by_the_link(ruth, review, post):
    answer(ruth)
    assert "Take my answer back" in ruth.get(ruth.page).text
    assert ruth.get(f"{ruth.page}undo/").status_code == 405
    assert ruth.post(f"{ruth.page}undo/").status_code == 302
    review.refresh_from_db()
    post.refresh_from_db()
    assert (review.state, review.ended_at, post.stage) == ("open", None, Stage.IN_REVIEW)
    assert not Approval.objects.filter(revoked_at=None).exists()
    said, back = Decision.objects.all()
    assert (back.kind, back.follows, back.via) == ("withdrawn", said, "email")
    assert Activity.objects.filter(kind="review.withdrawn").exists()
    page = ruth.get(ruth.page)
    assert 'value="approve"' in page.text
    assert "Ruth Abara took the answer back" in page.text
    assert answer(ruth).status_code == 302
    assert [d.kind for d in Decision.objects.all()] == ["approve", "withdrawn", "approve"]
    assert Decision.objects.standing().count() == 1
    assert Approval.objects.filter(revoked_at=None).count() == 1


def test_a_member_takes_it_back_on_the_page(review, team, carol, as_user, post):
    browser = as_user(carol)
    page = reverse("approvals:review", args=[team.slug, review.pk])
    browser.post(page, {"decision": "approve", "content_hash": review.content_hash})
    assert "Take my answer back" in browser.get(page).text
    back = reverse("approvals:review_undo", args=[team.slug, review.pk])
    assert browser.post(back).status_code == 302
    assert Post.objects.get(pk=post.pk).stage == Stage.IN_REVIEW
    assert 'value="approve"' in browser.get(page).text
    again = browser.post(back)
    assert again.status_code == 409
    assert "no answer of yours" in again.text


def test_who_was_not_asked_takes_nothing_back(review, team, alice, as_user):
    say(review, RUTH)
    back = reverse("approvals:review_undo", args=[team.slug, review.pk])
    assert as_user(alice).post(back).status_code == 403


def test_what_was_queued_is_recalled_and_queued_again(planned, post):
    say(planned, RUTH)
    assert {d.state for d in Delivery.objects.all()} == {"queued"}
    take_back(planned, RUTH)
    assert {d.state for d in Delivery.objects.all()} == {"draft"}
    planned.refresh_from_db()
    say(planned, RUTH)
    assert {d.state for d in Delivery.objects.all()} == {"queued"}
    assert Post.objects.get(pk=post.pk).stage == Stage.SCHEDULED


@pytest.mark.parametrize("steps", [("claimed", "sending"), ("claimed", "sending", "unknown")])
def test_it_stays_once_publishing_began(client, planned, link_of, settings, steps):
    settings.APPROVAL_COOLING_SECONDS = 0
    client.page = client.get(link_of(RUTH))["Location"]
    answer(client)
    first = Delivery.objects.first()
    past = timezone.now() - timedelta(minutes=1)
    held, free = {"owner": "w", "lease_until": timezone.now()}, {"owner": "", "lease_until": None}
    for state in steps:
        lease = free if state == "unknown" else held
        times = {"due_at": past, "run_at": past, "attempt_no": 1}
        Delivery.objects.filter(pk=first.pk).update(state=state, **times, **lease)
    assert "Take my answer back" not in client.get(client.page).text
    late = client.post(f"{client.page}undo/")
    assert late.status_code == 409
    assert "Publishing has started" in late.text
    assert Approval.objects.filter(revoked_at=None).count() == 1
    with pytest.raises((TooLate, BeingPublished)):
        take_back(planned, RUTH)


def test_a_request_for_changes_is_taken_back_while_nothing_changed(review, post):
    say(review, RUTH, "changes")
    take_back(review, RUTH)
    post.refresh_from_db()
    assert post.stage == Stage.IN_REVIEW
    assert waiting(review) == {RUTH, "carol@demo.test"}


def test_after_a_new_request_the_old_answer_stays(review, post, bob):
    say(review, RUTH, "changes")
    ask(post=Post.objects.get(pk=post.pk), by=bob)
    with pytest.raises(TooLate):
        take_back(review, RUTH)


def test_another_persons_no_is_not_undone_by_taking_back_a_yes(review, stage):
    review.rounds.update(needed=2)
    say(review, "carol@demo.test")
    say(review, RUTH, "changes")
    with pytest.raises(TooLate):
        take_back(review, "carol@demo.test")


def test_of_two_approvals_one_is_missing_again(review):
    review.rounds.update(needed=2)
    say(review, "carol@demo.test")
    take_back(review, "carol@demo.test")
    say(review, RUTH)
    assert Review.objects.get(pk=review.pk).state == "open"
    say(review, "carol@demo.test")
    assert Review.objects.get(pk=review.pk).state == "approved"


def test_a_stage_opens_again_and_the_later_one_ends_after_it(row, carol):
    say(row, carol.email)
    assert waiting(row) == {RUTH}
    take_back(row, carol.email)
    assert waiting(row) == {carol.email, "dave@harbour.test", RUTH}
    say(row, RUTH)
    assert Review.objects.get(pk=row.pk).state == "open"
    say(row, "dave@harbour.test")
    assert Review.objects.get(pk=row.pk).state == "approved"


def test_a_first_yes_is_taken_back_after_the_last(row, carol):
    say(row, carol.email)
    say(row, RUTH)
    take_back(row, carol.email)
    assert not row.rounds.exclude(ended_at=None).exists()
    say(row, carol.email)
    assert Review.objects.get(pk=row.pk).state == "approved"


def test_what_others_said_may_be_enough(review, carol):
    """Two stages at once name carol; ruth is only in the first."""
    first = review.rounds.get()
    carols = [p for p in first.people if p["email"] == carol.email]
    review.rounds.create(track=1, people=carols, began_at=timezone.now())
    say(review, RUTH)
    say(review, carol.email)
    assert Review.objects.get(pk=review.pk).state == "approved"
    take_back(review, RUTH)
    assert Review.objects.get(pk=review.pk).state == "approved"
    assert Approval.objects.filter(revoked_at=None).exists()


def test_who_was_taken_off_is_not_asked_again(row, team, carol):
    say(row, carol.email)
    dave = team.workflows.get().stages.first().reviewers.get(email="dave@harbour.test")
    reviewers.remove(team=team, reviewer=dave)
    take_back(row, carol.email)
    assert waiting(row) == {carol.email, RUTH}


def test_a_reviewer_removed_meanwhile_takes_nothing_back(review, team, stage, carol):
    say(review, RUTH)
    reviewers.remove(team=team, reviewer=stage.reviewers.get(email=RUTH))
    with pytest.raises(ReviewError):
        take_back(review, RUTH)


def test_a_post_in_the_trash_stays_there(review, post, bob):
    say(review, RUTH)
    trash.trash(post=Post.objects.get(pk=post.pk), by=bob)
    with pytest.raises(TooLate):
        take_back(review, RUTH)


def test_nothing_said_is_nothing_to_take_back(review):
    with pytest.raises(NothingToUndo):
        take_back(review, RUTH)


def test_author_and_reviewer_hear_of_it(review, bob):
    say(review, RUTH)
    take_back(review, RUTH)
    told = Message.objects.get(kind="review_withdrawn")
    assert (told.user, told.data["by"]) == (bob, "Ruth Abara")
    receipt = Message.objects.filter(kind="review_receipt").latest("pk")
    assert (receipt.email, receipt.data["kind"]) == (RUTH, "withdrawn")


def test_the_receipt_brings_a_link_to_the_page(ruth, link_of):
    first = link_of(RUTH)
    answer(ruth)
    assert ruth.get(ruth.page).status_code == 200
    receipt = Message.objects.get(kind="review_receipt")
    elsewhere = Client()
    elsewhere.page = elsewhere.get(unseal(receipt.sealed)["url"])["Location"]
    assert "Take my answer back" in elsewhere.get(elsewhere.page).text
    assert Decision.objects.count() == 1
    ruth.post(f"{ruth.page}undo/")
    assert Client().get(first).status_code == 302


def test_a_form_cannot_say_withdrawn(ruth):
    shown = hash_on(ruth.get(ruth.page))
    forged = ruth.post(ruth.page, {"decision": "withdrawn", "content_hash": shown})
    assert forged.status_code == 422
    assert not Decision.objects.exists()


def test_the_database_takes_one_decision_after_another(review):
    said = say(review, RUTH)
    row = {f.attname: getattr(said, f.attname) for f in Decision._meta.fields if f.name != "id"}
    for forged in ({}, {"kind": "withdrawn"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**{**row, **forged})
    take_back(review, RUTH)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(**{**row, "follows": said, "kind": "withdrawn"})
