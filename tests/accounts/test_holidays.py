"""Public holidays: what they are called, in which language, and who chooses whose."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from accounts import holidays
from accounts.models import Team
from tests.factories.accounts import TeamFactory

UNITY, EPIPHANY = date(2026, 10, 3), date(2026, 1, 6)
HX = {"HX-Request": "true"}


def of(country, region=""):
    return Team(holiday_country=country, holiday_region=region)


@pytest.mark.parametrize(
    ("language", "country", "day", "name"),
    [
        ("en", "DE", UNITY, "German Unity Day"),
        ("de", "DE", UNITY, "Tag der Deutschen Einheit"),
        ("de-at", "DE", UNITY, "Tag der Deutschen Einheit"),
        ("de", "PT", date(2026, 12, 8), "Immaculate Conception"),
        ("en", "", UNITY, ""),
        ("en", "DE", date(2026, 10, 5), ""),
        ("en", "ZZ", UNITY, ""),
    ],
)
def test_in_the_readers_language_or_in_english(language, country, day, name):
    with translation.override(language):
        assert holidays.called(of(country), day) == name


@pytest.mark.parametrize(("region", "free"), [("BY", True), ("BE", False), ("", False)])
def test_regions_have_their_own(region, free):
    assert bool(holidays.called(of("DE", region), EPIPHANY)) is free
    assert holidays.called(of("DE", region), UNITY)


def test_a_region_that_is_no_more_leaves_the_country():
    assert holidays.called(of("DE", "Atlantis"), UNITY) == "German Unity Day"


def test_a_year_is_computed_once():
    holidays._year.cache_clear()
    for day in range(1, 28):
        holidays.called(of("DE"), date(2027, 2, day))
    assert holidays._year.cache_info().misses == 1


def test_every_country_and_region_can_be_chosen():
    """As the package has them today: codes fit their columns, and names are names."""
    known = holidays.countries()
    assert len(known) > 200
    assert dict(known)["DE"] == "Germany"
    assert dict(known)["BA"] == "Bosnia and Herzegovina"
    assert [name for _code, name in known] == sorted(name for _code, name in known)
    size = Team._meta.get_field("holiday_region").max_length
    for code, _name in known:
        assert len(code) == 2
        for region, called in holidays.regions(code):
            assert called
            assert len(region) <= size
    assert ("BY", "Bayern") in holidays.regions("DE")
    assert holidays.regions("ZZ") == []


@pytest.mark.django_db
def test_a_region_is_of_a_country():
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamFactory(holiday_region="BY")


# -- the team's settings


@pytest.fixture
def address(team):
    return reverse("accounts:team_holidays", kwargs={"team": team.slug})


def choose(country, region=""):
    return {"holiday_country": country, "holiday_region": region}


def chosen(team):
    team.refresh_from_db()
    return team.holiday_country, team.holiday_region


@pytest.mark.django_db
def test_none_is_chosen_until_somebody_does(as_user, alice, team, address):
    page = as_user(alice).get(reverse("accounts:team_settings", kwargs={"team": team.slug}))
    assert '<option value="" selected>No country</option>' in page.text
    assert 'id="holiday-region" hidden' in page.text
    assert as_user(alice).post(address, choose("DE", "BY")).status_code == 302
    assert chosen(team) == ("DE", "BY")
    page = as_user(alice).get(reverse("accounts:team_settings", kwargs={"team": team.slug}))
    assert '<option value="BY" selected>Bayern</option>' in page.text
    as_user(alice).post(address, choose(""))
    assert chosen(team) == ("", "")


@pytest.mark.django_db
def test_the_region_of_another_country_is_dropped(as_user, alice, team, address):
    as_user(alice).post(address, choose("DE", "BY"))
    as_user(alice).post(address, choose("PT", "BY"))
    assert chosen(team) == ("PT", "")
    as_user(alice).post(address, choose("", "BY"))
    assert chosen(team) == ("", "")


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["ZZ", "DEU", "\x00", "x" * 300])
def test_no_country_is_said(as_user, alice, team, address, country):
    response = as_user(alice).post(address, choose(country))
    assert response.status_code == 422
    assert "field__error" in response.text
    assert chosen(team) == ("", "")


@pytest.mark.django_db
def test_a_country_offers_its_regions_at_once(as_user, alice, team, address):
    fragment = as_user(alice).get(address, choose("DE"), headers=HX)
    assert fragment.status_code == 200
    assert "Bayern" in fragment.text
    assert "<html" not in fragment.text
    assert 'id="holiday-region" hidden' in as_user(alice).get(address, headers=HX).text
    assert as_user(alice).get(address, choose("DE")).status_code == 302
    assert chosen(team) == ("", "")


@pytest.mark.django_db
def test_who_may_choose(as_user, bob, vera, mallory, address, team):
    for person, status in ((bob, 403), (vera, 403), (mallory, 404)):
        assert as_user(person).post(address, choose("DE")).status_code == status
        assert as_user(person).get(address).status_code == status
    assert chosen(team) == ("", "")
