"""Choosing who reviews: members and people outside."""

import pytest
from django.urls import reverse

from approvals.models import Reviewer, Stage
from approvals.services.ask import reviewers_of

pytestmark = pytest.mark.django_db


def url(team, name="reviewers", **kwargs):
    return reverse(f"approvals:{name}", kwargs={"team": team.slug, **kwargs})


def test_nobody_chosen_means_owners_and_admins(team, alice, bob, as_user):
    page = as_user(alice).get(url(team)).content.decode()
    assert "owners and admins are asked" in page
    assert [p.email for p in reviewers_of(team, author=bob)[0]] == [alice.email]


def test_member_and_outsider_are_added(team, alice, bob, carol, as_user):
    browser = as_user(alice)
    member = carol.memberships.get(team=team)
    assert browser.post(url(team), {"membership": member.pk}).status_code == 302
    outside = {"email": "ruth@harbour.test", "name": "Ruth Abara"}
    assert browser.post(url(team), outside).status_code == 302
    people = reviewers_of(team, author=bob)[0]
    assert [p.name for p in people] == ["Carol", "Ruth Abara"]


@pytest.mark.parametrize(
    "typed", [{}, {"email": "nonsense"}, {"email": "a@b.test", "membership": "member"}]
)
def test_bad_input_keeps_what_was_typed(team, alice, carol, as_user, typed):
    member = carol.memberships.get(team=team).pk
    data = {key: member if value == "member" else value for key, value in typed.items()}
    response = as_user(alice).post(url(team), data)
    assert response.status_code == 422
    assert typed.get("email", "") in response.content.decode()
    assert not Reviewer.objects.exists()


def test_twice_and_viewers_are_refused(team, alice, carol, vera, as_user):
    browser = as_user(alice)
    member = carol.memberships.get(team=team)
    browser.post(url(team), {"membership": member.pk})
    assert browser.post(url(team), {"membership": member.pk}).status_code == 422
    assert browser.post(url(team), {"email": carol.email.upper()}).status_code == 422
    viewer = vera.memberships.get(team=team)
    assert browser.post(url(team), {"membership": viewer.pk}).status_code == 422
    assert Reviewer.objects.count() == 1


def test_removing_lowers_what_is_needed(team, alice, carol, as_user):
    browser = as_user(alice)
    browser.post(url(team), {"membership": carol.memberships.get(team=team).pk})
    browser.post(url(team), {"email": "ruth@harbour.test"})
    assert browser.post(url(team, "reviewers_needed"), {"needed": 3}).status_code == 422
    assert browser.post(url(team, "reviewers_needed"), {"needed": 2}).status_code == 302
    first = Reviewer.objects.first()
    assert browser.post(url(team, "reviewer_remove", reviewer_id=first.pk)).status_code == 302
    assert Stage.objects.get().needed == 1


def test_roles_and_outsiders(team, alice, bob, mallory, other_team, as_user):
    as_user(alice).post(url(team), {"email": "ruth@harbour.test"})
    reviewer = Reviewer.objects.get()
    for name, extra in (
        ("reviewers", {}),
        ("reviewers_needed", {}),
        ("reviewer_remove", {"reviewer_id": reviewer.pk}),
    ):
        assert as_user(bob).post(url(team, name, **extra)).status_code == 403
        assert as_user(mallory).post(url(team, name, **extra)).status_code == 404
    foreign = url(other_team, "reviewer_remove", reviewer_id=reviewer.pk)
    assert as_user(mallory).post(foreign).status_code == 404
    assert Reviewer.objects.count() == 1
