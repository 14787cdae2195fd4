"""The month page and moving posts on it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calendar_app.queries.month import CROWDED, IN_AGENDA, OF_CROWDED, PER_DAY
from posts.models import Delivery, Post
from posts.services import schedule
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from tests.calendar_app.december import NOW
from tests.factories.posts import (
    DeliveryFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
)
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture
def post(team, bob, channel):
    post = PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])
    schedule.plan(post=post, at=from_utc(NOW + timedelta(days=2), "Europe/Lisbon"), by=bob)
    post.refresh_from_db()
    return post


def month(team, **query):
    return reverse("calendar_app:month", kwargs={"team": team.slug}, query=query)


def move(team, post):
    return reverse("calendar_app:post_move", kwargs={"team": team.slug, "post_id": post.pk})


def cell(html, day):
    return html.split(f'id="day-{day}"')[1].split('role="gridcell"')[0]


def test_a_month_without_anything_has_a_first_step(team, bob, vera, as_user):
    page = as_user(bob).get(month(team)).text
    assert page.count("Nothing is planned here yet.") == 1
    assert "Write a post" in page
    assert "Nothing is planned here yet." not in as_user(vera).get(month(team)).text
    assert "Nothing is planned here yet." not in as_user(bob).get(month(team, q="kelp")).text
    PostFactory(team=team, author=bob)
    assert "Nothing is planned here yet." not in as_user(bob).get(month(team)).text


def test_page_shows_the_post_on_its_day(team, post, bob, as_user):
    html = as_user(bob).get(month(team)).content.decode()
    assert "December 2026" in html
    assert "Forty buoys" in cell(html, "2026-12-11")
    assert "14:20" in cell(html, "2026-12-11")


def test_fragment(team, post, bob, as_user):
    html = as_user(bob).get(month(team), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "Forty buoys" in html


def test_viewers_zone_decides_the_day(team, bob, channel, as_user):
    post = PostFactory(team=team, author=bob, title="Late", channels=[channel])
    at = datetime(2026, 12, 11, 23, 30, tzinfo=UTC)
    schedule.plan(post=post, at=from_utc(at, "Europe/Lisbon"), by=bob)
    bob.time_zone = "Europe/Berlin"
    bob.save(update_fields=["time_zone"])
    html = as_user(bob).get(month(team)).content.decode()
    assert "Late" in cell(html, "2026-12-12")
    assert "Late" not in cell(html, "2026-12-11")


def test_busy_day_shows_three_and_counts_the_rest(team, bob, channel, as_user):
    for n in range(5):
        post = PostFactory(team=team, author=bob, title=f"Post {n}", channels=[channel])
        schedule.plan(
            post=post, at=from_utc(NOW + timedelta(days=1, minutes=n), "Europe/Lisbon"), by=bob
        )
    html = as_user(bob).get(month(team)).content.decode()
    assert "+2 more" in cell(html, "2026-12-10")
    agenda = as_user(bob).get(month(team, day="2026-12-10")).context["sheet"].agenda
    assert [item.card.post.title for item in agenda] == [f"Post {n}" for n in range(5)]


def test_pages_of_a_busy_day_and_days_of_other_months(team, bob, as_user):
    at = datetime(2026, 12, 10, 8, 0, tzinfo=UTC)
    Post.objects.bulk_create(
        Post(team=team, author=bob, title=f"{n}", planned_at=at + timedelta(minutes=n))
        for n in range(IN_AGENDA + 5)
    )
    browser = as_user(bob)

    def agenda(**query):
        sheet = browser.get(month(team, day="2026-12-10", **query)).context["sheet"]
        return [item.card.post.title for item in sheet.agenda]

    every = [f"{n}" for n in range(IN_AGENDA + 5)]
    for query in ({}, {"month": "2026-06"}):
        assert agenda(**query) == every[:IN_AGENDA]
        assert agenda(page="2", **query) == every[IN_AGENDA:]
    [day] = [d for d in browser.get(month(team)).context["sheet"].days if d.total]
    assert [item.card.post.title for item in day.items] == every[:OF_CROWDED]
    first, last = (
        browser.get(month(team, day="2026-12-10", page=page)).content.decode() for page in "12"
    )
    assert ("page=2" in first, "page=0" in first) == (True, False)
    assert ("page=1" in last, "page=3" in last) == (True, False)


def test_a_crowded_day_takes_no_more_lines_than_a_busy_one(team, bob, as_user):
    at = datetime(2026, 12, 10, 8, 0, tzinfo=UTC)
    for day, posts in enumerate((CROWDED - 1, CROWDED)):
        Post.objects.bulk_create(
            Post(
                team=team, author=bob, title=f"{n}", planned_at=at + timedelta(days=day, minutes=n)
            )
            for n in range(posts)
        )
    html = as_user(bob).get(month(team)).content.decode()
    for day, shown in (("2026-12-10", PER_DAY), ("2026-12-11", OF_CROWDED)):
        there = cell(html, day)
        assert there.count("post-chip__link") == shown
        assert f"+{CROWDED - 1 + (day == '2026-12-11') - shown} more" in there


def test_drawer_holds_posts_without_a_time(team, bob, as_user):
    PostFactory(team=team, author=bob, title="Some day")
    sheet = as_user(bob).get(month(team)).context["sheet"]
    assert [card.post.title for card in sheet.drawer.cards] == ["Some day"]


@pytest.mark.parametrize("posts", [10, 10_000])
def test_statements_are_bounded(team, bob, channel, as_user, posts, django_assert_max_num_queries):
    asset = MediaAssetFactory(team=team)
    rows = [
        Post(team=team, author=bob, title=f"Post {n}", planned_at=NOW + timedelta(minutes=4 * n))
        for n in range(posts)
    ]
    Post.objects.bulk_create(rows)
    Delivery.objects.bulk_create(
        Delivery(post=row, team=team, channel=channel, due_at=row.planned_at) for row in rows[::2]
    )
    for row in rows[:5]:
        PostMediaFactory(post=row, asset=asset)
    PostFactory(team=team, author=bob)
    browser = as_user(bob)
    browser.get(month(team))
    with django_assert_max_num_queries(12):
        browser.get(month(team, day="2026-12-10", free="1", channel=channel.pk))


def test_moving_keeps_the_time_of_day(team, post, bob, as_user):
    response = as_user(bob).post(
        move(team, post), {"day": "2026-12-15", "month": "2026-12"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200
    html = response.content.decode()
    assert 'hx-swap-oob="true"' in html
    assert "Forty buoys" in cell(html, "2026-12-15")
    assert "Forty buoys" not in cell(html, "2026-12-11").split('id="drawer-list"')[0]
    post.refresh_from_db()
    assert post.planned_at == datetime(2026, 12, 15, 14, 20, tzinfo=UTC)


def test_moving_over_a_change_of_clocks_keeps_the_wall_clock(team, bob, channel, as_user):
    post = PostFactory(team=team, author=bob, channels=[channel])
    schedule.plan(
        post=post, at=from_utc(datetime(2027, 3, 26, 9, 0, tzinfo=UTC), "Europe/Lisbon"), by=bob
    )
    as_user(bob).post(move(team, post), {"day": "2027-03-29"})
    post.refresh_from_db()
    assert post.planned_at == datetime(2027, 3, 29, 8, 0, tzinfo=UTC)


def test_undo_puts_it_back(team, post, bob, as_user):
    browser = as_user(bob)
    before = post.planned_at
    answer = browser.post(move(team, post), {"day": "2026-12-15"}, headers={"HX-Request": "true"})
    undo = answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    browser.post(undo, headers={"HX-Request": "true"})
    post.refresh_from_db()
    assert post.planned_at == before.replace(second=0, microsecond=0)


def test_to_the_drawer_and_out_again(team, post, bob, as_user):
    browser = as_user(bob)
    browser.post(move(team, post), {"day": ""}, headers={"HX-Request": "true"})
    post.refresh_from_db()
    assert post.planned_at is None
    browser.post(move(team, post), {"day": "2026-12-12"}, headers={"HX-Request": "true"})
    post.refresh_from_db()
    assert post.planned_at == datetime(2026, 12, 12, 9, 0, tzinfo=UTC)


def test_past_day_is_refused_with_the_card_where_it_is(team, post, bob, as_user):
    response = as_user(bob).post(
        move(team, post), {"day": "2026-12-02", "month": "2026-12"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 422
    assert "has passed" in response.headers["HX-Trigger"]
    html = response.content.decode()
    assert "Forty buoys" in cell(html, "2026-12-11")


def test_refused_form_comes_back_into_its_dialog(team, post, bob, as_user):
    typed = {"day": "2026-12-02", "time": "10:00", "month": "2026-12", "typed": "1"}
    for day, words in (("2026-12-02", "has passed"), ("soon", "Write the day as")):
        response = as_user(bob).post(
            move(team, post), {**typed, "day": day}, headers={"HX-Request": "true"}
        )
        assert response.status_code == 422
        assert response.headers["HX-Retarget"] == "#move-dialog-body"
        assert words in response.content.decode()
        assert f'value="{day}"' in response.content.decode()


def test_undo_and_changes_stay_on_the_month_that_is_shown(team, post, bob, as_user):
    answer = as_user(bob).post(
        move(team, post), {"day": "2027-02-03", "month": "2026-12"}, headers={"HX-Request": "true"}
    )
    html = answer.content.decode()
    assert 'id="day-2026-12-11"' in html
    assert 'id="day-2027-02-03"' not in html
    assert "month=2026-12" in answer.headers["HX-Trigger"]


def test_what_is_being_published_does_not_move(team, post, bob, as_user):
    DeliveryFactory(queued=True, post=PostFactory(team=team))
    post.deliveries.all().delete()
    DeliveryFactory(queued=True, post=post, channel=post.channels.get())
    post.deliveries.update(
        state=DeliveryState.CLAIMED, lease_until=timezone.now() + timedelta(minutes=1)
    )
    response = as_user(bob).post(
        move(team, post), {"day": "2026-12-15"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 409
    assert "being published" in response.headers["HX-Trigger"]


def test_form_works_without_script(team, post, bob, as_user):
    browser = as_user(bob)
    page = browser.get(move(team, post)).content.decode()
    assert 'value="2026-12-11"' in page
    assert 'value="14:20"' in page
    response = browser.post(move(team, post), {"day": "2026-12-20", "time": "08:15"})
    assert response.status_code == 302
    post.refresh_from_db()
    assert post.planned_at == datetime(2026, 12, 20, 8, 15, tzinfo=UTC)
    bad = browser.post(move(team, post), {"day": "2026-12-50", "time": "08:15"})
    assert bad.status_code == 422
    assert "2026-12-50" in bad.content.decode()


def test_outsiders_and_viewers(team, post, mallory, vera, as_user):
    assert as_user(mallory).get(month(team)).status_code == 404
    assert as_user(mallory).post(move(team, post), {"day": "2026-12-15"}).status_code == 404
    assert as_user(vera).get(month(team)).status_code == 200
    assert as_user(vera).post(move(team, post), {"day": "2026-12-15"}).status_code == 403


def test_another_teams_post_is_not_found(team, other_team, bob, as_user):
    theirs = PostFactory(team=other_team)
    assert as_user(bob).post(move(team, theirs), {"day": "2026-12-15"}).status_code == 404


def test_done_post_stays(team, post, bob, as_user):
    Post.objects.filter(pk=post.pk).update(stage=Stage.DONE)
    response = as_user(bob).post(
        move(team, post), {"day": "2026-12-15"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 409
