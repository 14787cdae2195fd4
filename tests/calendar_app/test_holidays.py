"""Public holidays on the calendar and where a time is chosen: said, and in nobody's way."""

import pytest
from django.urls import reverse

from calendar_app.queries.ahead import ahead, intent_of
from calendar_app.templatetags import holidays as tags
from tests.calendar_app.december import HX, at, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
LABEL = "Public holiday: </span>"


@pytest.fixture
def portugal(team):
    """The eighth of December is one; so is Christmas."""
    team.holiday_country = "PT"
    team.save(update_fields=["holiday_country"])


def url(name, team, **query):
    return reverse(f"calendar_app:{name}", kwargs={"team": team.slug}, query=query)


PAGES = [
    ("month", {"month": "2026-12", "day": "2026-12-25"}, 5),
    ("week", {"week": "2026-12-09"}, 1),
    ("day", {"day": "2026-12-08"}, 2),
]


@pytest.mark.parametrize(("name", "query", "labels"), PAGES)
def test_the_calendar_shows_them(team, portugal, vera, as_user, name, query, labels):
    html = as_user(vera).get(url(name, team, **query)).text
    assert html.count(LABEL) == labels
    assert "Immaculate Conception" in html
    part = as_user(vera).get(url(name, team, **query), headers=HX).text
    assert "Immaculate Conception" in part


@pytest.mark.parametrize(("name", "query", "labels"), PAGES)
def test_none_unless_a_country_is_chosen(team, vera, as_user, name, query, labels):
    assert "holiday" not in as_user(vera).get(url(name, team, **query)).text


def test_the_list_has_them_beside_the_day(team, portugal, planned, vera, as_user):
    planned("One", at(25, 9))
    planned("Two", at(23, 9))
    html = as_user(vera).get(url("list", team)).text
    assert html.count(LABEL) == 1
    assert "Christmas Day" in html.split("Friday 25 December")[1].split("</h2>")[0]


def test_in_the_readers_language(team, portugal, vera, as_user):
    vera.language = "de"
    vera.save(update_fields=["language"])
    team.holiday_country = "DE"
    team.save(update_fields=["holiday_country"])
    html = as_user(vera).get(url("month", team, month="2026-12")).text
    assert "Erster Weihnachtstag" in html


def test_names_are_text(team, portugal, vera, as_user, monkeypatch):
    monkeypatch.setattr(tags, "called", lambda team, day: '"><script>')
    html = as_user(vera).get(url("month", team)).text
    assert "<script>" not in html.replace("<script ", "")
    assert "&quot;&gt;&lt;script&gt;" in html


def test_the_pill_of_a_conflict_names_it_too(team, portugal, planned, bob, as_user):
    planned("One", at(25, 9, 30))
    planned("Other", at(25, 9, 40))
    html = as_user(bob).get(url("month", team, month="2026-12")).text
    assert "10 minutes after “One” on News. Public holiday: Christmas Day." in html


def test_a_holiday_refuses_nothing(team, portugal, planned, bob, as_user):
    post = planned("One", at(20, 9))
    warned = ahead(team, intent_of(post), at(25, 9))
    assert not warned
    assert warned.notes == ["Fri 25 Dec is a public holiday: Christmas Day."]
    typed = {"day": "2026-12-25", "time": "09:40", "typed": "1", "month": "2026-12"}
    assert as_user(bob).post(move(post), typed).status_code == 302
    post.refresh_from_db()
    assert post.planned_at == at(25, 9, 40)
    page = as_user(bob).get(move(post)).text
    assert "Fri 25 Dec is a public holiday: Christmas Day." in page
    assert 'data-tone="warn"' not in page


def test_a_drag_mentions_it(team, portugal, planned, bob, as_user):
    post = planned("One", at(20, 9, 40))
    dragged = {"day": "2026-12-25", "time": "", "month": "2026-12"}
    response = as_user(bob).post(move(post), dragged, headers=HX)
    assert response.status_code == 200
    assert "Christmas Day" in response.headers["HX-Trigger"]


def test_the_composer_mentions_it(team, portugal, channel, planned, bob, as_user):
    asked = {"date": "2026-12-25", "time": "09:20", "when": "pick"}
    html = as_user(bob).get(url("conflicts", team), asked, headers=HX).text
    assert "public holiday: Christmas Day" in html
    assert "triangle-alert" not in html
    planned("One", at(25, 9, 30))
    both = (
        as_user(bob).get(url("conflicts", team), {**asked, "channels": channel.pk}, headers=HX).text
    )
    assert "10 minutes before “One”" in both
    assert "public holiday: Christmas Day" in both


def test_the_day_is_that_of_the_team(team, portugal, planned):
    """In Auckland it is Christmas while Lisbon still has the eve."""
    team.time_zone = "Pacific/Auckland"
    team.save(update_fields=["time_zone"])
    post = planned("One", at(20, 9))
    assert ahead(team, intent_of(post), at(24, 12)).notes
    assert not ahead(team, intent_of(post), at(25, 12)).notes
