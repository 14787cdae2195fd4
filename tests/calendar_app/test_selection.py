"""Many posts to a day, by some days, off the schedule: shown first, then done, then taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from posts.models import Approval, Blackout, Delivery, Post
from posts.services import deliveries, schedule
from posts.states import DeliveryState, Stage
from posts.times import from_utc, resolve
from publishers.models import Channel
from tests.calendar_app.december import NOW, at
from tests.choosing import HX, changes, confirm, left, look, made, marks, refused, undo
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
MOVE, SHIFT = "calendar_app:selection_move", "calendar_app:selection_shift"
UNSCHEDULE = "calendar_app:selection_unschedule"


@pytest.fixture
def bob(bob):
    User.objects.filter(pk=bob.pk).update(time_zone="Europe/Lisbon")
    bob.refresh_from_db()
    return bob


@pytest.fixture
def scheduled(free_team, bob, channel):
    """`scheduled("Title", at(11, 9))`: committed on two channels, the second two hours later."""
    later = ChannelFactory(team=free_team, name="Later")

    def commit(title, moment):
        post = PostFactory(
            team=free_team, author=bob, title=title, body=title, channels=[channel, later]
        )
        times = {later.pk: from_utc(moment + timedelta(hours=2), "UTC")}
        return schedule.schedule(post=post, at=from_utc(moment, "UTC"), per_channel=times, by=bob)

    return commit


def times():
    return dict(Post.objects.exclude(planned_at=None).values_list("title", "planned_at"))


def due(post):
    rows = post.deliveries.exclude(state=DeliveryState.CANCELLED).order_by("due_at")
    return [(row.due_at, str(row.state)) for row in rows]


# -- to another day


def test_by_some_days_each_at_its_hour_and_back(planned, bob, as_user):
    posts = [planned("One", at(11, 9, 30)), planned("Two", at(12, 18)), planned("No time", None)]
    browser = as_user(bob)
    shown = look(browser, SHIFT, *posts, days="7")
    assert changes(shown) == {"One": "Fri 18 Dec, 09:30", "Two": "Sat 19 Dec, 18:00"}
    assert left(shown) == {"No time": "It has no time."}
    assert "Fri 11 Dec, 09:30" in shown.content.decode()
    assert times() == {"One": at(11, 9, 30), "Two": at(12, 18)}
    done = confirm(browser, SHIFT, *posts, seen=marks(shown), days="7", headers=HX)
    assert times() == {"One": at(18, 9, 30), "Two": at(19, 18)}
    assert "No time" in done.content.decode()
    assert "2 posts have moved." in done.content.decode()
    undo(browser)
    assert times() == {"One": at(11, 9, 30), "Two": at(12, 18)}


def test_earlier_than_now_is_refused_and_the_others_go(planned, bob, as_user):
    posts = [planned("Soon", at(10, 9)), planned("Late", at(20, 9))]
    shown = look(as_user(bob), SHIFT, *posts, days="-3")
    assert changes(shown) == {"Late": "Thu 17 Dec, 09:00"}
    assert "has passed" in left(shown)["Soon"]


@pytest.mark.parametrize("days", ["", "0", "366", "-366", "many", "1.5", "9" * 40])
def test_days_that_cannot_be(planned, bob, as_user, days):
    post = planned("One", at(11, 9))
    response = look(as_user(bob), SHIFT, post, days=days, confirm="1")
    assert response.status_code == 422
    assert response.context["form"]["days"].value() == days
    assert times() == {"One": at(11, 9)}


def test_the_clock_that_was_meant_counts_over_a_change_of_clocks(team, bob, channel, as_user):
    """New York changes on 14 March 2027, Lisbon on the 28th."""
    posts = []
    for title, zone, local in (
        ("New York", "America/New_York", "2027-03-13T09:00"),
        ("Lisbon", "Europe/Lisbon", "2027-03-13T09:00"),
        ("Gap", "America/New_York", "2027-03-07T02:30"),
    ):
        post = PostFactory(team=team, author=bob, title=title, channels=[channel])
        posts.append(
            schedule.plan(post=post, at=resolve(datetime.fromisoformat(local), zone), by=bob)
        )
    shown = look(as_user(bob), SHIFT, *posts, days="7")
    assert "02:30 does not exist that day in America/New_York" in shown.content.decode()
    confirm(as_user(bob), SHIFT, *posts, days="7")
    assert times() == {
        "New York": datetime(2027, 3, 20, 13, tzinfo=UTC),
        "Lisbon": datetime(2027, 3, 20, 9, tzinfo=UTC),
        "Gap": datetime(2027, 3, 14, 7, 30, tzinfo=UTC),
    }


def test_to_a_day_on_the_readers_clock(planned, bob, as_user):
    User.objects.filter(pk=bob.pk).update(time_zone="Asia/Tokyo")
    bob.refresh_from_db()
    posts = [planned("Evening", at(11, 18)), planned("No time", None)]
    shown = look(as_user(bob), MOVE, *posts, day="2026-12-20", time="")
    # 18:00 in Lisbon is 03:00 in Tokyo; what has no time gets the morning.
    assert changes(shown) == {"Evening": "Sun 20 Dec, 03:00", "No time": "Sun 20 Dec, 09:00"}
    confirm(as_user(bob), MOVE, *posts, day="2026-12-20", time="12:15")
    assert set(times().values()) == {at(20, 3, 15)}
    undo(as_user(bob))
    assert times() == {"Evening": at(11, 18)}


@pytest.mark.parametrize(
    "typed",
    [{"day": ""}, {"day": "soon"}, {"day": "2040-01-01"}, {"day": "2026-12-20", "time": "9"}],
)
def test_a_day_that_cannot_be(planned, bob, as_user, typed):
    response = look(as_user(bob), MOVE, planned("One", at(11, 9)), confirm="1", **typed)
    assert response.status_code == 422
    assert times() == {"One": at(11, 9)}


def test_channels_keep_their_distance_and_approvals_stay(scheduled, bob, as_user):
    post = scheduled("Both", at(11, 9))
    confirm(as_user(bob), SHIFT, post, days="1")
    assert due(post) == [(at(12, 9), "queued"), (at(12, 11), "queued")]
    assert Post.objects.get().stage == Stage.SCHEDULED
    assert Approval.objects.filter(revoked_at=None).exists()
    undo(as_user(bob))
    assert due(post) == [(at(11, 9), "queued"), (at(11, 11), "queued")]


def test_what_is_approved_and_waits_for_a_time_is_scheduled_with_it(scheduled, bob, as_user):
    post = scheduled("Ready", at(11, 9))
    schedule.unschedule(post=post, by=bob)
    shown = look(as_user(bob), MOVE, post, day="2026-12-20", time="10:00")
    assert "It is approved, so it is scheduled with that." in shown.content.decode()
    confirm(as_user(bob), MOVE, post, day="2026-12-20", time="10:00")
    assert due(post) == [(at(20, 10), "queued"), (at(20, 10), "queued")]
    undo(as_user(bob))
    post.refresh_from_db()
    assert (post.stage, post.planned_at) == (Stage.APPROVED, None)
    Channel.objects.update(state=Channel.State.RECONNECT)
    refused_now = look(as_user(bob), MOVE, post, day="2026-12-20", time="10:00")
    assert "is not connected" in left(refused_now)["Ready"]


# -- what speaks against it


def test_it_says_which_posts_would_meet(planned, bob, as_user):
    planned("Stays", at(20, 10, 20), body="Same words")
    posts = [planned("One", at(11, 9), body="Same words"), planned("Two", at(12, 9))]
    shown = look(as_user(bob), MOVE, *posts, day="2026-12-20", time="10:00")
    warned = {line.post.title: list(line.warned) for line in shown.context["changes"]}
    assert warned["One"] == [
        "20 minutes before “Stays” on News.",
        "The same text as “Stays” on News, Sun 20 Dec, 10:20.",
    ]
    assert warned["Two"] == [
        "20 minutes before “Stays” on News.",
        "At the same time as “One” on News.",
    ]
    confirm(as_user(bob), MOVE, *posts, day="2026-12-20", time="10:00")
    assert times()["One"] == times()["Two"] == at(20, 10)


def test_together_they_meet_only_where_they_come_to_stand(planned, bob, as_user):
    posts = [planned("One", at(11, 9)), planned("Two", at(11, 12))]
    shown = look(as_user(bob), SHIFT, *posts, days="1")
    assert [list(line.warned) for line in shown.context["changes"]] == [[], []]


def test_closed_days_days_set_aside_and_channels_that_rest(team, planned, channel, bob, as_user):
    days = {"team": team, "ends_on": "2026-12-25", "starts_on": "2026-12-25"}
    Blackout.objects.create(name="Christmas", blocks=True, **days)
    Blackout.objects.create(name="Quiet", **{**days, "ends_on": "2026-12-26"})
    Channel.objects.filter(pk=channel.pk).update(paused=True)
    posts = [planned("On it", at(18, 9)), planned("After", at(19, 9))]
    shown = look(as_user(bob), SHIFT, *posts, days="7")
    assert "Christmas" in left(shown)["On it"]
    [line] = shown.context["changes"]
    assert "Quiet" in line.warned[0]
    assert "is paused" in line.warned[1]


# -- off the schedule


def test_off_the_schedule_and_on_again(scheduled, planned, bob, as_user):
    post, draft = scheduled("Both", at(11, 9)), planned("Draft", at(12, 9))
    shown = look(as_user(bob), UNSCHEDULE, post, draft, planned("No time", None))
    assert changes(shown) == {"Both": "no time", "Draft": "no time"}
    assert left(shown) == {"No time": "It has no time."}
    confirm(as_user(bob), UNSCHEDULE, post, draft)
    post.refresh_from_db()
    assert (post.stage, post.planned_at) == (Stage.APPROVED, None)
    assert not times()
    undo(as_user(bob))
    assert times() == {"Both": at(11, 9), "Draft": at(12, 9)}
    assert due(post) == [(at(11, 9), "queued"), (at(11, 11), "queued")]
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED


def test_a_channel_that_was_dropped_before_is_not_brought_back(scheduled, bob, as_user):
    post = scheduled("Both", at(11, 9))
    deliveries.cancel(delivery=post.deliveries.latest("due_at"), by=bob)
    confirm(as_user(bob), UNSCHEDULE, post)
    answer = undo(as_user(bob), headers=HX)
    assert answer.status_code == 409
    assert "Schedule it anew." in answer["HX-Trigger"]
    assert not post.deliveries.filter(state=DeliveryState.QUEUED).exists()


def test_what_is_on_its_way_keeps_its_time(scheduled, bob, as_user):
    posts = [scheduled("Going", at(11, 9)), scheduled("Out", at(12, 9))]
    lease = {"owner": "w", "attempt_no": 1, "lease_until": timezone.now()}
    first = posts[0].deliveries.earliest("due_at")
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.CLAIMED, **lease)
    Post.objects.filter(pk=posts[1].pk).update(stage=Stage.DONE)
    why = {"Going": "It is being published, or may be live.", "Out": "It is published."}
    for name, said in ((SHIFT, {"days": "1"}), (MOVE, {"day": "2026-12-20"})):
        assert left(look(as_user(bob), name, *posts, **said)) == why
    assert confirm(as_user(bob), SHIFT, *posts, seen=["1.guessed"], days="1").status_code == 409
    assert times() == {"Going": at(11, 9), "Out": at(12, 9)}


def test_a_post_that_was_moved_after_the_look_stays_there(planned, bob, as_user):
    post, other = planned("One", at(11, 9)), planned("Two", at(12, 9))
    seen = marks(look(as_user(bob), SHIFT, post, other, days="1"))
    schedule.reschedule(post=post, at=from_utc(at(15, 9), "Europe/Lisbon"), by=bob)
    confirm(as_user(bob), SHIFT, post, other, seen=seen, days="1")
    assert times() == {"One": at(15, 9), "Two": at(13, 9)}
    assert "changed after you looked" in refused()["One"]
    assert made().done == 1


# -- people and bounds


@pytest.mark.parametrize("name", [MOVE, SHIFT, UNSCHEDULE])
def test_outsiders_viewers_and_other_teams(planned, other_team, bob, vera, mallory, as_user, name):
    post, theirs = planned("One", at(11, 9)), PostFactory(team=other_team, planned_at=NOW)
    assert look(as_user(mallory), name, post).status_code == 404
    assert look(as_user(vera), name, post).status_code == 403
    said = {"days": "1", "day": "2026-12-20", "confirm": "1"}
    assert look(as_user(bob), name, post, theirs, **said).status_code == 404
    page = look(as_user(bob), name, post, headers=HX)
    assert page.status_code == 200
    assert "<html" not in page.content.decode()
    assert times()["One"] == at(11, 9)


@pytest.mark.parametrize(
    ("name", "said"), [(MOVE, {"day": "2026-12-31"}), (SHIFT, {"days": "1"}), (UNSCHEDULE, {})]
)
def test_a_look_at_many_asks_no_more_than_at_two(planned, bob, as_user, name, said):
    browser = as_user(bob)

    def asked(n):
        posts = [planned(f"P{n}", at(11 + k, 9, n)) for k in range(n)]
        with CaptureQueriesContext(connection) as found:
            assert len(look(browser, name, *posts, **said).context["changes"]) == n
        return len(found)

    asked(1)
    assert asked(2) == asked(12) <= 17


def test_boxes_are_there_for_those_who_may_and_the_list_works_alone(planned, bob, vera, as_user):
    post = planned("One", at(11, 9))
    box = f'<input type="checkbox" name="id" value="{post.pk}" form="selection"'
    pages = [
        reverse(f"calendar_app:{name}", args=[post.team.slug])
        for name in ("month", "week", "list", "board")
    ]
    for page in pages:
        html = as_user(bob).get(page).content.decode()
        assert box in html
        assert '<form class="selection selection--posts" id="selection" method="post"' in html
        watching = as_user(vera).get(page).content.decode()
        assert box not in watching
        assert 'id="selection"' not in watching
