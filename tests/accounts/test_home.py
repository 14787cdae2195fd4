import pytest
from django.urls import reverse

from accounts.models import Membership, Team
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def board(team):
    return reverse("calendar_app:board", kwargs={"team": team.slug})


def test_signed_out_goes_to_sign_in(client):
    assert client.get(reverse("home")).url == reverse("account_login")


def test_without_a_team_one_makes_one(as_user):
    assert as_user(UserFactory()).get(reverse("home")).url == reverse("accounts:team_create")


def test_the_last_team_opens_again(as_user, alice, team):
    second = TeamFactory(name="Zebra")
    MembershipFactory(team=second, user=alice)
    browser = as_user(alice)
    assert browser.get(reverse("home")).url == board(team)
    switched = browser.post(reverse("accounts:switch"), {"team": second.slug})
    assert switched.url == board(second)
    assert browser.get(reverse("home")).url == board(second)
    Membership.objects.filter(team=second, user=alice).delete()
    assert browser.get(reverse("home")).url == board(team)


def test_nobody_switches_to_a_team_of_others(as_user, alice, other_team):
    for wanted in (other_team.slug, "", "nowhere", "\x00"):
        response = as_user(alice).post(reverse("accounts:switch"), {"team": wanted})
        assert response.status_code == 404
    assert as_user(alice).get(reverse("accounts:switch")).status_code == 405


def test_a_new_team_belongs_to_who_made_it(as_user):
    user = UserFactory()
    posted = {"name": "Årsta Häfen & Söhne", "time_zone": "Europe/Stockholm"}
    response = as_user(user).post(reverse("accounts:team_create"), posted)
    made = Team.objects.get()
    assert response.url == board(made)
    assert (made.slug, made.time_zone) == ("arsta-hafen-sohne", "Europe/Stockholm")
    assert Membership.objects.get().role == "owner"


def test_slugs_do_not_collide(as_user, team):
    for _ in range(2):
        posted = {"name": "Tidewater", "time_zone": "UTC"}
        as_user(UserFactory()).post(reverse("accounts:team_create"), posted)
    as_user(UserFactory()).post(
        reverse("accounts:team_create"), {"name": "日本", "time_zone": "UTC"}
    )
    slugs = set(Team.objects.values_list("slug", flat=True))
    assert slugs == {"tidewater", "tidewater-2", "tidewater-3", "team"}


@pytest.mark.parametrize(
    "posted",
    [
        {"name": "", "time_zone": "UTC"},
        {"name": "Kept", "time_zone": "Mars/Olympus"},
        {"name": "Kept", "time_zone": ""},
        {"name": "Ke\x00pt", "time_zone": "UTC"},
        {"name": "K" * 81, "time_zone": "UTC"},
        {},
    ],
)
def test_a_bad_form_is_said_and_kept(as_user, posted):
    response = as_user(UserFactory()).post(reverse("accounts:team_create"), posted)
    assert response.status_code == 422
    assert posted.get("name", "").replace("\x00", "") in response.text.replace("\x00", "")
    assert "field__error" in response.text
    assert not Team.objects.exists()


def test_making_a_team_needs_an_account(client):
    response = client.get(reverse("accounts:team_create"))
    assert response.url.startswith(reverse("account_login"))
