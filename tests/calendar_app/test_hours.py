"""The week and the day by the hour."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from calendar_app.queries.hours import IN_A_WEEK, IN_AN_HOUR
from posts.models import Delivery, Post
from posts.services import schedule
from posts.times import from_utc
from tests.calendar_app.december import HX, NOW, move
from tests.calendar_app.hours import cell, day, week
from tests.factories.posts import (
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    VariantFactory,
)
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


@pytest.fixture
def post(planned):
    return planned("Forty buoys", datetime(2026, 12, 11, 16, 40, tzinfo=UTC))


def test_hours_without_anything_have_a_first_step(team, bob, as_user, planned):
    for page in (week(team), day(team, "2026-12-11")):
        assert as_user(bob).get(page).text.count("Nothing is planned here yet.") == 1
    planned("Forty buoys", datetime(2026, 12, 11, 16, 40, tzinfo=UTC))
    for page in (week(team), day(team, "2026-12-11")):
        assert "Nothing is planned here yet." not in as_user(bob).get(page).text


def test_page_shows_the_post_in_its_hour(team, post, bob, as_user):
    html = as_user(bob).get(week(team)).content.decode()
    assert "7\N{EN DASH}13 December" in html
    assert "Forty buoys" in cell(html, "2026-12-11-16")
    assert "16:40" in cell(html, "2026-12-11-16")
    assert html.count("Forty buoys</span>") == 1
    assert 'href="?week=2026-11-30"' in html
    assert 'href="?week=2026-12-14"' in html


def test_day_shows_its_hours_alone(team, post, bob, as_user):
    html = as_user(bob).get(day(team, "2026-12-11")).content.decode()
    assert "<title>Friday 11 December · Drumbeat</title>" in html
    assert 'aria-label="Friday 11 December"' in html
    assert "Forty buoys" in cell(html, "2026-12-11-16")
    assert html.count('role="gridcell"') == 24
    assert 'href="?day=2026-12-10"' in html
    assert 'href="?day=2026-12-12"' in html


@pytest.mark.parametrize("address", [week, day])
def test_fragment(team, bob, as_user, address):
    html = as_user(bob).get(address(team), headers=HX).content.decode()
    assert "<html" not in html
    assert 'id="calendar"' in html
    assert 'hx-swap-oob="true"' in html


@pytest.mark.parametrize("text", ["x", "2026-13-01", "9999-12-31", "0001-01-01", "2026-12"])
def test_nonsense_is_this_week_and_today(team, bob, as_user, text):
    browser = as_user(bob)
    assert browser.get(week(team, text)).context["hours"].first.isoformat() == "2026-12-07"
    assert browser.get(day(team, text)).context["hours"].first.isoformat() == "2026-12-09"


def test_any_day_opens_its_week(team, bob, as_user):
    page = as_user(bob).get(week(team, "2026-12-20"))
    assert "14\N{EN DASH}20 December</title>" in page.content.decode().replace(" · Drumbeat", "")
    assert "2027" in as_user(bob).get(week(team, "2026-12-31")).content.decode().split("</h1>")[0]
    assert page.context["hours"].first.isoformat() == "2026-12-14"


def test_viewers_zone_decides_the_hour(team, post, bob, as_user):
    bob.time_zone = "Asia/Kolkata"
    bob.save(update_fields=["time_zone"])
    html = as_user(bob).get(week(team)).content.decode()
    assert "22:10" in cell(html, "2026-12-11-22")
    assert "Kolkata, UTC+5:30" in html


def test_now_is_marked_and_what_has_passed_takes_no_new_post(team, bob, as_user):
    html = as_user(bob).get(week(team)).content.decode()
    assert html.count("<drum-now") == 1
    assert 'data-minute="20"' in cell(html, "2026-12-09-14")
    assert "?at=2026-12-09T14:30" in cell(html, "2026-12-09-14")
    assert "?at=2026-12-09T15:00" in cell(html, "2026-12-09-15")
    assert "?at=" not in cell(html, "2026-12-09-13")
    assert "?at=" not in cell(html, "2026-12-08-15")
    assert html.count('tabindex="0"') == 1
    assert 'tabindex="0"' in cell(html, "2026-12-09-14")
    later = as_user(bob).get(week(team, "2026-12-14")).content.decode()
    assert "<drum-now" not in later
    assert 'tabindex="0"' in cell(later, "2026-12-14-08")


def test_busy_hour_shows_three_and_leads_to_the_rest(team, planned, bob, as_user):
    for n in range(14):
        planned(f"Post {n}", datetime(2026, 12, 10, 11, n, tzinfo=UTC))
    hour = cell(as_user(bob).get(week(team)).content.decode(), "2026-12-10-11")
    assert "Post 2<" in hour
    assert "Post 3<" not in hour
    assert "+11 more" in hour
    assert f"{day(team, '2026-12-10')}#hour-2026-12-10-11" in hour
    whole = cell(as_user(bob).get(day(team, "2026-12-10")).content.decode(), "2026-12-10-11")
    assert whole.count("post-chip__link") == IN_AN_HOUR[1]
    assert "day=2026-12-10#agenda" in whole


def test_a_full_week_keeps_every_hour(team, bob, as_user):
    Post.objects.bulk_create(
        Post(team=team, author=bob, title=f"Post {n}", planned_at=NOW + timedelta(minutes=20 * n))
        for n in range(4 * IN_A_WEEK)
    )
    page = as_user(bob).get(week(team, "2026-12-10"))
    cells = [cell for row in page.context["sheet"].rows for cell in row.cells]
    assert max(len(cell.items) for cell in cells) == 1
    assert {cell.total for cell in cells if cell.day.day in (11, 12)} == {3}
    assert "+2 more" in cell(page.content.decode(), "2026-12-11-03")


def test_the_fullest_week_counts_the_posts_by_night(team, bob, as_user):
    at = datetime(2026, 12, 14, tzinfo=UTC)
    Post.objects.bulk_create(
        Post(team=team, author=bob, title=f"Post {n}", planned_at=at + timedelta(minutes=20 * n))
        for n in range(7 * 24 * 3)
    )
    page = as_user(bob).get(week(team, "2026-12-14"))
    rows, html = page.context["sheet"].rows, page.content.decode()
    assert {row.slot.hour for row in rows if row.quiet} == {*range(7), 21, 22, 23}
    assert {len(one.items) for row in rows for one in row.cells if not row.quiet} == {1}
    assert page.context["sheet"].count == 7 * 24 * 3
    there = cell(html, "2026-12-16-03")
    assert ("3 posts</a>" in there, "more</a>" in there) == (True, False)
    assert f"{day(team, '2026-12-16')}#hour-2026-12-16-03" in there


def test_each_channel_stands_in_its_own_hour(team, post, bob, as_user):
    second = ChannelFactory(team=team)
    VariantFactory(post=post, channel=second)
    first, at = post.planned_at, datetime(2026, 12, 11, 18, 5, tzinfo=UTC)
    times = {second.pk: from_utc(at, "Europe/Lisbon")}
    schedule.plan(post=post, at=from_utc(first, "Europe/Lisbon"), by=bob, per_channel=times)
    html = as_user(bob).get(week(team)).content.decode()
    assert "16:40" in cell(html, "2026-12-11-16")
    assert "18:05" in cell(html, "2026-12-11-18")
    # Dragged by the later one, it is the later one that comes to stand there.
    to = {"day": "2026-12-12", "time": "20:05", "of": at.isoformat(), "week": "2026-12-07"}
    answer = as_user(bob).post(move(post), to, headers=HX).content.decode()
    assert "18:40" in cell(answer, "2026-12-12-18")
    assert "20:05" in cell(answer, "2026-12-12-20")
    assert "Forty buoys" not in cell(answer, "2026-12-11-16") + cell(answer, "2026-12-11-18")
    post.refresh_from_db()
    assert post.planned_at == datetime(2026, 12, 12, 18, 40, tzinfo=UTC)
    # A moment that is none of its own shifts nothing.
    to["of"] = "2020-01-01T00:00:00+00:00"
    as_user(bob).post(move(post), to, headers=HX)
    post.refresh_from_db()
    assert post.planned_at == datetime(2026, 12, 12, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize("posts", [10, 2_000])
def test_statements_are_bounded(team, bob, channel, as_user, posts, django_assert_max_num_queries):
    rows = [
        Post(team=team, author=bob, title=f"Post {n}", planned_at=NOW + timedelta(minutes=4 * n))
        for n in range(posts)
    ]
    Post.objects.bulk_create(rows)
    Delivery.objects.bulk_create(
        Delivery(post=row, team=team, channel=channel, due_at=row.planned_at) for row in rows[::2]
    )
    PostFactory(team=team, author=bob)
    browser = as_user(bob)
    browser.get(week(team))
    PostMediaFactory(post=rows[0], asset=MediaAssetFactory(team=team))
    for address in (week(team), day(team)):
        with django_assert_max_num_queries(12):
            browser.get(f"{address}?free=1&channel={channel.pk}")


def test_the_skipped_hour_is_said(team, planned, bob, as_user):
    planned("Past the gap", datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
    html = as_user(bob).get(week(team, "2027-03-28")).content.decode()
    skipped = cell(html, "2027-03-28-01")
    assert "The clocks go forward: there is no such hour." in skipped
    assert "data-drop" not in skipped
    assert "data-drop" in cell(html, "2027-03-27-01")
    assert "02:30" in cell(html, "2027-03-28-02")


def test_the_doubled_hour_has_two_rows(team, planned, bob, as_user):
    with time_machine.travel(datetime(2026, 10, 20, 9, 0, tzinfo=UTC), tick=True):
        planned("First", datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
        planned("Second", datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
        html = as_user(bob).get(week(team, "2026-10-25")).content.decode()
        assert "First" in cell(html, "2026-10-25-01")
        assert "Second" not in cell(html, "2026-10-25-01")
        assert "Second" in cell(html, "2026-10-25-01-again")
        assert "Not on this day." in cell(html, "2026-10-24-01-again")
        assert html.count('role="rowheader"') == 25
        alone = as_user(bob).get(day(team, "2026-10-25")).content.decode()
        assert alone.count('role="gridcell"') == 25
        assert "Second" in cell(alone, "2026-10-25-01-again")


def test_roles_and_outsiders(team, post, mallory, vera, as_user):
    for address in (week(team), day(team)):
        assert as_user(mallory).get(address).status_code == 404
        assert as_user(vera).post(address).status_code in (403, 405)
        html = as_user(vera).get(address).content.decode()
        assert "data-movable" not in html
        assert "?at=" not in html


def test_another_teams_posts_are_not_there(team, other_team, mallory, bob, as_user):
    theirs = PostFactory(team=other_team, author=mallory, title="Not yours")
    schedule.plan(post=theirs, at=from_utc(NOW + timedelta(days=1), "UTC"), by=mallory)
    assert "Not yours" not in as_user(bob).get(week(team)).content.decode()


def test_the_calendar_is_the_current_page(team, bob, as_user):
    for address in (week(team), day(team)):
        nav = as_user(bob).get(address).context["shell_nav"]
        assert [item.label for item in nav if item.current] == ["Calendar"]
