"""Many posts dropped somewhere: by days and hours of the clock; where those without a time go."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from posts.models import Blackout, Post
from posts.services import schedule
from posts.states import Stage
from posts.times import resolve
from tests.calendar_app.december import at
from tests.choosing import HX, changes, confirm, left, look, made, refused, undo
from tests.factories.posts import PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
SHIFT, STAGE = "calendar_app:selection_shift", "calendar_app:selection_stage"


def times():
    return dict(Post.objects.exclude(planned_at=None).values_list("title", "planned_at"))


@pytest.fixture
def on_the_clock(team, bob, channel):
    """`on_the_clock("Title", "Europe/Lisbon", "2027-03-27T23:00")`."""

    def plan(title, zone, local):
        post = PostFactory(team=team, author=bob, title=title, body=title, channels=[channel])
        moment = resolve(datetime.fromisoformat(local), zone)
        return schedule.plan(post=post, at=moment, by=bob)

    return plan


def test_by_days_and_hours_all_keep_their_distance(planned, bob, as_user):
    posts = [planned("One", at(11, 9, 30)), planned("Two", at(12, 18))]
    shown = look(as_user(bob), SHIFT, *posts, days="2", hours="-3")
    assert changes(shown) == {"One": "Sun 13 Dec, 06:30", "Two": "Mon 14 Dec, 15:00"}
    confirm(as_user(bob), SHIFT, *posts, days="2", hours="-3")
    assert times() == {"One": at(13, 6, 30), "Two": at(14, 15)}
    undo(as_user(bob))
    assert times() == {"One": at(11, 9, 30), "Two": at(12, 18)}


def test_hours_are_those_of_the_clock_where_it_changes(on_the_clock, bob, as_user):
    """Lisbon changes at one o'clock on 28 March 2027, New York a fortnight before."""
    posts = [
        on_the_clock("Over it", "Europe/Lisbon", "2027-03-27T23:15"),
        on_the_clock("Into it", "Europe/Lisbon", "2027-03-27T22:30"),
        on_the_clock("Elsewhere", "America/New_York", "2027-03-27T23:15"),
    ]
    shown = look(as_user(bob), SHIFT, *posts, days="0", hours="3")
    assert "01:30 does not exist that day in Europe/Lisbon" in shown.content.decode()
    confirm(as_user(bob), SHIFT, *posts, days="0", hours="3")
    assert times() == {
        "Over it": datetime(2027, 3, 28, 1, 15, tzinfo=UTC),
        "Into it": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        "Elsewhere": datetime(2027, 3, 28, 6, 15, tzinfo=UTC),
    }


def test_what_has_no_time_gets_the_day_that_it_was_dropped_on(planned, bob, as_user):
    posts = [planned("One", at(11, 9, 30)), planned("No time", None)]
    dropped = {"days": "3", "hours": "", "day": "2026-12-14"}
    shown = look(as_user(bob), SHIFT, *posts, **dropped)
    assert changes(shown) == {"One": "Mon 14 Dec, 09:30", "No time": "Mon 14 Dec, 09:00"}
    assert 'name="day" value="2026-12-14"' in shown.content.decode()
    confirm(as_user(bob), SHIFT, *posts, **dropped, time="15:00")
    assert times() == {"One": at(14, 9, 30), "No time": at(14, 15)}
    undo(as_user(bob))
    assert times() == {"One": at(11, 9, 30)}
    assert left(look(as_user(bob), SHIFT, *posts, days="3")) == {"No time": "It has no time."}


