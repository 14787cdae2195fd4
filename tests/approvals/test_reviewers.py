"""Choosing who reviews in a stage: members, roles and people outside."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from approvals import flows
from approvals.models import Reviewer, ReviewRequest, Round, Stage
from approvals.services import reviewers
from approvals.services.ask import ask
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(team):
    return StageFactory(workflow__team=team, name="Approval")


@pytest.fixture
def url(team, stage):
    def address(name="stage_reviewers", **kwargs):
        given = kwargs or {"stage_id": stage.pk}
        return reverse(f"approvals:{name}", kwargs={"team": team.slug, **given})

    return address


@pytest.fixture
def asked(team, bob):
    """Whom a post by bob would be put before."""

    def people(author=bob):
        post = PostFactory(team=team, author=author, channels=[ChannelFactory(team=team)])
        return [person.name for person in flows.plan_of(post).first]

    return people


def test_nobody_chosen_means_owners_and_admins(url, alice, asked, as_user):
    page = as_user(alice).get(url("stage")).content.decode()
    assert "owners and admins are asked" in page
    assert asked() == [str(alice)]


def test_member_role_and_outsider_are_added(team, url, alice, bob, carol, asked, as_user):
    browser = as_user(alice)
    member = carol.memberships.get(team=team)
    assert browser.post(url(), {"membership": member.pk}).status_code == 302
    outside = {"email": "ruth@harbour.test", "name": "Ruth Abara"}
    assert browser.post(url(), outside).status_code == 302
    assert asked() == ["Carol", "Ruth Abara"]
    # Carol is an editor, and is asked once.
    assert browser.post(url(), {"role": "editor"}).status_code == 302
    assert asked() == ["Carol", "Ruth Abara"]
    assert asked(author=alice) == ["Carol", "Ruth Abara", str(bob)]
    page = browser.get(url("stage")).content.decode()
    assert "everybody of this role" in page


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"email": "nonsense"},
        {"email": "a@b.test", "membership": "member"},
        {"email": "a@b.test", "role": "editor"},
        {"role": "viewer"},
    ],
)
def test_bad_input_keeps_what_was_typed(team, url, alice, carol, as_user, typed):
    member = carol.memberships.get(team=team).pk
    data = {key: member if value == "member" else value for key, value in typed.items()}
    response = as_user(alice).post(url(), data)
    assert response.status_code == 422
    assert typed.get("email", "") in response.content.decode()
    assert not Reviewer.objects.exists()


def test_twice_and_viewers_are_refused(team, url, alice, carol, vera, as_user):
    browser = as_user(alice)
    member = carol.memberships.get(team=team)
    browser.post(url(), {"membership": member.pk})
    assert browser.post(url(), {"membership": member.pk}).status_code == 422
    assert browser.post(url(), {"email": carol.email.upper()}).status_code == 422
    viewer = vera.memberships.get(team=team)
    assert browser.post(url(), {"membership": viewer.pk}).status_code == 422
    browser.post(url(), {"role": "admin"})
    assert browser.post(url(), {"role": "admin"}).status_code == 422
    assert Reviewer.objects.count() == 2


def test_removing_lowers_what_is_needed(team, url, alice, carol, as_user):
    browser = as_user(alice)
    browser.post(url(), {"membership": carol.memberships.get(team=team).pk})
    browser.post(url(), {"email": "ruth@harbour.test"})
    rule = {"name": "Approval", "rule": "number", "position": 1}
    assert browser.post(url("stage"), {**rule, "needed": 3}).status_code == 422
    assert browser.post(url("stage"), {**rule, "needed": 2}).status_code == 302
    first = Reviewer.objects.first()
    assert browser.post(url("reviewer_remove", reviewer_id=first.pk)).status_code == 302
    assert Stage.objects.get().needed == 1


def test_who_is_removed_outside_has_no_link_and_is_not_asked_later(team, bob, carol, stage):
    member = ReviewerFactory(stage=stage, membership=carol.memberships.get(team=team))
    later = StageFactory(workflow=stage.workflow, position=2, name="Client")
    ruth = ReviewerFactory(stage=later, outside=True)
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    review = ask(post=post, by=bob)
    reviewers.remove(team=team, reviewer=ruth)
    assert Round.objects.get(review=review, position=1).people == []
    reviewers.remove(team=team, reviewer=member)
    # Members who were asked stay asked.
    assert ReviewRequest.objects.get(review=review).revoked_at is None


def test_an_outsider_who_is_still_named_elsewhere_keeps_the_link(team, bob, stage):
    ruth = ReviewerFactory(stage=stage, outside=True)
    ReviewerFactory(stage=StageFactory(workflow=stage.workflow, position=2), outside=True)
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    review = ask(post=post, by=bob)
    reviewers.remove(team=team, reviewer=ruth)
    assert ReviewRequest.objects.get(review=review).revoked_at is None


def test_the_first_reviewer_makes_a_workflow(team, carol):
    member = carol.memberships.get(team=team)
    made = reviewers.add(team=team, membership=member)
    assert made.stage.workflow.team == team
    reviewers.add(team=team, email="ruth@harbour.test")
    assert Stage.objects.count() == 1
    assert AuditEntry.objects.filter(verb="reviewer.add").count() == 2


def test_roles_and_outsiders(url, stage, bob, mallory, other_team, as_user):
    reviewer = ReviewerFactory(stage=stage, outside=True)
    for name, extra in (
        ("stage_reviewers", {"stage_id": stage.pk}),
        ("stage", {"stage_id": stage.pk}),
        ("reviewer_remove", {"reviewer_id": reviewer.pk}),
    ):
        assert as_user(bob).post(url(name, **extra)).status_code == 403
        assert as_user(mallory).post(url(name, **extra)).status_code == 404
        foreign = reverse(f"approvals:{name}", kwargs={"team": other_team.slug, **extra})
        assert as_user(mallory).post(foreign).status_code == 404
    assert Reviewer.objects.count() == 1


def test_the_former_address_leads_on(team, alice, as_user):
    response = as_user(alice).get(reverse("approvals:reviewers", args=[team.slug]))
    assert response["Location"] == reverse("approvals:workflows", args=[team.slug])
