"""Many posts at once: tags, channels, people, the trash; looked at, done, taken back."""

import pytest

from posts.models import Post, Tag
from posts.services import compose
from posts.services.edits import rewrite
from posts.states import DeliveryState, Stage
from tests.choosing import changes, confirm, left, look, made, marks, undo
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
TAGS, CHANNELS = "posts:selection_tags", "posts:selection_channels"
ASSIGN, DELETE = "posts:selection_assign", "posts:selection_delete"


def tags(post):
    return sorted(tag.name for tag in Post.objects.get(pk=post.pk).tags.all())


def channels(post):
    return set(post.variants.values_list("channel_id", flat=True))


# -- what is asked for, shown, done


def test_a_tag_is_asked_for_then_shown_then_given_and_taken_back(posts, bob, as_user):
    rewrite(posts[0], bob, tags=["Sea", "old"])
    rewrite(posts[2], bob, tags=["sea"])
    browser = as_user(bob)
    asked = look(browser, TAGS, *posts)
    assert not asked.context["changes"]
    assert "<h1" in asked.content.decode()
    shown = look(browser, TAGS, *posts, tags="sea, deep", do="add")
    assert changes(shown) == {"P0": "deep, old, Sea", "P1": "deep, sea", "P2": "deep, Sea"}
    assert [tags(post) for post in posts] == [["Sea", "old"], [], ["Sea"]]
    done = confirm(browser, TAGS, *posts, seen=marks(shown), tags="sea, deep", do="add")
    assert done.status_code == 302
    html = browser.get(done["Location"]).content.decode()
    assert "3 posts have other tags now." in html
    both = ["Sea", "deep"]
    assert [tags(post) for post in posts] == [[*both, "old"], both, both]
    assert undo(browser).status_code == 302
    assert [tags(post) for post in posts] == [["Sea", "old"], [], ["Sea"]]
    assert f"/{made().pk}/undo/" in html
    assert f"/{made().pk}/undo/" not in browser.get(done["Location"]).content.decode()


def test_a_tag_is_taken_away_where_there_is_one(posts, bob, as_user):
    rewrite(posts[0], bob, tags=["Sea", "old"])
    shown = look(as_user(bob), TAGS, *posts, tags="SEA", do="remove")
    assert changes(shown) == {"P0": "old"}
    assert left(shown) == dict.fromkeys(("P1", "P2"), "It has none of them.")
    confirm(as_user(bob), TAGS, *posts, tags="SEA", do="remove")
    assert tags(posts[0]) == ["old"]


@pytest.mark.parametrize(
    "typed", ["", " , ", "a\x00b", "t" * 41, ",".join("abcdefghijklmnopqrstu")]
)
def test_tags_that_cannot_be_are_refused_and_kept_in_the_form(posts, bob, as_user, typed):
    response = look(as_user(bob), TAGS, *posts, tags=typed, do="add", confirm="1")
    assert response.status_code == 422
    assert response.context["form"]["tags"].value() == typed
    assert not Tag.objects.exists()


def test_a_post_with_as_many_tags_as_there_may_be_stays(posts, bob, as_user):
    rewrite(posts[0], bob, tags=[f"t{n}" for n in range(20)])
    shown = look(as_user(bob), TAGS, posts[0], tags="one more", do="add")
    assert "more than 20 tags" in left(shown)["P0"]


def test_an_approval_outlives_tags_and_people_but_not_channels(scheduled, team, bob, as_user):
    browser, other = as_user(bob), ChannelFactory(team=team)
    confirm(browser, TAGS, scheduled, tags="sea", do="add")
    confirm(browser, ASSIGN, scheduled, person=bob.pk)
    scheduled.refresh_from_db()
    assert (scheduled.stage, scheduled.assignee) == (Stage.SCHEDULED, bob)
    shown = look(browser, CHANNELS, scheduled, channel=other.pk, do="add")
    assert "Goes back to drafting" in shown.content.decode()
    confirm(browser, CHANNELS, scheduled, channel=other.pk, do="add")
    scheduled.refresh_from_db()
    assert scheduled.stage == Stage.DRAFTING
    due = dict(scheduled.deliveries.values_list("channel_id", "due_at"))
    assert due == dict.fromkeys(channels(scheduled), scheduled.planned_at)
    assert set(scheduled.deliveries.values_list("state", flat=True)) == {DeliveryState.DRAFT}


def test_a_channel_comes_back_with_its_own_words(posts, channel, bob, as_user):
    own = compose.VariantDraft(text="Only here", options={"numbered": "yes"})
    rewrite(posts[0], bob, channels={channel.pk: own})
    shown = look(as_user(bob), CHANNELS, *posts, channel=channel.pk, do="remove")
    assert changes(shown) == dict.fromkeys(("P0", "P1", "P2"), "no channel")
    confirm(as_user(bob), CHANNELS, *posts, channel=channel.pk, do="remove")
    assert [channels(post) for post in posts] == [set()] * 3
    undo(as_user(bob))
    again = posts[0].variants.get()
    assert (again.channel, again.text, again.options) == (channel, "Only here", own.options)


def test_a_channel_says_what_it_would_not_take(team, bob, channel, as_user):
    long = PostFactory(team=team, author=bob, title="Long", body="word " * 200)
    shown = look(as_user(bob), CHANNELS, long, channel=channel.pk, do="add")
    [line] = shown.context["changes"]
    assert line.warned
    assert line.warned[0] in shown.content.decode()


def test_channels_and_people_of_others_cannot_be_chosen(posts, other_team, mallory, bob, as_user):
    theirs = ChannelFactory(team=other_team, name="Secret")
    response = look(as_user(bob), CHANNELS, *posts, channel=theirs.pk, do="add", confirm="1")
    assert response.status_code == 422
    assert "Secret" not in response.content.decode()
    response = look(as_user(bob), ASSIGN, *posts, person=mallory.pk, confirm="1")
    assert response.status_code == 422


def test_posts_are_assigned_and_given_back(posts, alice, bob, as_user):
    Post.objects.filter(pk=posts[0].pk).update(assignee=alice)
    shown = look(as_user(bob), ASSIGN, *posts, person=alice.pk)
    assert left(shown) == {"P0": "It is with them already."}
    confirm(as_user(bob), ASSIGN, *posts, person=alice.pk)
    assert Post.objects.filter(assignee=alice).count() == 3
    undo(as_user(bob))
    assert Post.objects.get(assignee=alice) == posts[0]
    confirm(as_user(bob), ASSIGN, *posts, person="none")
    assert not Post.objects.filter(assignee=alice).exists()


def test_the_trash_and_back_with_its_time(scheduled, posts, bob, as_user):
    at = scheduled.planned_at
    confirm(as_user(bob), DELETE, scheduled, *posts)
    assert not Post.objects.for_team(scheduled.team).exists()
    assert scheduled.deliveries.get().state == DeliveryState.CANCELLED
    undo(as_user(bob))
    again = Post.objects.for_team(scheduled.team).get(pk=scheduled.pk)
    assert (again.stage, again.planned_at) == (Stage.DRAFTING, at)
    assert Post.objects.for_team(scheduled.team).count() == 4
