"""The next good times: clear on every channel, on no day that is set aside, each one press away."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from calendar_app.best import BEST, BETTER, GOOD
from calendar_app.goodtimes import upcoming
from posts.models import Blackout
from tests.calendar_app.december import HX, NOW, at
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

LISBON = ZoneInfo("Europe/Lisbon")
with_rows = pytest.mark.usefixtures("db", "wednesday")


# -- pure


def times(levels, **more):
    given = {
        "now": NOW, "zone": LISBON, "offsets": {1: timedelta(0)}, "taken": {},
        "gap": timedelta(hours=1), **more,
    }  # fmt: skip
    return upcoming(levels, **given)


MORNINGS = {(weekday, 10): BEST for weekday in range(5)}


def test_the_best_hour_of_each_of_the_next_days():
    levels = {**MORNINGS, **{(weekday, 12): BETTER for weekday in range(7)}}
    assert times(levels) == [at(10, 10), at(11, 10), at(12, 12)]


def test_what_has_passed_today_is_over():
    assert times({(2, 14): BEST}) == [at(16, 14), at(23, 14)]
    assert times({(2, 15): BEST})[0] == at(9, 15)


def test_a_taken_hour_gives_its_next_free_quarter_or_the_next_hour():
    taken = {1: [at(10, 9, 15), at(11, 10)]}
    levels = {**MORNINGS, (4, 13): BETTER}
    assert times(levels, taken=taken) == [at(10, 10, 15), at(11, 13), at(14, 10)]


def test_every_channel_must_be_free():
    offsets = {1: timedelta(0), 2: timedelta(hours=2)}
    assert times(MORNINGS, offsets=offsets, taken={2: [at(10, 12)]})[0] == at(11, 10)


def test_good_ones_only_where_there_are_too_few_better():
    assert times({(3, 10): BEST, (4, 9): GOOD, (5, 9): GOOD}) == [at(10, 10), at(11, 9), at(12, 9)]
    assert times({}) == []


def test_closed_days_give_none():
    assert times(MORNINGS, closed=lambda moment: moment.day < 14)[0] == at(14, 10)


def test_over_the_change_of_the_clocks():
    now = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert times({(6, 10): BEST}, now=now)[0] == datetime(2027, 3, 28, 9, tzinfo=UTC)
    assert times({(6, 1): BEST}, now=now)[0] == datetime(2027, 3, 28, 1, tzinfo=UTC)


# -- the panel


def url(team, **query):
    return reverse("calendar_app:times", kwargs={"team": team.slug}, query=query)


def offered(html):
    parts = html.split('data-date="')[1:]
    return [f"{part[:10]} {part.split('data-time="')[1][:5]}" for part in parts]


@with_rows
def test_three_buttons_that_fill_the_time(team, channel, bob, as_user):
    html = as_user(bob).get(url(team, channels=channel.pk), headers=HX).text
    assert offered(html) == ["2026-12-10 10:00", "2026-12-11 10:00", "2026-12-14 10:00"]
    assert "Fewer than 20 posts so far" in html
    assert 'title="Best time"' in html
    assert "<html" not in html


@with_rows
def test_they_are_clear(team, channel, planned, bob, as_user):
    planned("One", at(10, 10, 30))
    planned("Two", at(10, 11, 30))
    Blackout.objects.create(
        team=team, name="Storm", starts_on=date(2026, 12, 11), ends_on=date(2026, 12, 13)
    )
    team.holiday_country = "PT"
    team.save(update_fields=["holiday_country"])
    html = as_user(bob).get(url(team, channels=channel.pk), headers=HX).text
    assert offered(html)[0] == "2026-12-10 09:00"
    assert "2026-12-11" not in html
    other = ChannelFactory(team=team)
    html = as_user(bob).get(url(team, channels=other.pk), headers=HX).text
    assert offered(html)[0] == "2026-12-10 10:00"


@with_rows
def test_the_post_itself_is_not_in_its_own_way(team, channel, planned, bob, as_user):
    post = planned("One", at(10, 10, 0))
    query = {"channels": channel.pk, "post": post.pk}
    html = as_user(bob).get(url(team, **query), headers=HX).text
    assert offered(html)[0] == "2026-12-10 10:00"


@with_rows
def test_as_a_page_of_links(team, channel, planned, bob, as_user):
    page = as_user(bob).get(url(team)).text
    create = reverse("posts:create", kwargs={"team": team.slug})
    assert f'href="{create}?at=2026-12-10T10:00"' in page
    post = planned("One", at(20, 9))
    page = as_user(bob).get(url(team, post=post.pk))
    action = reverse("calendar_app:post_move", kwargs={"team": team.slug, "post_id": post.pk})
    assert f'action="{action}"' in page.text
    as_user(bob).post(action, {"day": "2026-12-10", "time": "10:00"})
    post.refresh_from_db()
    assert post.planned_at == at(10, 10)


@with_rows
def test_the_composer_asks_for_them(team, channel, bob, as_user):
    page = as_user(bob).get(reverse("posts:create", kwargs={"team": team.slug})).text
    assert f'hx-get="{url(team)}?post="' in page


@with_rows
def test_who_may(team, other_team, channel, vera, mallory, bob, as_user):
    assert as_user(vera).get(url(team)).status_code == 403
    assert as_user(mallory).get(url(team)).status_code == 404
    assert as_user(bob).post(url(team)).status_code == 405
    theirs = PostFactory(team=other_team, title="Secret")
    page = as_user(bob).get(url(team, post=theirs.pk, channels="x"))
    assert page.status_code == 200
    assert page.context["post"] is None


@with_rows
def test_statements_are_bounded(team, planned, bob, as_user, django_assert_max_num_queries):
    channels = ChannelFactory.create_batch(5, team=team)
    post = planned("One", at(20, 9), channels=channels)
    query = {"post": post.pk, "channels": [channel.pk for channel in channels]}
    browser = as_user(bob)
    with django_assert_max_num_queries(12):
        browser.get(url(team, **query), headers=HX)
