"""Many posts to another column of the board: shown first, then done as far as each may go there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Approval, Delivery, Post
from posts.services import schedule, stage
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from tests.calendar_app.december import at
from tests.choosing import HX, changes, confirm, left, look, made, marks, refused
from tests.factories.posts import PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
STAGE = "calendar_app:selection_stage"


@pytest.fixture
def drafts(team, bob, channel):
    return [
        PostFactory(team=team, author=bob, title=f"Draft {n}", channels=[channel]) for n in range(3)
    ]


@pytest.fixture
def idea(team, bob):
    return PostFactory(team=team, author=bob, title="Idea", stage=Stage.IDEA)


def stages():
    return dict(Post.objects.values_list("title", "stage"))


def test_those_that_may_go_there_and_why_the_others_stay(drafts, idea, bob, as_user):
    browser, posts = as_user(bob), [*drafts[:2], idea]
    shown = look(browser, STAGE, *posts, to="idea")
    assert changes(shown) == {"Draft 0": "Ideas", "Draft 1": "Ideas"}
    assert left(shown) == {"Idea": "It is there already."}
    assert stages()["Draft 0"] == Stage.DRAFTING
    done = confirm(browser, STAGE, *posts, to="idea", headers=HX)
    assert "1 post stays as it was" in done.content.decode()
    assert {*stages().values()} == {Stage.IDEA, Stage.DRAFTING}
    assert made().said == "2 posts have moved."
    whole = confirm(browser, STAGE, *posts, to="draft", headers=HX)
    assert whole.status_code == 204
    assert {*stages().values()} == {Stage.DRAFTING}


def test_it_says_what_is_lost(free_team, planned, bob, as_user):
    post = schedule.schedule(post=planned("Bound", at(11, 9)), by=bob)
    shown = look(as_user(bob), STAGE, post, to="draft")
    assert "Its approval ends." in shown.content.decode()
    assert "There is no undo" in shown.content.decode()
    confirm(as_user(bob), STAGE, post, to="draft")
    assert stages() == {"Bound": Stage.DRAFTING}
    assert not Approval.objects.filter(revoked_at=None).exists()
    assert not Delivery.objects.filter(state=DeliveryState.QUEUED).exists()


def test_to_the_schedule(free_team, planned, bob, as_user):
    posts = [planned("One", at(11, 9)), planned("No time", None), planned("Late", at(12, 9))]
    Post.objects.filter(title="Late").update(planned_at=timezone.now() - timedelta(hours=1))
    shown = look(as_user(bob), STAGE, *posts, to="scheduled")
    assert changes(shown) == {"One": "Scheduled"}
    assert "Choose a time first" in left(shown)["No time"]
    assert "has passed" in left(shown)["Late"]
    confirm(as_user(bob), STAGE, *posts, to="scheduled")
    assert stages()["One"] == Stage.SCHEDULED


@pytest.mark.parametrize("to", ["approved", "scheduled", "published", "attention"])
def test_where_none_may_go_nothing_happens(drafts, bob, as_user, to):
    shown = look(as_user(bob), STAGE, *drafts, to=to)
    assert not changes(shown)
    assert len(left(shown)) == len(drafts)
    answer = confirm(as_user(bob), STAGE, *drafts, to=to, seen=["1.guessed"])
    assert answer.status_code == 409
    assert all(refused().values())
    assert {*stages().values()} == {Stage.DRAFTING}


def test_what_is_on_its_way_stays(free_team, planned, bob, as_user):
    post = schedule.schedule(post=planned("Going", at(11, 9)), by=bob)
    Delivery.objects.update(state=DeliveryState.UNKNOWN)
    for to in ("draft", "approved"):
        said = left(look(as_user(bob), STAGE, post, to=to))
        assert said == {"Going": "It is being published, or may be live."}


def test_what_was_moved_after_the_look_stays_there(drafts, alice, bob, as_user):
    seen = marks(look(as_user(bob), STAGE, *drafts, to="idea"))
    schedule.plan(post=drafts[0], at=from_utc(at(15, 9), "Europe/Lisbon"), by=alice)
    stage.shelve(post=drafts[1], by=alice)
    confirm(as_user(bob), STAGE, *drafts, to="idea", seen=seen)
    assert stages() == {
        "Draft 0": Stage.DRAFTING,
        "Draft 1": Stage.IDEA,
        "Draft 2": Stage.IDEA,
    }
    assert "changed after you looked" in refused()["Draft 0"]
    assert refused()["Draft 1"] == "It is there already."


@pytest.mark.parametrize("to", ["", "review", "elsewhere"])
def test_a_column_that_cannot_be_chosen(drafts, bob, as_user, to):
    assert look(as_user(bob), STAGE, *drafts, to=to, confirm="1").status_code == 422
    assert {*stages().values()} == {Stage.DRAFTING}


def test_who_may(drafts, other_team, bob, vera, mallory, as_user):
    theirs = PostFactory(team=other_team)
    assert look(as_user(mallory), STAGE, *drafts, to="idea").status_code == 404
    assert look(as_user(vera), STAGE, *drafts, to="idea").status_code == 403
    both = look(as_user(bob), STAGE, *drafts, theirs, to="idea", confirm="1")
    assert both.status_code == 404
    assert Post.objects.filter(stage=Stage.IDEA).count() == 0
    asked = look(as_user(bob), STAGE, *drafts, headers=HX)
    assert asked.status_code == 200
    assert "<html" not in asked.content.decode()
    assert "<html" in look(as_user(bob), STAGE, *drafts, to="idea").content.decode()


def test_a_look_at_many_asks_no_more_than_at_two(team, bob, channel, as_user):
    browser = as_user(bob)

    def asked(n):
        posts = [PostFactory(team=team, author=bob, channels=[channel]) for _ in range(n)]
        with CaptureQueriesContext(connection) as found:
            assert len(look(browser, STAGE, *posts, to="idea").context["changes"]) == n
        return len(found)

    asked(1)
    assert asked(2) == asked(12) <= 15