def test_what_is_approved_and_has_no_time_is_scheduled_with_it(free_team, planned, bob, as_user):
    waits, other = planned("Ready", at(11, 9)), planned("Draft", at(12, 9))
    schedule.unschedule(post=schedule.schedule(post=waits, by=bob), by=bob)
    dropped = {"days": "1", "day": "2026-12-13"}
    shown = look(as_user(bob), SHIFT, waits, other, **dropped)
    assert "It is approved, so it is scheduled with that." in shown.content.decode()
    confirm(as_user(bob), SHIFT, waits, other, **dropped)
    waits.refresh_from_db()
    assert (waits.stage, waits.planned_at) == (Stage.SCHEDULED, at(13, 9))
    undo(as_user(bob))
    waits.refresh_from_db()
    assert (waits.stage, waits.planned_at) == (Stage.APPROVED, None)


@pytest.mark.parametrize(
    "typed",
    [
        {"days": "0", "hours": "0"},
        {"days": "0", "hours": "24"},
        {"days": "1", "hours": "some"},
        {"days": "1", "day": "0001-01-01"},
        {"days": "1", "day": "2040-01-01"},
        {"days": "1", "day": "2026-12-14", "time": "9"},
    ],
)
def test_a_distance_that_cannot_be(planned, bob, as_user, typed):
    response = look(as_user(bob), SHIFT, planned("One", at(11, 9)), confirm="1", **typed)
    assert response.status_code == 422
    assert times() == {"One": at(11, 9)}


def drop(client, name, *posts, **said):
    return look(client, name, *posts, headers=HX, dropped="1", **said)


def test_what_can_be_undone_is_done_where_it_was_dropped(planned, bob, as_user):
    posts = [planned("One", at(11, 9, 30)), planned("Two", at(12, 18))]
    answer = drop(as_user(bob), SHIFT, *posts, days="2", hours="")
    assert answer.status_code == 204
    assert "2 posts have moved." in answer.headers["HX-Trigger"]
    assert (
        reverse("posts:selection_undo", args=[posts[0].team.slug, made().pk])
        in (answer.headers["HX-Trigger"])
    )
    assert times() == {"One": at(13, 9, 30), "Two": at(14, 18)}
    undo(as_user(bob))
    assert times() == {"One": at(11, 9, 30), "Two": at(12, 18)}


def test_it_says_what_speaks_against_it(planned, bob, as_user):
    planned("There", at(13, 9, 30))
    posts = [planned("One", at(11, 9, 30)), planned("Two", at(12, 18))]
    answer = drop(as_user(bob), SHIFT, *posts, days="2")
    assert "There" in answer.headers["HX-Trigger"]
    assert times()["One"] == at(13, 9, 30)


def test_those_that_cannot_go_stay_and_it_says_why(team, planned, bob, as_user):
    on = at(14, 9).date()
    Blackout.objects.create(team=team, name="Regatta", blocks=True, starts_on=on, ends_on=on)
    posts = [planned("One", at(11, 9, 30)), planned("Two", at(12, 18))]
    answer = drop(as_user(bob), SHIFT, *posts, days="2")
    assert answer.status_code == 200
    assert "1 post stays as it was" in answer.content.decode()
    assert "Regatta" in refused()["Two"]
    assert times() == {"One": at(13, 9, 30), "Two": at(12, 18)}
    undo(as_user(bob))
    assert times()["One"] == at(11, 9, 30)
    assert drop(as_user(bob), SHIFT, posts[1], days="2").status_code == 409


def test_what_cannot_be_undone_is_shown_first(planned, bob, as_user):
    posts = [planned("One", at(11, 9, 30)), planned("Two", None)]
    assert changes(drop(as_user(bob), STAGE, *posts, to="idea")).keys() == {"One", "Two"}
    assert {*Post.objects.values_list("stage", flat=True)} == {Stage.DRAFTING}


def test_pages_know_where_a_drop_leads(planned, bob, vera, as_user):
    team = planned("One", at(11, 9)).team
    for name in ("month", "week", "day", "board"):
        page = reverse(f"calendar_app:{name}", args=[team.slug])
        html = as_user(bob).get(page).content.decode()
        assert f'data-shift="{reverse(SHIFT, args=[team.slug])}"' in html
        assert "<drum-along" not in as_user(vera).get(page).content.decode()
