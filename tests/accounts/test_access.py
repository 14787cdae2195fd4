"""Who may open a page, shown on the settings of a team and on the profile."""

from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.access import enter
from accounts.models import Membership

pytestmark = pytest.mark.django_db
ROLES = ("owner", "admin", "editor", "viewer")


@pytest.fixture
def url(team):
    return reverse("accounts:team_settings", kwargs={"team": team.slug})


def test_an_outsider_sees_what_nobody_sees(as_user, mallory, url, plain):
    outside = as_user(mallory).get(url)
    nowhere = as_user(mallory).get(
        reverse("accounts:team_settings", kwargs={"team": "no-such-team"})
    )
    assert outside.status_code == nowhere.status_code == 404
    assert "Tidewater" not in outside.text
    assert plain(outside) == plain(nowhere)


def test_a_role_without_the_right_gets_403(as_user, bob, vera, url):
    assert as_user(bob).get(url).status_code == 403
    assert as_user(vera).post(url, {"name": "Mine"}).status_code == 403


def test_signed_out_comes_back_after_sign_in(client, url):
    assert client.get(url).url == f"{reverse('account_login')}?next={url}"


def test_an_expired_session_tells_htmx_to_leave_the_page(client, url):
    page = "http://testserver/t/tidewater/settings/?tab=team#top"
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    response = client.post(url, headers=headers)
    assert response.status_code == 401
    there = response.headers["HX-Redirect"]
    back = quote("/t/tidewater/settings/?tab=team", safe="")
    assert there == f"{reverse('account_login')}?next={back}"
    assert "You were signed out. Nothing was changed." in client.get(there).text


def test_a_reading_without_a_session_says_nothing_of_changes(client, url):
    response = client.get(url, headers={"HX-Request": "true"})
    assert "Nothing was changed" not in client.get(response.headers["HX-Redirect"]).text


@pytest.mark.parametrize(
    "page",
    ["https://elsewhere.example/t/", "//elsewhere.example/t/", "javascript:alert(1)", "", "x y"],
)
def test_the_way_back_stays_in_the_house(client, url, page):
    response = client.post(url, headers={"HX-Request": "true", "HX-Current-URL": page})
    assert "elsewhere" not in response.headers["HX-Redirect"]
    assert "javascript" not in response.headers["HX-Redirect"]


def test_the_htmx_header_opens_nothing(as_user, mallory, bob, url):
    headers = {"HX-Request": "true"}
    assert as_user(mallory).get(url, headers=headers).status_code == 404
    assert as_user(bob).get(url, headers=headers).status_code == 403


def test_a_lost_role_counts_at_the_next_request(as_user, alice, url):
    browser = as_user(alice)
    assert browser.get(url).status_code == 200
    Membership.objects.filter(user=alice).update(role="viewer")
    assert browser.get(url).status_code == 403
    Membership.objects.filter(user=alice).delete()
    assert browser.get(url).status_code == 404


def test_personal_pages_are_not_stored(as_user, alice, url):
    assert as_user(alice).get(url).headers["Cache-Control"] == "no-store"


def test_a_page_costs_three_statements_before_its_own(
    rf, as_user, alice, team, django_assert_num_queries
):
    browser = as_user(alice)
    url = reverse("notifications:changes", kwargs={"team": team.slug})
    with django_assert_num_queries(4):  # session, user, membership with team; the page's own
        assert browser.get(url, {"after": 0}).status_code == 200


@pytest.mark.parametrize(("own", "shown"), [("Asia/Tokyo", "Asia/Tokyo"), ("", "Europe/Lisbon")])
def test_times_are_shown_in_ones_own_zone_else_the_teams(rf, alice, team, own, shown):
    alice.time_zone = own
    request = rf.get("/")
    request.user = alice
    with timezone.override(own or None):
        enter(request, team.slug, "view")
        assert timezone.get_current_timezone_name() == shown


def test_every_role_knows_every_right_by_table():
    assert {role: sorted(rights) for role, rights in permissions.MAY.items()} == {
        "owner": sorted(
            ["view", "comment", "write", "review", "schedule", "publish", "connect", "manage"]
        ),
        "admin": sorted(
            ["view", "comment", "write", "review", "schedule", "publish", "connect", "manage"]
        ),
        "editor": sorted(["view", "comment", "write", "review", "schedule", "publish"]),
        "viewer": ["view"],
    }


@pytest.mark.parametrize("actor", ROLES)
@pytest.mark.parametrize("now", [None, *ROLES])
@pytest.mark.parametrize("then", [None, *ROLES])
def test_only_owners_touch_owners(actor, now, then):
    allowed = permissions.may_assign(actor=actor, now=now, then=then)
    assert allowed == (actor == "owner" or (actor == "admin" and "owner" not in {now, then}))
