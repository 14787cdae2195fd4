"""A move and its way back: each channel to the moment that it had, and nothing goes out by it."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse

from posts.models import Approval
from posts.services import review, schedule
from posts.states import Stage
from posts.times import from_utc
from tests.calendar_app.december import HX, at
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def move_url(post, name="post_move"):
    return reverse(f"calendar_app:{name}", args=[post.team.slug, post.pk])


def due(post):
    return dict(post.deliveries.values_list("channel_id", "due_at"))


def undo_in(answer) -> str:
    return json.loads(answer.headers["HX-Trigger"])["drum:toast"]["undo"]


def stages_of_a_way_back(post, bob, as_user) -> list[str]:
    """After it joined the queue, and after that was taken back."""
    browser = as_user(bob)
    answer = browser.post(move_url(post, "queue_add"), headers=HX)
    post.refresh_from_db()
    queued = post.stage
    assert browser.post(undo_in(answer), headers=HX).status_code == 204
    post.refresh_from_db()
    return [queued, post.stage]


def form_in(page) -> str:
    """Where the button of what was said leads."""
    said = page.text.split('id="toasts"')[1].split("</drum-toast>")[0]
    assert ">Undo</button>" in said
    return unescape(re.search(r'method="post" action="([^"]+)"', said)[1])


@pytest.fixture
def apart(team, bob):
    """A post whose second channel follows two days and nine hours later."""
    one, two = ChannelFactory(team=team), ChannelFactory(team=team)
    post = PostFactory(team=team, author=bob, channels=[one, two])
    later = {two.pk: from_utc(at(13, 18, 30), "Europe/Lisbon")}
    schedule.plan(post=post, at=from_utc(at(11, 9, 30), "Europe/Lisbon"), per_channel=later, by=bob)
    post.refresh_from_db()
    return post


def test_what_is_dragged_in_the_month_lands_where_it_was_dropped(apart, bob, as_user):
    before = due(apart)
    sent = {"day": "2026-12-14", "time": "", "of": at(13, 18, 30).isoformat(), "month": "2026-12"}
    answer = as_user(bob).post(move_url(apart), sent, headers=HX)
    assert answer.status_code == 200
    assert due(apart) == {pk: moment + timedelta(days=1) for pk, moment in before.items()}


def test_undo_gives_each_channel_its_own_time_again(apart, bob, as_user):
    before, browser = due(apart), as_user(bob)
    gone = browser.post(move_url(apart), {"day": "", "month": "2026-12"}, headers=HX)
    assert set(due(apart).values()) == {None}
    back = browser.post(undo_in(gone), headers=HX)
    assert due(apart) == before
    again = browser.post(undo_in(back), headers=HX)
    assert again.status_code == 200
    assert set(due(apart).values()) == {None}


def test_undo_knows_which_of_two_hours_it_was(team, bob, channel, as_user):
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    post = PostFactory(team=team, author=bob, channels=[channel])
    schedule.plan(post=post, at=from_utc(second, "Europe/Lisbon"), by=bob)
    browser = as_user(bob)
    moved = browser.post(move_url(post), {"day": "2027-11-02", "month": "2027-11"}, headers=HX)
    browser.post(undo_in(moved), headers=HX)
    assert due(post) == {channel.pk: second}


def test_what_was_scheduled_is_scheduled_again(free_team, bob, channel, as_user):
    post = PostFactory(team=free_team, author=bob, body="Buoys", channels=[channel])
    schedule.schedule(post=post, at=from_utc(at(11, 9, 30), "Europe/Lisbon"), by=bob)
    browser = as_user(bob)
    gone = browser.post(move_url(post), {"day": "", "month": "2026-12"}, headers=HX)
    post.refresh_from_db()
    assert post.stage == Stage.APPROVED
    browser.post(undo_in(gone), headers=HX)
    post.refresh_from_db()
    assert (post.stage, due(post)) == (Stage.SCHEDULED, {channel.pk: at(11, 9, 30)})


def test_a_plan_that_joined_the_queue_is_only_a_plan_again(
    free_team, bob, channel, give, planned, as_user
):
    give(channel, "09:30")
    post = planned("Forty buoys", at(20, 8))
    assert stages_of_a_way_back(post, bob, as_user) == [Stage.SCHEDULED, Stage.DRAFTING]
    assert due(post) == {channel.pk: at(20, 8)}
    assert not Approval.objects.filter(revoked_at=None).exists()


def test_an_idea_that_joined_the_queue_is_only_an_idea_again(
    free_team, bob, channel, give, as_user
):
    give(channel, "09:30")
    post = PostFactory(team=free_team, author=bob, channels=[channel], stage=Stage.IDEA)
    assert stages_of_a_way_back(post, bob, as_user) == [Stage.SCHEDULED, Stage.IDEA]
    assert due(post) == {channel.pk: None}


def test_what_was_approved_before_it_joined_the_queue_stays_approved(
    team, bob, alice, channel, give, as_user
):
    give(channel, "09:30")
    post = PostFactory(team=team, author=bob, channels=[channel])
    revision = review.submit(post=post, by=bob)
    review.confirm(post=post, revision=revision, by=alice)
    assert stages_of_a_way_back(post, bob, as_user) == [Stage.SCHEDULED, Stage.APPROVED]


def test_a_yes_given_meanwhile_is_not_taken_back(
    free_team, bob, alice, channel, give, planned, as_user
):
    give(channel, "09:30")
    post, browser = planned("Forty buoys", at(20, 8)), as_user(bob)
    queued = browser.post(move_url(post, "queue_add"), headers=HX)
    goes = due(post)[channel.pk]
    review.withdraw(post=post, by=bob)
    revision = review.submit(post=post, by=bob)
    review.confirm(post=post, revision=revision, by=alice)
    assert due(post) == {channel.pk: goes}
    browser.post(undo_in(queued), headers=HX)
    post.refresh_from_db()
    assert (post.stage, due(post)) == (Stage.APPROVED, {channel.pk: at(20, 8)})


def test_undo_is_offered_for_one_post_and_one_state(
    apart, planned, bob, vera, mallory, as_user, other_team
):
    browser, other = as_user(bob), planned("Other", at(12, 9))
    moved = browser.post(move_url(apart), {"day": "2026-12-15", "month": "2026-12"}, headers=HX)
    undo, query = undo_in(moved), undo_in(moved).partition("?")[2]
    assert as_user(vera).post(undo, headers=HX).status_code == 403
    assert as_user(mallory).post(undo, headers=HX).status_code == 404
    assert browser.get(undo).status_code == 405
    assert browser.post(move_url(apart, "post_move_undo")).status_code == 404
    assert browser.post(f"{move_url(other, 'post_move_undo')}?{query}").status_code == 404
    schedule.reschedule(post=apart, at=from_utc(at(16, 9), "UTC"), by=bob)
    stale = browser.post(undo, headers=HX)
    assert stale.status_code == 409
    assert "It has been moved since" in stale.headers["HX-Trigger"]
    plain = as_user(bob).post(move_url(other), {"day": "2026-12-15", "typed": "1", "keep": "1"})
    assert plain.status_code == 302


def test_without_scripts_the_way_back_is_a_form_on_the_next_page(apart, bob, as_user):
    """And that, too, has a way back; one that came too late is told on a page of its own."""
    before, browser = due(apart), as_user(bob)
    gone = browser.post(move_url(apart), {"day": "", "month": "2026-12"}, follow=True)
    assert "Taken off the calendar." in gone.text
    assert set(due(apart).values()) == {None}
    back = browser.post(form_in(gone), follow=True)
    assert due(apart) == before
    assert "Moved to Fri 11 Dec, 09:30." in back.text
    again = browser.post(form_in(back), follow=True)
    assert (again.status_code, set(due(apart).values())) == (200, {None})
    late = browser.post(form_in(back))
    assert late.status_code == 409
    assert "<html" in late.text


def test_undo_costs_a_bounded_number_of_statements(
    apart, bob, as_user, django_assert_max_num_queries
):
    browser = as_user(bob)
    moved = browser.post(move_url(apart), {"day": "2026-12-15", "month": "2026-12"}, headers=HX)
    with django_assert_max_num_queries(40):
        assert browser.post(undo_in(moved), headers=HX).status_code == 200


def test_days_apart_keep_the_clock_on_the_wall(team, bob):
    """In Lisbon the clocks go forward on 28 March 2027."""
    one, two, soon = (ChannelFactory(team=team) for _ in range(3))
    post = PostFactory(team=team, author=bob, channels=[one, two, soon])
    first = datetime(2027, 3, 20, 10, tzinfo=UTC)
    times = {two.pk: first + timedelta(days=2), soon.pk: first + timedelta(minutes=20)}
    schedule.plan(
        post=post,
        at=from_utc(first, "Europe/Lisbon"),
        per_channel={pk: from_utc(moment, "Europe/Lisbon") for pk, moment in times.items()},
        by=bob,
    )
    post.refresh_from_db()
    week_later = datetime(2027, 3, 27, 10, tzinfo=UTC)
    schedule.reschedule(post=post, at=from_utc(week_later, "Europe/Lisbon"), by=bob)
    assert due(post) == {
        one.pk: week_later,
        two.pk: datetime(2027, 3, 29, 9, tzinfo=UTC),
        soon.pk: week_later + timedelta(minutes=20),
    }
