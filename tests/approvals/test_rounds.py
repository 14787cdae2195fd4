"""Reviews of several stages: who is asked when, and what ends it."""

from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Membership
from approvals.errors import NobodyToAsk, ReviewError
from approvals.flows import plan_of
from approvals.models import Decision, Review, Reviewer, Round, Stage, Workflow
from approvals.naming import channel_name
from approvals.services import reviewers, workflows
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from approvals.services.inviting import renew
from notifications.models import Message
from posts.models import Activity, Approval, Post
from posts.states import Stage as PostStage
from tests.factories.approvals import ReviewerFactory, StageFactory, WorkflowFactory
from tests.factories.posts import DeliveryFactory, TagFactory
from tests.security.moments import errors, together

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"


@pytest.fixture
def workflow(team):
    return WorkflowFactory(team=team, name="Press")


@pytest.fixture
def row(workflow, team, carol):
    """Carol, then Ruth from outside."""
    first = StageFactory(workflow=workflow, name="Editor", position=1)
    ReviewerFactory(stage=first, membership=carol.memberships.get(team=team))
    ReviewerFactory(stage=StageFactory(workflow=workflow, name="Legal", position=2), outside=True)
    return workflow


def say(review, email, kind="approve"):
    asked = review.requests.filter(email=email).latest("pk")
    seen = review.content_hash
    return decide(request=asked, kind=kind, seen_hash=seen, trace=Trace("page"), comment="No")


def asked(review):
    open_now = review.requests.filter(used_at=None, revoked_at=None)
    return sorted(open_now.values_list("email", flat=True))


def stage_of(review):
    return Post.objects.get(pk=review.post_id).stage


def test_the_next_stage_is_asked_when_the_first_has_its_approval(row, post, bob, carol):
    review = ask(post=post, by=bob)
    assert asked(review) == [carol.email]
    say(review, carol.email)
    assert asked(review) == [RUTH]
    assert stage_of(review) == PostStage.IN_REVIEW
    assert Message.objects.filter(kind="review_asked", email=RUTH).count() == 1
    say(review, RUTH)
    assert stage_of(review) == PostStage.APPROVED
    assert Approval.objects.get(revoked_at=None).source == "review"
    review.refresh_from_db()
    assert review.state == Review.State.APPROVED
    assert all(review.rounds.values_list("ended_at", flat=True))


def test_changes_asked_for_in_the_first_stage_end_it(row, post, bob, carol):
    review = ask(post=post, by=bob)
    say(review, carol.email, "changes")
    assert stage_of(review) == PostStage.CHANGES_REQUESTED
    assert asked(review) == []
    assert not Message.objects.filter(kind="review_asked", email=RUTH).exists()


def test_all_at_once(row, post, bob, carol):
    row.at_once = True
    row.save(update_fields=["at_once"])
    review = ask(post=post, by=bob)
    assert asked(review) == sorted([carol.email, RUTH])
    say(review, RUTH)
    assert stage_of(review) == PostStage.IN_REVIEW
    say(review, carol.email)
    assert stage_of(review) == PostStage.APPROVED


def test_everybody_must_agree_and_a_satisfied_stage_asks_nobody_more(
    workflow, team, post, bob, carol, alice
):
    stage = StageFactory(workflow=workflow, everybody=True)
    for user in (carol, alice):
        ReviewerFactory(stage=stage, membership=user.memberships.get(team=team))
    ReviewerFactory(stage=StageFactory(workflow=workflow, position=2), outside=True)
    review = ask(post=post, by=bob)
    say(review, carol.email)
    assert asked(review) == [alice.email]
    say(review, alice.email)
    assert asked(review) == [RUTH]


def test_any_one_of_a_stage_is_enough_and_the_others_need_not_answer(row, team, post, bob, alice):
    first = row.stages.get(position=1)
    ReviewerFactory(stage=first, membership=alice.memberships.get(team=team))
    review = ask(post=post, by=bob)
    say(review, alice.email)
    assert asked(review) == [RUTH]
    with pytest.raises(ReviewError):
        say(review, "carol@demo.test")


def test_one_yes_counts_in_every_stage_that_names_the_person(row, team, post, bob, carol):
    second = row.stages.get(position=2)
    ReviewerFactory(stage=second, membership=carol.memberships.get(team=team))
    review = ask(post=post, by=bob)
    say(review, carol.email)
    assert stage_of(review) == PostStage.APPROVED
    assert Decision.objects.count() == 1


def test_later_changes_of_the_workflow_leave_a_running_review_alone(row, post, bob, carol):
    review = ask(post=post, by=bob)
    workflows.remove_stage(stage=row.stages.get(position=2))
    say(review, carol.email)
    assert asked(review) == [RUTH]
    workflows.remove(workflow=row)
    assert not Stage.objects.exists()
    say(review, RUTH)
    assert stage_of(review) == PostStage.APPROVED


def test_who_left_the_team_meanwhile_is_not_asked(row, team, post, bob, carol, alice):
    """Where nobody of a stage is left, the owners and admins are."""
    second = row.stages.get(position=2)
    second.reviewers.all().delete()
    extra = Membership.objects.get(team=team, user=alice)
    gone = ReviewerFactory(stage=second).membership
    review = ask(post=post, by=bob)
    gone.delete()
    say(review, carol.email)
    assert asked(review) == [alice.email]
    extra.delete()
    with pytest.raises(ReviewError, match="no longer a reviewer"):
        say(review, alice.email)


def test_who_left_gets_no_new_link(review, carol):
    request = review.requests.get(email=carol.email)
    request.membership.delete()
    request.refresh_from_db()
    before = Message.objects.count()
    assert renew(request) is None
    assert Message.objects.count() == before


