"""Posts that are moved on the week or the day by the hour."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from posts.models import Post
from posts.states import DeliveryState, Stage
from tests.calendar_app.december import HX, move
from tests.calendar_app.hours import cell, day, week
from tests.factories.posts import DeliveryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


@pytest.fixture
def post(planned):
    return planned("Forty buoys", datetime(2026, 12, 11, 16, 40, tzinfo=UTC))


def test_a_move_is_answered_in_the_week_that_is_shown(team, post, bob, as_user):
    sent = {"day": "2026-12-08", "time": "10:40", "week": "2026-12-09"}
    refused = as_user(bob).post(move(post), sent, headers=HX)
    assert refused.status_code == 422
    assert "has passed" in refused.headers["HX-Trigger"]
    html = refused.content.decode()
    assert "Forty buoys" in cell(html, "2026-12-11-16")
    assert "Forty buoys" not in cell(html, "2026-12-08-10")

    moved = as_user(bob).post(move(post), {**sent, "day": "2026-12-10"}, headers=HX)
    assert moved.status_code == 200
    html = moved.content.decode()
    assert "Forty buoys" in cell(html, "2026-12-10-10")
    assert "Forty buoys" not in cell(html, "2026-12-11-16")
    assert html.count('id="hour-') == 2
    assert html.count('id="head-') == 2
    assert 'id="day-' not in html
    assert "week=2026-12-09" in moved.headers["HX-Trigger"]
    post.refresh_from_db()
    assert post.planned_at == datetime(2026, 12, 10, 10, 40, tzinfo=UTC)


def test_a_move_is_answered_in_the_day_that_is_shown(team, post, bob, as_user):
    browser = as_user(bob)
    sent = {"day": "2026-12-11", "time": "09:40", "hours": "2026-12-11"}
    answer = browser.post(move(post), sent, headers=HX)
    html = answer.content.decode()
    assert "Forty buoys" in cell(html, "2026-12-11-09")
    undo = answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    back = browser.post(undo, headers=HX)
    assert "Forty buoys" in cell(back.content.decode(), "2026-12-11-16")
    away = browser.post(move(post), {**sent, "day": ""}, headers=HX).content.decode()
    assert "Forty buoys" not in cell(away, "2026-12-11-16")
    assert "Forty buoys" in away.split('id="drawer-list"')[1]


@pytest.mark.parametrize("shown", ["week", "hours"])
def test_nonsense_in_what_is_shown_is_the_month(team, post, bob, as_user, shown):
    sent = {"day": "2026-12-15", shown: "2026-99-99\0"}
    answer = as_user(bob).post(move(post), sent, headers=HX)
    assert answer.status_code == 200
    assert 'id="day-2026-12-15"' in answer.content.decode()


def test_form_returns_to_the_view_it_came_from(team, post, bob, as_user):
    browser = as_user(bob)
    page = browser.get(f"{move(post)}?week=2026-12-07").content.decode()
    assert 'name="week" value="2026-12-07"' in page
    assert f'href="{week(team, "2026-12-07")}"' in page
    to = {"day": "2026-12-20", "time": "08:15", "typed": "1"}
    answer = browser.post(move(post), {**to, "week": "2026-12-07"})
    assert answer["Location"] == week(team, "2026-12-20")
    answer = browser.post(move(post), {**to, "time": "08:30", "hours": "2026-12-11"})
    assert answer["Location"] == day(team, "2026-12-20")
    answer = browser.post(move(post), {**to, "day": "", "hours": "2026-12-11"})
    assert answer["Location"] == day(team, "2026-12-11")


@pytest.mark.parametrize("state", [DeliveryState.CLAIMED, DeliveryState.UNKNOWN])
def test_what_is_under_way_or_in_doubt_cannot_be_picked_up(team, post, bob, as_user, state):
    assert "data-movable" in as_user(bob).get(week(team)).content.decode()
    post.deliveries.all().delete()
    DeliveryFactory(queued=True, post=post, channel=post.channels.get())
    Post.objects.filter(pk=post.pk).update(stage=Stage.SCHEDULED)
    lease = timezone.now() + timedelta(minutes=1) if state == DeliveryState.CLAIMED else None
    post.deliveries.update(state=state, due_at=post.planned_at, lease_until=lease)
    html = as_user(bob).get(week(team)).content.decode()
    assert "Forty buoys" in cell(html, "2026-12-11-16")
    assert "data-movable" not in html
    sent = {"day": "2026-12-12", "time": "10:40", "week": "2026-12-07"}
    refused = as_user(bob).post(move(post), sent, headers=HX)
    assert refused.status_code == 409
    assert "being published" in refused.headers["HX-Trigger"]


def test_what_is_out_cannot_be_picked_up(team, post, bob, as_user):
    post.deliveries.all().delete()
    Post.objects.filter(pk=post.pk).update(stage=Stage.DONE)
    html = as_user(bob).get(week(team)).content.decode()
    assert "Forty buoys" in cell(html, "2026-12-11-16")
    assert "data-movable" not in html
