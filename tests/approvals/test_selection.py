"""Many posts for review at once, and many approved."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Decision, Review
from approvals.services.ask import ask
from notifications.models import Message
from posts.models import Post
from posts.services import schedule
from posts.services.edits import rewrite
from posts.states import DeliveryState, Stage
from posts.times import resolve
from tests.choosing import HX, changes, confirm, left, look, made, marks, refused, undo
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
SUBMIT, APPROVE = "approvals:selection_submit", "approvals:selection_approve"


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture
def write(team, bob, channel):
    """`write("Title")`: a post by bob that could go out."""

    def make(title, **fields):
        given = {"team": team, "author": bob, "title": title, "channels": [channel], **fields}
        return PostFactory(**given)

    return make


def stages():
    return {title: Stage(stage) for title, stage in Post.objects.values_list("title", "stage")}


def test_many_are_sent_for_review_and_the_others_say_why_not(write, stage, carol, bob, as_user):
    posts = [
        write("One"),
        write("Two"),
        write("By Carol", author=carol),
        write("Empty", body=""),
        write("Nowhere", channels=[]),
        write("Out", stage=Stage.DONE),
        write("Ready", stage=Stage.APPROVED),
    ]
    shown = look(as_user(bob), SUBMIT, *posts)
    assert changes(shown) == {
        "One": "In review with Carol, Ruth Abara",
        "Two": "In review with Carol, Ruth Abara",
        "By Carol": "In review with Ruth Abara",
    }
    why = left(shown)
    assert why["Nowhere"] == "No channel is chosen."
    assert why["Out"] == "It is published."
    assert why["Ready"] == "It is approved already."
    assert why["Empty"]
    assert not Review.objects.exists()
    done = confirm(as_user(bob), SUBMIT, *posts, seen=marks(shown), headers=HX)
    assert "3 posts are in review." in done.content.decode()
    assert Review.objects.filter(state="open").count() == 3
    assert Message.objects.filter(kind="review_asked").count() == 5
    assert undo(as_user(bob)).status_code == 409


def test_nobody_but_the_author(write, alice, as_user):
    post = write("Mine", author=alice)
    assert left(look(as_user(alice), SUBMIT, post)) == {
        "Mine": "Nobody but its author could review it."
    }


def test_those_who_were_asked_approve_what_they_were_shown(write, stage, carol, bob, as_user):
    posts = [write("One"), write("Two"), write("Draft"), write("Mine", author=carol)]
    schedule.plan(
        post=posts[1], at=resolve(datetime.fromisoformat("2030-01-01T09:00"), "UTC"), by=bob
    )
    for post in (posts[0], posts[1], posts[3]):
        ask(post=post, by=bob)
    shown = look(as_user(carol), APPROVE, *posts)
    assert "An answer can be taken back until publishing starts." in shown.content.decode()
    assert changes(shown)["One"] == "Approved"
    assert changes(shown)["Two"].startswith("Scheduled for ")
    assert left(shown) == {
        "Draft": "It is not in review.",
        "Mine": "You were not asked to review it.",
    }
    assert not Decision.objects.exists()
    confirm(as_user(carol), APPROVE, *posts, seen=marks(shown))
    assert stages() == {
        "One": Stage.APPROVED,
        "Two": Stage.SCHEDULED,
        "Draft": Stage.DRAFTING,
        "Mine": Stage.IN_REVIEW,
    }
    assert posts[1].deliveries.get().state == DeliveryState.QUEUED
    said = Decision.objects.values_list("name", "kind", "via").distinct().get()
    assert said == ("Carol", "approve", "page")
    assert undo(as_user(carol)).status_code == 409
    again = look(as_user(carol), APPROVE, posts[0])
    assert left(again) == {"One": "It is not in review."}


def test_another_yes_may_be_needed(write, stage, carol, bob, as_user):
    stage.needed = 2
    stage.save(update_fields=["needed"])
    post = write("One")
    ask(post=post, by=bob)
    assert changes(look(as_user(carol), APPROVE, post)) == {"One": "your yes, 1 more is needed"}
    confirm(as_user(carol), APPROVE, post)
    assert stages() == {"One": Stage.IN_REVIEW}
    assert "decided about this version already" in left(look(as_user(carol), APPROVE, post))["One"]


def test_words_that_changed_after_the_look_are_not_approved(write, stage, carol, bob, as_user):
    posts = [write("One"), write("Two")]
    for post in posts:
        ask(post=post, by=bob)
    seen = marks(look(as_user(carol), APPROVE, *posts))
    rewrite(Post.objects.get(pk=posts[0].pk), bob, body="Other words")
    confirm(as_user(carol), APPROVE, *posts, seen=seen)
    assert stages() == {"One": Stage.DRAFTING, "Two": Stage.APPROVED}
    assert refused() == {"One": "It was changed after it was sent for review."}
    assert made().said == "You approved 1 post."


def test_nobody_approves_their_own(write, stage, carol, bob, team, as_user):
    post = write("Mine", author=carol)
    team.allow_self_approval = True
    team.save(update_fields=["allow_self_approval"])
    ask(post=Post.objects.get(pk=post.pk), by=bob)
    team.allow_self_approval = False
    team.save(update_fields=["allow_self_approval"])
    why = "You wrote this post, so somebody else decides."
    assert left(look(as_user(carol), APPROVE, post)) == {"Mine": why}


@pytest.mark.parametrize("name", [SUBMIT, APPROVE])
def test_outsiders_viewers_and_other_teams(write, other_team, bob, vera, mallory, as_user, name):
    post, theirs = write("One"), PostFactory(team=other_team)
    assert look(as_user(mallory), name, post).status_code == 404
    assert look(as_user(vera), name, post).status_code == 403
    assert look(as_user(bob), name, post, theirs, confirm="1").status_code == 404
    assert "<html" not in look(as_user(bob), name, post, headers=HX).content.decode()
    assert stages()["One"] == Stage.DRAFTING


@pytest.mark.parametrize("name", [SUBMIT, APPROVE])
def test_a_look_at_many_asks_no_more_than_at_two(write, stage, carol, bob, alice, as_user, name):
    browser = as_user(carol)

    def asked(n):
        posts = [write(f"P{k}", author=(bob, alice)[k % 2]) for k in range(n)]
        if name == APPROVE:
            for post in posts:
                ask(post=post, by=bob)
        with CaptureQueriesContext(connection) as found:
            assert len(look(browser, name, *posts).context["changes"]) == n
        return len(found)

    asked(1)
    assert asked(2) == asked(8) <= 16
