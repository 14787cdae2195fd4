"""Many posts dropped somewhere: by days and hours of the clock; where those without a time go."""

from datetime import UTC, datetime

import pytest

from posts.models import Post
from posts.services import schedule
from posts.states import Stage
from posts.times import resolve
from tests.calendar_app.december import at
from tests.choosing import changes, confirm, left, look, undo
from tests.factories.posts import PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
SHIFT = "calendar_app:selection_shift"


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
