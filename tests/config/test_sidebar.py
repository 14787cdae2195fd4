"""What the sidebar shows of the week, and of the saved views."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from calendar_app.services.saved import save
from config.shell import _counts
from config.sidebar import TALLEST, beat
from tests.factories.posts import PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def week(team, alice, rf):
    """The posts of each day, as the frame's statement finds them."""
    request = rf.get("/")
    request.user = alice

    def ask():
        return beat(team, _counts(request, team)["week"])

    return ask


def at(*when):
    return datetime(*when, tzinfo=UTC)


# The clocks of Lisbon go back on Sunday the 25th: midnights are 23:00 in UTC before, 00:00 after.
@time_machine.travel(at(2026, 10, 22, 12), tick=False)
def test_days_begin_at_the_teams_midnights(team, other_team, week):
    team.time_zone = "Europe/Lisbon"
    team.save(update_fields=["time_zone"])
    for moment in (
        at(2026, 10, 18, 22, 59),  # last week
        at(2026, 10, 18, 23),  # Monday
        at(2026, 10, 24, 22, 59),  # Saturday
        at(2026, 10, 24, 23),  # Sunday
        at(2026, 10, 25, 23, 59),  # Sunday, which has 25 hours
        at(2026, 10, 26),  # next week
    ):
        PostFactory(team=team, planned_at=moment)
    PostFactory(team=other_team, planned_at=at(2026, 10, 22, 10))
    PostFactory(team=team, planned_at=at(2026, 10, 22, 10), trashed_at=timezone.now())
    found = week()
    assert [day.posts for day in found.days] == [1, 0, 0, 0, 0, 1, 2]
    assert found.total == 4
    assert [day.day.day for day in found.days if day.now] == [22]
    assert [day.past for day in found.days] == [True] * 3 + [False] * 4


def test_a_week_without_posts(week):
    assert [day.posts for day in week().days] == [0] * 7


def test_many_posts_of_a_day_are_as_tall_as_it_gets(team, week):
    PostFactory.create_batch(TALLEST + 2, team=team, planned_at=timezone.now())
    found = week()
    assert found.total == TALLEST + 2
    assert max(len(day.cells) for day in found.days) == TALLEST


def test_open_pages_read_it_again(team, alice, as_user):
    PostFactory(team=team, planned_at=timezone.now())
    page = as_user(alice).get(reverse("counts", kwargs={"team": team.slug})).content.decode()
    said = page.split('id="side-week"')[1]
    assert 'hx-swap-oob="true"' in said.split(">")[0]
    assert "1 post<" in said


def test_views_of_ones_own_and_of_the_team(team, alice, bob, as_user):
    def keep(name, by, shared):
        save(team=team, by=by, name=name, page="list", query="q=tide", shared=shared)

    keep("Mine alone", alice, False)
    keep("Everybody's", bob, True)
    keep("Bob's alone", bob, False)
    page = as_user(alice).get(reverse("calendar_app:board", kwargs={"team": team.slug}))
    listed = page.content.decode().split("sidebar__views")[1].split("</nav>")[0]
    assert "Mine alone" in listed
    assert "Everybody&#x27;s" in listed
    assert "Bob&#x27;s" not in listed
    assert f'href="{reverse("calendar_app:list", kwargs={"team": team.slug})}?q=tide"' in listed
