"""What an import asks for: its posts before their reviewers, once each, or the reason."""

import pytest

from approvals.models import Review
from approvals.tasks import ask_for_imported
from notifications.models import Message
from posts.models import Post
from posts.services import importer
from posts.states import Stage
from tests.factories.publishers import ChannelFactory
from tests.posts.importing import done, said, worked

pytestmark = pytest.mark.django_db
HEAD = ("text", "channels", "stage")


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="Tidewater")


def test_rows_that_say_review_are_sent_for_review_once(team, alice, bob, channel):
    importing = done(team, bob, HEAD, ("One", "Tidewater", "review"), ("Two", "Tidewater", "draft"))
    assert {post.stage for post in Post.objects.all()} == {Stage.DRAFTING}
    ask_for_imported()
    ask_for_imported()
    review = Review.objects.get()
    assert (review.post.body, review.asked_by) == ("One", bob)
    assert review.post.stage == Stage.IN_REVIEW
    assert Message.objects.filter(kind="review_asked", user=alice).count() == 1
    importer.undo(importing=importing, by=bob)
    worked(importing)
    assert {row.outcome for row in importing.rows.all()} == {"undone"}


def test_what_cannot_be_asked_says_why(team, bob, channel):
    importing = done(
        team, bob, HEAD, ("Nobody left", "Tidewater", "review"), ("Nowhere to go", "", "Prüfung")
    )
    ask_for_imported()
    assert "Nobody but its author could review this post." in said(importing, 2)
    assert not Review.objects.exists()
    assert not importing.rows.filter(asks=True).exists()


def test_nobody_is_asked_for_who_lost_the_right(team, alice, bob, channel):
    importing = done(team, bob, HEAD, ("One", "Tidewater", "review"))
    bob.memberships.update(role="viewer")
    ask_for_imported()
    assert "may not write posts" in said(importing)
    assert not Review.objects.exists()


def test_what_moved_on_meanwhile_is_left_alone(team, alice, bob, channel):
    importing = done(team, bob, HEAD, ("One", "Tidewater", "review"))
    importer.undo(importing=importing, by=bob)
    worked(importing)
    ask_for_imported()
    assert not Review.objects.exists()
