"""The week, the day, the list and the month's agenda point out conflicts, to whoever may look."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from posts.models import Blackout
from tests.calendar_app.december import HX, NOW, at, move
from tests.calendar_app.hours import cell, day, week

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
SAID = "“Other”: 10 minutes after “One” on News."


@pytest.fixture
def pair(planned):
    return planned("One", at(11, 9, 30)), planned("Other", at(11, 9, 40))


@pytest.fixture
def holidays(team):
    """Over a day with posts, and one that is closed."""
    Blackout.objects.create(
        team=team, name="Fair <week>", starts_on=date(2026, 12, 11), ends_on=date(2026, 12, 11)
    )
    Blackout.objects.create(
        team=team,
        name="Office closed",
        starts_on=date(2026, 12, 12),
        ends_on=date(2026, 12, 12),
        blocks=True,
    )


def head(html, key):
    return html.split(f'id="head-{key}"')[1].split('role="columnheader"')[0].split("gridcell")[0]


def listed(team, **query):
    return reverse("calendar_app:list", kwargs={"team": team.slug}, query=query)


def row(html, post):
    return html.split(f'id="row-{post.pk}"')[1].split("<li")[0]


def pills(html):
    return html.count('class="conflict"')


# -- the week


def test_week_marks_both_posts_and_their_day(team, pair, holidays, bob, as_user):
    html = as_user(bob).get(week(team)).content.decode()
    assert cell(html, "2026-12-11-09").count("post-chip__flag") == 2
    there = head(html, "2026-12-11")
    assert "10 min apart" in there
    assert f"{move(pair[1])}?week=2026-12-09" in there
    # Said to whoever hovers, and to whoever hears the page.
    assert f'title="{SAID}"' in there
    assert f'<span class="vh">. {SAID}</span>' in there
    assert "Fair &lt;week&gt;</span>" in there
    closed = head(html, "2026-12-12")
    assert "Closed:" in closed
    assert "Office closed" in closed
    assert pills(html) == 1


def test_an_answer_to_a_move_brings_the_mark(team, pair, planned, bob, as_user):
    third = planned("Third", at(10, 9))
    to = {"day": "2026-12-11", "time": "10:00", "week": "2026-12-07"}
    html = as_user(bob).post(move(third), to, headers=HX).content.decode()
    assert "2 conflicts" in head(html, "2026-12-11")
    assert "post-chip__flag" in cell(html, "2026-12-11-10")


# -- the day


def test_day_says_it_in_lines(team, pair, holidays, bob, as_user):
    html = as_user(bob).get(day(team, "2026-12-11")).content.decode()
    assert cell(html, "2026-12-11-09").count("post-chip__flag") == 2
    said = html.split('id="day-noted"')[1].split("<drum-hours")[0]
    assert f">{SAID}</a>" in said
    assert f"{move(pair[1])}?hours=2026-12-11" in said
    assert "Fair &lt;week&gt;</span>" in said
    assert SAID not in html.split("<drum-hours")[1]


def test_an_answer_to_a_move_brings_the_lines(team, pair, bob, as_user):
    to = {"day": "2026-12-11", "time": "15:00", "hours": "2026-12-11"}
    html = as_user(bob).post(move(pair[1]), to, headers=HX).content.decode()
    assert 'id="day-noted" hx-swap-oob="true"' in html
    assert "minutes after" not in html
    to["time"] = "09:45"
    html = as_user(bob).post(move(pair[1]), to, headers=HX).content.decode()
    assert "“Other”: 15 minutes after “One” on News." in html.split('id="day-noted"')[1]


# -- the list


def test_list_says_it_under_the_row(team, pair, holidays, bob, as_user):
    html = as_user(bob).get(listed(team)).content.decode()
    one, other = (row(html, post) for post in pair)
    assert f'hx-get="{move(pair[1])}"' in other
    assert ">10 minutes after “One” on News.</a>" in other
    assert ">10 minutes before “Other” on News.</a>" in one
    assert "Fair &lt;week&gt;</span>" in html.split("listing__head")[1].split("</h2>")[0]


@pytest.mark.parametrize("sort", ["latest", "changed", "status"])
def test_list_says_it_in_any_order(team, pair, planned, sort, bob, as_user):
    planned("Again", at(31, 9), body="One")
    planned("Some day", None)
    html = as_user(bob).get(listed(team, sort=sort)).content.decode()
    assert html.count("post-line__noted") == 3
    assert "The same text as “One” on News, Fri 11 Dec, 09:30." in html


def test_rows_that_are_not_by_day_name_what_their_day_is_set_aside_for(
    team, pair, holidays, bob, as_user
):
    html = as_user(bob).get(listed(team, sort="status")).content.decode()
    assert "Fair &lt;week&gt;</span>" in row(html, pair[0])


def test_what_lies_behind_is_not_brought_up(team, planned, bob, as_user):
    pair = planned("One", at(11, 9, 30)), planned("Other", at(11, 9, 40))
    for post in pair:
        post.deliveries.update(due_at=at(8, 9))
        type(post).objects.filter(pk=post.pk).update(planned_at=at(8, 9))
    html = as_user(bob).get(listed(team, **{"from": "2026-12-07"})).content.decode()
    assert f'id="row-{pair[0].pk}"' in html
    assert "post-line__noted" not in html
    assert not pills(as_user(bob).get(week(team)).content.decode())


# -- the month


def test_the_agenda_of_a_day_says_it_too(team, pair, holidays, bob, as_user):
    url = reverse("calendar_app:month", kwargs={"team": team.slug}, query={"day": "2026-12-11"})
    agenda = as_user(bob).get(url).content.decode().split('id="agenda"')[1].split("</section>")
    assert f">{SAID}</a>" in agenda[0]
    assert "Fair &lt;week&gt;</span>" in agenda[0]
    assert agenda[1].count("post-chip__flag") == 2


# -- who looks


def test_viewers_are_led_to_the_day_and_change_nothing(team, pair, vera, as_user):
    browser = as_user(vera)
    there = head(browser.get(week(team)).content.decode(), "2026-12-11")
    assert "10 min apart" in there
    assert f'href="{day(team, "2026-12-11")}"' in there
    said = browser.get(day(team, "2026-12-11")).content.decode()
    assert SAID in said
    rows = browser.get(listed(team)).content.decode()
    assert "10 minutes after “One” on News.</span>" in rows
    for html in (there, said, rows):
        assert "/move/" not in html


def test_outsiders_and_other_teams(team, pair, other_team, mallory, as_user):
    for address in (week, day, listed):
        assert as_user(mallory).get(address(team)).status_code == 404
        html = as_user(mallory).get(address(other_team)).content.decode()
        assert "“One”" not in html


@pytest.mark.parametrize("address", [week, day, listed])
def test_statements_are_bounded(
    team, planned, bob, as_user, address, django_assert_max_num_queries
):
    for n in range(12):
        planned(f"Post {n}", NOW + timedelta(hours=1, minutes=n), body="The same")
    Blackout.objects.create(
        team=team, name="Fair", starts_on=date(2026, 12, 9), ends_on=date(2026, 12, 9)
    )
    browser = as_user(bob)
    browser.get(address(team))
    with django_assert_max_num_queries(12):
        html = browser.get(address(team)).content.decode()
    assert "The same text as" in html
