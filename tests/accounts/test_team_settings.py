import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.errors import LastOwner
from accounts.models import AuditEntry, Membership
from accounts.services import teams
from tests.factories.accounts import MembershipFactory

pytestmark = pytest.mark.django_db
GOOD = {"name": "Tidewater Lab", "time_zone": "Europe/Berlin"}


def url(name, team, **kwargs):
    return reverse(name, kwargs={"team": team.slug, **kwargs})


def of(team, user):
    return Membership.objects.get(team=team, user=user)


def test_the_page_shows_members_and_what_may_be_changed(as_user, alice, bob, team):
    page = as_user(alice).get(url("accounts:team_settings", team))
    assert page.status_code == 200
    assert "bob@demo.test" in page.text
    assert url("accounts:member_role", team, pk=of(team, bob).pk) in page.text


def test_saving(as_user, alice, team):
    response = as_user(alice).post(url("accounts:team_settings", team), GOOD)
    assert response.status_code == 302
    team.refresh_from_db()
    assert (team.name, team.time_zone) == ("Tidewater Lab", "Europe/Berlin")
    assert (team.review_required, team.allow_self_approval) == (False, False)
    assert team.slug == "tidewater"


def test_what_links_in_mails_ask_for(as_user, alice, team):
    asked = {**GOOD, "links_ask_code": "on", "links_sign_in": "on"}
    as_user(alice).post(url("accounts:team_settings", team), asked)
    team.refresh_from_db()
    assert (team.links_ask_code, team.links_sign_in) == (True, True)
    assert AuditEntry.objects.get(verb="team.settings").after["links_sign_in"] is True


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"time_zone": "Lisbon"}],
)
def test_a_bad_value_is_said_and_nothing_is_saved(as_user, alice, team, wrong):
    response = as_user(alice).post(
        url("accounts:team_settings", team), {**GOOD, "name": "Half typed", **wrong}
    )
    assert response.status_code == 422
    assert "field__error" in response.text
    assert ("Half typed" in response.text) == ("name" not in wrong)
    team.refresh_from_db()
    assert (team.name, team.time_zone) == ("Tidewater", "Europe/Lisbon")


def test_only_the_listed_fields_are_taken(as_user, alice, team, other_team):
    posted = {**GOOD, "slug": "taken", "id": other_team.pk, "created_at": "2001-01-01"}
    as_user(alice).post(url("accounts:team_settings", team), posted)
    team.refresh_from_db()
    assert team.slug == "tidewater"
    assert team.created_at.year > 2001


def test_roles_change(as_user, alice, bob, team, role_in):
    response = as_user(alice).post(
        url("accounts:member_role", team, pk=of(team, bob).pk), {"role": "admin"}
    )
    assert response.status_code == 302
    assert role_in(bob) == "admin"


def test_an_unknown_role_is_refused(as_user, alice, bob, team, role_in):
    response = as_user(alice).post(
        url("accounts:member_role", team, pk=of(team, bob).pk), {"role": "god"}
    )
    assert response.status_code == 422
    assert role_in(bob) == "editor"


def test_an_admin_cannot_touch_owners(as_user, alice, adam, bob, team, role_in):
    browser = as_user(adam)
    for user, role in ((bob, "owner"), (adam, "owner"), (alice, "viewer")):
        response = browser.post(
            url("accounts:member_role", team, pk=of(team, user).pk), {"role": role}
        )
        assert response.status_code == 403
    assert (
        browser.post(url("accounts:member_remove", team, pk=of(team, alice).pk)).status_code == 403
    )
    assert (role_in(alice), role_in(adam), role_in(bob)) == ("owner", "admin", "editor")


def test_an_editor_changes_nobody(as_user, bob, vera, team, role_in):
    for name in ("accounts:member_role", "accounts:member_remove"):
        response = as_user(bob).post(url(name, team, pk=of(team, vera).pk), {"role": "admin"})
        assert response.status_code == 403
    assert role_in(vera) == "viewer"


def test_the_last_owner_stays(as_user, alice, team, role_in):
    mine = of(team, alice).pk
    changed = as_user(alice).post(url("accounts:member_role", team, pk=mine), {"role": "editor"})
    removed = as_user(alice).post(url("accounts:member_remove", team, pk=mine))
    left = as_user(alice).post(url("accounts:leave", team))
    assert (changed.status_code, removed.status_code, left.status_code) == (409, 409, 302)
    assert "needs an owner" in changed.text
    assert role_in(alice) == "owner"


def test_members_of_other_teams_are_not_there(as_user, alice, mallory, team, other_team):
    theirs = of(other_team, mallory).pk
    for name in ("accounts:member_role", "accounts:member_remove"):
        response = as_user(alice).post(url(name, team, pk=theirs), {"role": "viewer"})
        assert response.status_code == 404
    assert of(other_team, mallory).role == "owner"


def test_removing_and_leaving(as_user, alice, bob, vera, team, role_in):
    as_user(alice).post(url("accounts:member_remove", team, pk=of(team, bob).pk))
    assert role_in(bob) is None
    assert as_user(vera).post(url("accounts:leave", team)).url == reverse("accounts:profile")
    assert role_in(vera) is None
    assert as_user(vera).post(url("accounts:leave", team)).status_code == 404


def test_changes_are_posts(as_user, alice, bob, team):
    pk = of(team, bob).pk
    for path in (
        url("accounts:member_role", team, pk=pk),
        url("accounts:member_remove", team, pk=pk),
    ):
        assert as_user(alice).get(path).status_code == 405
    assert as_user(alice).get(url("accounts:leave", team)).status_code == 405


