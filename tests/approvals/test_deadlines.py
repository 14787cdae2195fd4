"""As a post's time comes nearer: reminders, the backup, and what happens without an approval."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.models import Decision, Review, ReviewRequest, Round
from approvals.services import deadlines
from approvals.services.ask import ask
from approvals.services.deadlines import tick
from approvals.services.decide import Trace, decide, withdraw
from approvals.tasks import keep_deadlines
from notifications.models import Event, Message
from notifications.sealing import unseal
from posts.models import Delivery, Post
from posts.services.trash import trash
from posts.states import DeliveryState, Stage
from tests.factories.approvals import ReviewerFactory, StageFactory, WorkflowFactory
from tests.factories.notifications import endpoint_for
from tests.factories.posts import PostFactory
from tests.security.moments import together

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"
LONG_AGO = timedelta(days=5)


@pytest.fixture
def workflow(team, alice, carol):
    """Wanted four hours before the time, with a reminder a day before that; else Alice is asked."""
    made = WorkflowFactory(
        team=team, lead_hours=4, remind_hours=24, backup=alice.memberships.get(team=team)
    )
    stage = StageFactory(workflow=made)
    ReviewerFactory(stage=stage, membership=carol.memberships.get(team=team))
    ReviewerFactory(stage=stage, outside=True)
    return made


@pytest.fixture
def put(post, bob, workflow):
    """`put(hours=27)`: in review since long ago, and its time is then."""

    def make(*, began=LONG_AGO, **left) -> Review:
        review = ask(post=Post.objects.get(pk=post.pk), by=bob)
        move(review, **left)
        then = timezone.now() - began
        Review.objects.filter(pk=review.pk).update(asked_at=then)
        Round.objects.filter(review=review).update(began_at=then)
        return review

    return make


def move(review, **left):
    at = timezone.now() + timedelta(**left)
    Post.objects.filter(pk=review.post_id).update(planned_at=at, planned_zone="Europe/Lisbon")


def told(kind):
    """Since it was last asked."""
    found = Message.objects.filter(kind=kind).select_related("user")
    names = sorted(message.user.email if message.user else message.email for message in found)
    found.delete()
    return names


def say(review, email, kind="approve"):
    request = review.requests.filter(email=email).latest("pk")
    seen = review.content_hash
    return decide(request=request, kind=kind, seen_hash=seen, trace=Trace("page"), comment="No")


@pytest.mark.parametrize(
    ("hours", "reminded"), [(40, False), (28.1, False), (27.9, True), (4.1, True), (3.9, False)]
)
def test_a_reminder_comes_so_long_before_the_answer_is_wanted(put, carol, hours, reminded):
    put(hours=hours)
    tick()
    assert told("review_reminder") == (sorted([carol.email, RUTH]) if reminded else [])
    tick()
    assert told("review_reminder") == []


def test_who_has_answered_or_has_just_been_asked_is_not_reminded(put, workflow, post, bob, carol):
    workflow.stages.update(everybody=True)
    review = put(hours=20)
    say(review, carol.email)
    tick()
    assert told("review_reminder") == [RUTH]
    withdraw(review=review, by=bob.memberships.get(team=post.team))
    put(hours=20, began=timedelta(minutes=1))
    tick()
    assert told("review_reminder") == []


def test_no_reminder_is_wanted(put, workflow):
    workflow.remind_hours = 0
    workflow.save(update_fields=["remind_hours"])
    put(hours=5)
    tick()
    assert told("review_reminder") == []


def test_a_post_that_moves_is_spoken_of_again(put, carol):
    review = put(hours=20)
    tick()
    assert len(told("review_reminder")) == 2
    move(review, hours=50)
    tick()
    move(review, hours=25)
    tick()
    assert told("review_reminder") == sorted([carol.email, RUTH])


def test_the_reminders_link_and_the_one_before_open_the_same_page(put, client, link_of):
    review = put(hours=20)
    first = link_of(RUTH)
    open_before = Client()
    page = open_before.get(first)["Location"]
    tick()
    reminder = Message.objects.get(kind="review_reminder", email=RUTH)
    assert reminder.data["url"] == ""
    assert reminder.data["when"].endswith(" (Lisbon)")
    second = unseal(reminder.sealed)["url"].split("://", 1)[1].partition("/")[2]
    assert second.strip("/") != first.strip("/")
    assert client.get(f"/{second}")["Location"] == page
    late = Client()
    assert late.get(first)["Location"] == page
    for browser in (open_before, late, client):
        assert browser.get(page).status_code == 200
    form = {"decision": "approve", "content_hash": review.content_hash}
    assert open_before.post(page, form).status_code == 302
    assert client.post(page, form).status_code == 410
    assert Decision.objects.count() == 1


def test_a_reminded_member_is_led_to_the_page(put, carol, team):
    review = put(hours=20)
    tick()
    reminder = Message.objects.get(kind="review_reminder", user=carol)
    assert reminder.data["url"] == reverse("approvals:review", args=[team.slug, review.pk])
    assert ReviewRequest.objects.get(email=carol.email).former_hash == ""


def test_the_backup_is_asked_when_the_answer_is_late(put, alice, bob):
    review = put(hours=3)
    tick()
    assert review.requests.filter(email=alice.email, used_at=None).count() == 1
    [message] = Message.objects.filter(kind="review_overdue")
    assert message.user == bob
    assert "Carol, Ruth Abara" in message.data["comment"]
    assert f"{alice} was asked too" in message.data["comment"]
    letter = Message.objects.filter(kind="review_asked", user=alice).get()
    assert letter.data["late"] == "Carol, Ruth Abara"
    told("review_overdue")
    tick()
    assert told("review_overdue") == []
    assert review.requests.filter(email=alice.email).count() == 1
    say(review, alice.email)
    assert Post.objects.get(pk=review.post_id).stage == Stage.SCHEDULED


def test_the_backup_stands_in_for_one_of_all(put, workflow, alice, carol):
    workflow.stages.update(everybody=True)
    review = put(hours=3)
    tick()
    say(review, carol.email)
    assert Review.objects.get(pk=review.pk).state == Review.State.OPEN
    say(review, alice.email)
    assert Review.objects.get(pk=review.pk).state == Review.State.APPROVED


@pytest.mark.parametrize("why", ["nobody", "left", "viewer", "author", "reviewer"])
def test_without_a_backup_its_people_are_told_all_the_same(put, workflow, post, alice, bob, why):
    member = workflow.backup
    if why == "nobody":
        workflow.backup = None
        workflow.save(update_fields=["backup"])
    if why == "author":
        Post.objects.filter(pk=post.pk).update(author=alice)
    if why == "reviewer":
        ReviewerFactory(stage=workflow.stages.get(), membership=member)
    review = put(hours=3)
    if why == "left":
        member.delete()
    if why == "viewer":
        type(member).objects.filter(pk=member.pk).update(role="viewer")
    before = review.requests.count()
    tick()
    assert review.requests.count() == before
    assert bob.email in told("review_overdue")


def test_the_time_comes_without_an_approval(put, post, bob, carol, team, as_user):
    review = put(minutes=-1)
    keep_deadlines()
    assert told("review_missed") == [bob.email]
    assert told("review_overdue") == []
    post.refresh_from_db()
    assert post.stage == Stage.IN_REVIEW
    assert not Delivery.objects.exclude(state=DeliveryState.DRAFT).exists()
    tick()
    assert told("review_missed") == []
    page = as_user(carol).get(reverse("approvals:review", args=[team.slug, review.pk]))
    assert "nothing went out" in page.content.decode()
    move(review, minutes=-2)
    tick()
    assert told("review_missed") == [bob.email]


def test_other_programs_hear_of_it_once(put, team, alice):
    endpoint = endpoint_for(team, alice)
    names = ["review.overdue", "review.missed"]
    type(endpoint).objects.filter(pk=endpoint.pk).update(events=names)
    review = put(hours=3)
    tick()
    move(review, minutes=-1)
    tick()
    tick()
    heard = Event.objects.filter(team=team, name__in=names)
    assert sorted(event.name for event in heard) == sorted(names)
    assert {event.data["post"] for event in heard} == {review.post_id}


def test_what_is_asked_after_its_time_is_not_late(put):
    put(minutes=-5, began=timedelta(minutes=1))
    tick()
    assert told("review_missed") == []
    assert told("review_overdue") == []


@pytest.mark.parametrize("ended", ["approved", "changes", "withdrawn", "trashed", "edited"])
def test_what_is_over_is_left_alone(put, post, bob, carol, ended):
    review = put(hours=3)
    if ended in ("approved", "changes"):
        say(review, carol.email, "approve" if ended == "approved" else "changes")
    elif ended == "withdrawn":
        withdraw(review=review, by=bob.memberships.get(team=post.team))
    elif ended == "trashed":
        trash(post=Post.objects.get(pk=post.pk), by=bob)
    else:
        Post.objects.filter(pk=post.pk).update(stage=Stage.DRAFTING)
    before = Message.objects.count()
    for left in ({"hours": 20}, {"hours": 3}, {"minutes": -1}):
        move(review, **left)
        tick()
    assert Message.objects.count() == before


@pytest.mark.parametrize("lead", [0, 4, 30])
@pytest.mark.parametrize("began", [timedelta(0), timedelta(hours=9), LONG_AGO])
def test_page_and_tick_agree_when_an_answer_is_due(put, workflow, lead, began):
    workflow.lead_hours = lead
    workflow.save(update_fields=["lead_hours"])
    review = put(hours=24, began=began)
    [one] = deadlines._waiting()
    planned = Post.objects.get(pk=review.post_id).planned_at
    assert one.due == one.due_by(planned)
    early = planned - timedelta(hours=lead)
    assert one.due == (early if early > one.began_at else planned)


def test_the_mail_says_by_when(put, workflow, post, bob, link_of):
    at = timezone.now() + timedelta(hours=30)
    Post.objects.filter(pk=post.pk).update(planned_at=at, planned_zone="Europe/Lisbon")
    review = ask(post=Post.objects.get(pk=post.pk), by=bob)
    for request in review.requests.select_related("review__post"):
        assert request.answer_by == at - timedelta(hours=4)


def test_a_tick_does_a_bounded_part(put, workflow, team, bob, monkeypatch):
    monkeypatch.setattr(deadlines, "AT_ONCE", 2)
    first = put(hours=3)
    channel = first.post.channels.first()
    for _ in range(3):
        review = ask(post=PostFactory(team=team, author=bob, channels=[channel]), by=bob)
        move(review, hours=3)
        Round.objects.filter(review=review).update(began_at=timezone.now() - LONG_AGO)
    tick()
    assert len(told("review_overdue")) == 2
    tick()
    assert len(told("review_overdue")) == 2


@pytest.mark.django_db(transaction=True)
def test_two_ticks_and_a_decision_at_one_moment(put, carol):
    """Nobody is told twice, and whoever decided is asked no more."""
    review = put(hours=20)
    answers = together(tick, tick, lambda: say(review, carol.email))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    names = told("review_reminder")
    assert len(names) == len(set(names))
    assert Review.objects.get(pk=review.pk).state == Review.State.APPROVED
    tick()
    assert told("review_reminder") == []
