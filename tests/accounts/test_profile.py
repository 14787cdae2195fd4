import pytest
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db
URL = "accounts:profile"


def test_the_page_needs_an_account(client):
    for name in ("accounts:profile", "accounts:theme"):
        assert client.post(reverse(name)).url.startswith(reverse("account_login"))


def test_saving(as_user, bob):
    posted = {"name": "Robert", "time_zone": "Asia/Tokyo", "theme": "dark", "is_staff": "on"}
    assert as_user(bob).post(reverse(URL), posted).status_code == 302
    bob.refresh_from_db()
    assert (bob.name, bob.time_zone, bob.theme, bob.is_staff) == (
        "Robert",
        "Asia/Tokyo",
        "dark",
        False,
    )
    assert 'data-theme="dark"' in as_user(bob).get(reverse(URL)).text


def test_language_and_density(as_user, bob):
    browser = as_user(bob)
    posted = {"name": "Bob", "language": "de", "density": "compact"}
    assert browser.post(reverse(URL), posted).status_code == 302
    page = browser.get(reverse(URL))
    assert '<html lang="de" data-density="compact">' in page.text
    assert "Zeiten anzeigen in" in page.text
    assert "Gespeichert" in page.text
    assert page.headers["Content-Language"] == "de"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"),
        (" new york ", "America/New_York"),
        ("LISBON", "Europe/Lisbon"),
        ("utc", "UTC"),
        ("", ""),
    ],
)
def test_a_zone_may_be_called_by_its_place(as_user, bob, typed, kept):
    assert as_user(bob).post(reverse(URL), {"name": "B", "time_zone": typed}).status_code == 302
    bob.refresh_from_db()
    assert bob.time_zone == kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "Indianapolis, perhaps"},
        {"time_zone": "x" * 9000},
        {"theme": "pink"},
        {"language": "xx"},
        {"density": "dense"},
    ],
)
def test_a_bad_value_is_said_and_the_rest_kept(as_user, bob, wrong):
    posted = {"name": "Half typed", "time_zone": "", "theme": "", **wrong}
    response = as_user(bob).post(reverse(URL), posted)
    assert response.status_code == 422
    assert "Half typed" in response.text
    bob.refresh_from_db()
    assert bob.name == "Bob"


@pytest.mark.parametrize(("theme", "status"), [("dark", 204), ("", 204), ("pink", 422)])
def test_the_theme_is_kept_on_the_account(as_user, bob, theme, status):
    User.objects.filter(pk=bob.pk).update(theme="light")
    response = as_user(bob).post(reverse("accounts:theme"), {"theme": theme})
    assert response.status_code == status
    bob.refresh_from_db()
    assert bob.theme == (theme if status == 204 else "light")


def test_without_a_script_the_theme_leads_back(as_user, bob):
    for back, lands in (
        ("http://testserver/t/x/", "http://testserver/t/x/"),
        ("//evil.example", "/you/"),
    ):
        headers = {"Sec-Fetch-Mode": "navigate", "Referer": back}
        response = as_user(bob).post(reverse("accounts:theme"), {"theme": "dark"}, headers=headers)
        assert response.url == lands


def test_the_page_asks_the_same_few_questions(as_user, bob, django_assert_max_num_queries):
    browser = as_user(bob)
    with django_assert_max_num_queries(4):
        page = browser.get(reverse(URL))
    assert "Tidewater" in page.text


def test_names_are_shown_as_text(as_user, bob, alice, team):
    User.objects.filter(pk=bob.pk).update(name="<img src=x onerror=alert(1)>")
    page = as_user(alice).get(reverse("accounts:team_settings", kwargs={"team": team.slug}))
    assert "<img src=x" not in page.text
    assert "&lt;img src=x" in page.text
