"""Best times: what is learnt from posts, what is said without them, and the week that shows it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from calendar_app.best import BEST, BETTER, ENOUGH, GENERAL, GOOD, Heard, learnt
from posts.models import Reception
from posts.queries.reception import by_hour
from tests.calendar_app.december import HX, NOW, move
from tests.calendar_app.hours import cell, day, week
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from tests.factories.reception import ReceptionFactory

ASKED = {**HX, "HX-Trigger": "filters"}
with_rows = pytest.mark.usefixtures("db", "wednesday")


# -- pure


def heard(weekday, hour, did, count=5):
    return Heard(weekday, hour, count, did * count)


def test_the_hour_that_does_best_is_the_best():
    levels = learnt([heard(1, 10, 2.0), heard(1, 15, 0.5), heard(3, 9, 1.4)])
    assert levels[1, 10] == BEST
    assert levels[3, 9] in (GOOD, BETTER)
    assert (1, 15) not in levels


def test_neighbours_and_like_days_borrow():
    levels = learnt([heard(1, 10, 2.0, count=20)])
    assert levels[1, 10] == BEST
    assert levels[1, 11] >= levels.get((1, 12), 0) >= levels.get((1, 14), 0)
    assert levels.get((2, 10), 0) >= levels.get((6, 10), 0)
    assert (6, 20) not in levels


def test_midnight_has_neighbours_on_both_sides():
    levels = learnt([heard(0, 0, 3.0, count=30)])
    assert levels[0, 23] == levels[0, 1]


def test_one_lucky_post_makes_no_best_hour():
    levels = learnt([Heard(5, 3, 1, 2.0), heard(1, 10, 1.8, count=20)])
    assert levels[1, 10] == BEST
    assert levels.get((5, 3), 0) < BEST


def test_where_nothing_stands_out_nothing_does():
    assert learnt([]) == {}
    assert learnt([heard(weekday, 9, 1.0) for weekday in range(7)]) == {}
    assert learnt([heard(2, 9, 0.4)]) == {}


def test_general_experience_is_of_a_week():
    assert all(0 <= weekday < 7 and 0 <= hour < 24 for weekday, hour in GENERAL)
    assert set(GENERAL.values()) == {GOOD, BETTER, BEST}
    assert all(level < BEST for (weekday, _hour), level in GENERAL.items() if weekday > 4)


# -- from rows


def ago(days, hour):
    return (NOW - timedelta(days=days)).replace(hour=hour, minute=10)


@pytest.fixture
def received(team):
    """`received(channel, 8, 10, 30)`: eight days ago, at ten, thirty people did something."""
    channel = ChannelFactory(team=team)

    def make(days, hour, engagements, on=None, **more):
        on = on or channel
        return ReceptionFactory(
            post=PostFactory(team=on.team, stage="done"),
            channel=on,
            at=ago(days, hour),
            engagements=engagements,
            **more,
        )

    return make


@pytest.fixture
def known(received):
    """Enough posts, of which those at ten on Tuesdays did best."""
    for number in range(8):
        received(8 + 7 * (number % 4), 10, 60)
        received(9 + 7 * (number % 4), 15, 10)
        received(11 + 7 * (number % 4), 20, 10)


@with_rows
def test_a_channel_is_compared_with_itself(team, received):
    large, small = ChannelFactory(team=team), ChannelFactory(team=team)
    received(8, 10, 3000, on=large)
    received(9, 10, 1000, on=large)
    received(8, 12, 3, on=small)
    received(9, 12, 1, on=small)
    found = by_hour(team, "UTC")
    assert found.posts == 4
    assert sorted(found.hours) == [
        (0, 10, 1, 0.5),
        (0, 12, 1, 0.5),
        (1, 10, 1, 1.5),
        (1, 12, 1, 1.5),
    ]


@with_rows
def test_what_counts(team, other_team, received):
    """Of the last 90 days, settled, told, and of this team."""
    received(91, 10, 9)
    received(0, 1, 9, measured_at=NOW)
    received(8, 10, None, measured_at=None)
    received(8, 10, None)
    received(8, 10, 9, on=ChannelFactory(team=other_team))
    assert by_hour(team, "UTC").posts == 0
    received(8, 10, None, impressions=50)
    received(8, 11, 0)
    assert by_hour(team, "UTC").posts == 2


@with_rows
def test_one_post_does_not_decide_alone(team, received):
    for _ in range(30):
        received(8, 10, 1)
    received(9, 12, 10_000)
    assert max(total for _day, _hour, _count, total in by_hour(team, "UTC").hours) <= 30


@with_rows
def test_by_the_clock_of_the_reader(team, received):
    received(8, 23, 5)
    assert [hour[:2] for hour in by_hour(team, "UTC").hours] == [(1, 23)]
    assert [hour[:2] for hour in by_hour(team, "Asia/Kolkata").hours] == [(2, 4)]


# -- on the page


@with_rows
def test_nothing_is_shaded_unless_asked(team, known, bob, as_user):
    html = as_user(bob).get(week(team)).text
    assert "data-best" not in html
    assert 'id="best-note" hidden' in html
    assert "&amp;best=1" in html.split('id="best-toggle"')[1].split(">")[0]


@with_rows
@pytest.mark.parametrize("who", ["bob", "vera"])
def test_the_week_is_shaded_from_the_teams_posts(team, known, as_user, who, request):
    person = request.getfixturevalue(who)
    html = as_user(person).get(week(team, "2026-12-16", best="1")).text
    assert "From 24 of your posts in the last 90 days." in html
    best = cell(html, "2026-12-15-10")
    assert 'data-best="3"' in best
    assert 'title="Best time"' in best
    assert 'aria-label="Tue 15 Dec, 10:00, best time"' in best
    assert "data-best" not in cell(html, "2026-12-16-15")
    assert 'aria-current="true"' in html.split('id="best-toggle"')[1].split(">")[0]


@with_rows
def test_what_has_passed_is_not_shaded(team, known, bob, as_user):
    html = as_user(bob).get(week(team, "2026-12-09", best="1")).text
    assert "data-best" not in cell(html, "2026-12-08-10")


@with_rows
def test_with_few_posts_it_says_so(team, received, bob, as_user):
    for _ in range(ENOUGH - 1):
        received(8, 3, 90)
    html = as_user(bob).get(week(team, "2026-12-16", best="1")).text
    assert "Fewer than 20 posts so far: general experience, not yours." in html
    assert 'data-best="3"' in cell(html, "2026-12-16-10")
    assert "data-best" not in cell(html, "2026-12-16-03")
    received(9, 3, 90)
    html = as_user(bob).get(week(team, "2026-12-16", best="1")).text
    assert "From 20 of your posts in the last 90 days. No hour stands out." in html
    assert "data-best=" not in html.split('class="cal ')[1]


@with_rows
def test_the_day_is_shaded_too(team, known, bob, as_user):
    address = f"{day(team, '2026-12-15')}&best=1"
    assert 'data-best="3"' in cell(as_user(bob).get(address).text, "2026-12-15-10")


@with_rows
def test_links_and_filters_keep_it(team, known, bob, as_user):
    tag = ChannelFactory(team=team, name="Quiet")
    html = as_user(bob).get(week(team, "2026-12-16", best="1")).text
    for address in ("?week=2026-12-07&amp;best=1", "?month=2026-12&amp;best=1", "/board/?best=1"):
        assert address in html
    assert '<input type="hidden" name="best" value="1">' in html
    query = {"best": "1", "channel": tag.pk}
    part = as_user(bob).get(week(team, "2026-12-16", **query), headers=ASKED)
    assert part.headers["HX-Push-Url"].endswith(f"?week=2026-12-16&channel={tag.pk}&best=1")
    assert "Fewer than 20 posts" in part.text
    assert 'id="best-note" hx-swap-oob="true"' in part.text
    toggle = part.text.split('id="best-toggle"')[1].split(">")[0]
    assert f'href="{week(team, "2026-12-16", channel=tag.pk).replace("&", "&amp;")}"' in toggle
    assert as_user(bob).get(week(team, "2026-12-16", best="yes")).context["best"] is None


@with_rows
def test_a_moved_post_leaves_the_shade_in_place(team, known, planned, bob, as_user):
    post = planned("Forty buoys", datetime(2026, 12, 15, 10, 30, tzinfo=UTC))
    shown = f"http://testserver{week(team, '2026-12-15', best='1')}"
    moved = {"day": "2026-12-15", "time": "12:30", "week": "2026-12-15"}
    answer = as_user(bob).post(move(post), moved, headers={**HX, "HX-Current-URL": shown})
    assert 'data-best="3"' in cell(answer.text, "2026-12-15-10")


@with_rows
def test_other_teams_see_nothing(team, known, mallory, as_user):
    assert as_user(mallory).get(week(team, "2026-12-16", best="1")).status_code == 404
    assert Reception.objects.for_team(team).count() == 24


@with_rows
def test_statements_are_bounded(team, known, bob, as_user, django_assert_max_num_queries):
    channel = ChannelFactory(team=team)
    browser = as_user(bob)
    with django_assert_max_num_queries(12):
        browser.get(week(team, "2026-12-16", best="1", channel=channel.pk))


@with_rows
def test_saved_views_keep_it(team, bob, as_user):
    html = as_user(bob).get(week(team, "2026-12-16", best="1")).text
    views = reverse("calendar_app:saved_views", kwargs={"team": team.slug})
    assert f"{views}?view=week&amp;query=week%3D2026-12-16%26best%3D1" in html