def test_a_stage_of_nobody_but_the_author_is_said(row, team, post, bob):
    second = row.stages.get(position=2)
    second.reviewers.all().delete()
    ReviewerFactory(stage=second, membership=bob.memberships.get(team=team))
    with pytest.raises(NobodyToAsk, match="“Legal”"):
        ask(post=post, by=bob)
    assert not Review.objects.exists()


def test_the_union_of_two_workflows(row, team, post, bob, carol, alice):
    """One channel has a workflow of its own, the other takes the team's."""
    own = WorkflowFactory(team=team, name="Own", reach="channels")
    own.channels.add(post.channels.first())
    ReviewerFactory(stage=StageFactory(workflow=own), membership=alice.memberships.get(team=team))
    review = ask(post=post, by=bob)
    assert asked(review) == sorted([carol.email, alice.email])
    for email in (alice.email, carol.email):
        say(review, email)
        assert stage_of(review) == PostStage.IN_REVIEW
    say(review, RUTH)
    assert stage_of(review) == PostStage.APPROVED


def test_no_review_needed(team, post, bob, as_user):
    WorkflowFactory(team=team, name="Small things", asks=False)
    target = reverse("approvals:post_review", args=[team.slug, post.pk])
    assert "approved at once" in as_user(bob).get(target).content.decode()
    assert as_user(bob).post(target).status_code == 302
    post.refresh_from_db()
    assert post.stage == PostStage.APPROVED
    approval = Approval.objects.get(post=post)
    assert (approval.source, approval.content_hash) == ("no_review", post.content_hash)
    review = Review.objects.get()
    assert (review.state, review.requests.count()) == (Review.State.APPROVED, 0)
    assert Activity.objects.get(kind="post.waive").data["workflow"] == "Small things"
    assert not Message.objects.filter(kind="review_asked").exists()


def test_what_a_post_is_decides(team, post):
    """The facts are read from the post, its channels and their past."""
    tag = TagFactory(team=team)
    for name, fields in (
        ("Links", {"when_link": True}),
        ("Pictures", {"when_media": True}),
        ("New channels", {"when_fresh": True}),
        ("Tagged", {}),
    ):
        made = WorkflowFactory(team=team, name=name, **fields)
        if name == "Tagged":
            made.tags.add(tag)

    def names():
        return {path.flow.name for path in plan_of(post).paths}

    assert names() == {"Pictures", "New channels"}
    for channel in post.channels.all():
        DeliveryFactory(post=post, channel=channel, queued=True)
        post.deliveries.update(state="published", remote_id="1")
    post.tags.add(tag)
    assert names() == {"Pictures", "Tagged"}
    post.variants.filter(channel=post.channels.first()).update(
        first_comment="See https://tide.example/buoys"
    )
    assert names() == {"Pictures", "Tagged", "Links"}


def test_a_review_from_before_there_were_rounds_still_counts(review, carol):
    Round.objects.all().delete()
    Review.objects.filter(pk=review.pk).update(needed=2)
    say(review, carol.email)
    assert stage_of(review) == PostStage.IN_REVIEW
    say(review, RUTH)
    assert stage_of(review) == PostStage.APPROVED


def test_the_page_of_a_review_shows_its_stages(row, post, bob, carol, team, as_user):
    review = ask(post=post, by=bob)
    page = as_user(carol).get(reverse("approvals:review", args=[team.slug, review.pk]))
    text = page.content.decode()
    assert "Editor" in text
    assert "Legal" in text
    assert "comes after that" in text


def test_who_will_be_asked_names_the_reasons(row, post, bob, team, as_user):
    own = WorkflowFactory(team=team, name="Own", reach="channels")
    channel = post.channels.first()
    own.channels.add(channel)
    page = as_user(bob).get(reverse("approvals:post_review", args=[team.slug, post.pk]))
    text = page.content.decode()
    assert "goes through all of them" in text
    assert "Own" in text
    assert "because of " in text
    assert channel_name(channel) in text
    assert "Ruth Abara" in text


@pytest.mark.django_db(transaction=True)
def test_the_last_two_stages_end_at_one_moment(row, post, bob, carol):
    row.at_once = True
    row.save(update_fields=["at_once"])
    review = ask(post=post, by=bob)
    answers = together(lambda: say(review, carol.email), lambda: say(review, RUTH))
    assert not errors(answers)
    assert stage_of(review) == PostStage.APPROVED
    assert Approval.objects.filter(post=post, revoked_at=None).count() == 1
    assert Activity.objects.filter(kind="post.approve").count() == 1


@pytest.mark.django_db(transaction=True)
def test_somebody_outside_is_taken_off_as_their_stage_begins(row, team, post, bob, carol):
    """Whichever is first: in the end they have no link that decides."""
    review = ask(post=post, by=bob)
    ruth = Reviewer.objects.get(email=RUTH)
    answers = together(
        lambda: say(review, carol.email), lambda: reviewers.remove(team=team, reviewer=ruth)
    )
    assert not errors(answers)
    assert RUTH not in asked(review)
    assert stage_of(review) == PostStage.IN_REVIEW


def test_of_several_workflows_only_the_first_was_asked_and_stays_in_force(team, other_team):
    first, second = (WorkflowFactory(team=team) for _ in range(2))
    theirs = WorkflowFactory(team=other_team)
    migration = import_module("approvals.migrations.0004_workflows")
    with connection.cursor() as cursor:
        cursor.execute(migration.ONE_IN_FORCE)
    in_force = Workflow.objects.filter(active=True).order_by("pk")
    assert list(in_force) == [first, theirs]
    assert not Workflow.objects.get(pk=second.pk).active