def test_a_post_without_the_token_is_refused(alice, team, bob):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = browser.post(url("accounts:member_remove", team, pk=of(team, bob).pk))
    assert response.status_code == 403


def test_the_page_asks_the_same_few_questions_for_any_number_of_members(
    as_user, alice, team, django_assert_max_num_queries
):
    MembershipFactory.create_batch(60, team=team)
    browser = as_user(alice)
    with django_assert_max_num_queries(9):
        page = browser.get(url("accounts:team_settings", team))
    assert page.text.count('class="person"') == 50
    assert "?page=2" in page.text
    for odd in ("-1", "1e9", "x"):
        assert browser.get(url("accounts:team_settings", team), {"page": odd}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_step_down_at_one_moment(team, alice, bob):
    Membership.objects.filter(user=bob).update(role="owner")
    start, refused = threading.Barrier(2), []

    def step_down(user):
        try:
            mine = of(team, user)
            start.wait(10)
            teams.change_role(membership=mine, role="editor", by=mine)
        except LastOwner:
            refused.append(user)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=[user]) for user in (alice, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(refused) == 1
    assert Membership.objects.filter(team=team, role="owner").count() == 1


@pytest.mark.parametrize(("role", "shown"), [("admin", True), ("editor", False), ("viewer", False)])
def test_the_way_to_settings_is_shown_to_who_may_go(as_user, bob, team, role, shown):
    Membership.objects.filter(user=bob).update(role=role)
    page = as_user(bob).get(reverse("notifications:list", kwargs={"team": team.slug}))
    assert (url("accounts:team_settings", team) in page.text) == shown


# -- when a post cannot go out

RETRIES = {
    "late_after_minutes": "45",
    "retry_strategy": "custom",
    "retry_first_seconds": "20",
    "retry_tries": "4",
    "retry_pauses": "30 s, 2 min",
}
HTMX = {"HX-Request": "true"}


def test_how_it_is_tried_again_is_saved_and_said(as_user, alice, team):
    browser = as_user(alice)
    page = browser.get(url("accounts:team_settings", team))
    assert "4 more tries after 15 s, 30 s, 1 min, 2 min, then it waits for you." in page.text

    response = browser.post(url("accounts:team_retries", team), RETRIES)

    assert response.status_code == 302
    team.refresh_from_db()
    assert (team.late_after_minutes, team.retry_strategy, team.retry_tries) == (45, "custom", 4)
    assert team.retry_pauses == [30, 120]
    page = browser.get(response.url)
    assert "3 more tries after 30 s, 2 min, 2 min, then it waits for you." in page.text
    assert 'value="30 s, 2 min"' in page.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"late_after_minutes": "0"}, "greater than or equal to 1"),
        ({"late_after_minutes": "99999"}, "less than or equal to 1440"),
        ({"retry_first_seconds": "0"}, "greater than or equal to 1"),
        ({"retry_tries": "21"}, "less than or equal to 20"),
        ({"retry_tries": "many"}, "Enter a whole number"),
        ({"retry_strategy": "never"}, "not one of the available choices"),
        ({"retry_pauses": "30 s, 5 cows"}, "“5 cows” is not a pause"),
        ({"retry_pauses": ",".join(["1 s"] * 20)}, "At most 19 pauses"),
        ({"retry_pauses": ""}, "Write at least one pause"),
    ],
)
def test_what_is_wrong_with_it_is_said_and_what_was_typed_stays(as_user, alice, team, wrong, said):
    response = as_user(alice).post(url("accounts:team_retries", team), {**RETRIES, **wrong})

    assert response.status_code == 422
    assert said in response.text
    [(name, typed)] = wrong.items()
    retries = response.text.split('id="retries"')[1].split("</section>")[0]
    assert (f'value="{typed}"' in retries) == (name != "retry_strategy" and bool(typed))
    assert 'value="20"' in response.text or name == "retry_first_seconds"
    team.refresh_from_db()
    assert (team.retry_strategy, team.retry_pauses) == ("exponential", [])
    assert team.late_after_minutes == 30


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "3 more tries after 30 s, 2 min, 2 min, then it waits for you."),
        (
            {"retry_strategy": "linear"},
            "3 more tries after 20 s, 40 s, 1 min, then it waits for you.",
        ),
        ({"retry_tries": "1"}, "One try, then it waits for you."),
        ({"retry_tries": "2"}, "1 more try after 30 s, then it waits for you."),
        ({"retry_tries": ""}, ""),
    ],
)
def test_the_example_follows_the_choice_before_it_is_saved(as_user, alice, team, chosen, said):
    answer = as_user(alice).get(
        url("accounts:team_retries", team), {**RETRIES, **chosen}, headers=HTMX
    )

    assert answer.status_code == 200
    assert answer.text.startswith("<p")
    assert f">{said}</p>" in answer.text
    team.refresh_from_db()
    assert team.retry_strategy == "exponential"


def test_without_htmx_it_is_the_settings_page(as_user, alice, team):
    response = as_user(alice).get(url("accounts:team_retries", team))
    assert response.url == url("accounts:team_settings", team)


def test_only_who_manages_the_team_may_say_so(as_user, bob, mallory, team):
    for user, status in ((bob, 403), (mallory, 404)):
        response = as_user(user).post(url("accounts:team_retries", team), RETRIES)
        assert response.status_code == status
    team.refresh_from_db()
    assert team.retry_strategy == "exponential"
