"""Several posts into free slots: chosen, shown, confirmed."""

import pytest
from django.urls import reverse

from calendar_app.models import Slot
from posts.models import Approval, BulkAct, Post
from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
from tests.calendar_app.december import at
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("wednesday", "every_morning"),
]


@pytest.fixture
def posts(team, bob, channel):
    return [PostFactory(team=team, author=bob, title=f"P{n}", channels=[channel]) for n in range(3)]


def page(team):
    return reverse("calendar_app:slots_fill", kwargs={"team": team.slug})


def preview(browser, team, posts):
    response = browser.get(page(team), {"posts": [post.pk for post in posts]})
    return response, response.context["filling"]


def unreviewed(team):
    team.review_required = False
    team.save(update_fields=["review_required"])


def planned():
    return dict(Post.objects.values_list("title", "planned_at"))


def test_page_lists_what_waits(team, posts, bob, as_user):
    schedule.plan(post=posts[0], at=from_utc(at(20, 8), "UTC"), by=bob)
    response = as_user(bob).get(page(team))
    assert {card.post.title for card in response.context["cards"]} == {"P1", "P2"}
    assert 'dir="auto">P1<' in response.content.decode()
    fragment = as_user(bob).get(page(team), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment


def test_nothing_waits(team, bob, as_user):
    assert "Nothing waits" in as_user(bob).get(page(team)).content.decode()


def test_preview_changes_nothing_and_confirming_does_what_it_said(team, posts, bob, as_user):
    browser = as_user(bob)
    response, filling = preview(browser, team, reversed(posts))
    assert [place.post.title for place in filling.places] == ["P2", "P1", "P0"]
    assert "Goes out once it is approved" in response.content.decode()
    assert set(planned().values()) == {None}
    ids = [post.pk for post in reversed(posts)]
    done = browser.post(page(team), {"posts": ids, "seen": filling.digest})
    assert done.status_code == 302
    assert planned() == {"P2": at(10, 9, 30), "P1": at(11, 9, 30), "P0": at(12, 9, 30)}


def test_it_can_be_taken_back(team, posts, bob, as_user):
    """One has been moved since: it stays where it is."""
    browser = as_user(bob)
    _response, filling = preview(browser, team, posts)
    typed = {"posts": [post.pk for post in posts], "seen": filling.digest}
    html = browser.post(page(team), typed, follow=True).content.decode()
    [act] = BulkAct.objects.for_team(team)
    back = reverse("posts:selection_undo", args=[team.slug, act.pk])
    assert f'action="{back}?next=' in html
    assert act.results[0]["words"] == "no time → Thu 10 Dec, 09:30"
    schedule.plan(post=posts[1], at=from_utc(at(20, 8), "UTC"), by=bob)
    html = browser.post(back, follow=True).content.decode()
    assert "2 posts are as they were. 1 stays: It has changed since." in html
    assert planned() == {"P0": None, "P1": at(20, 8), "P2": None}
    assert browser.post(back).status_code == 409


@pytest.mark.parametrize("stage", [Stage.IDEA, Stage.DRAFTING])
def test_taken_back_nothing_is_approved_that_was_not(team, posts, bob, as_user, stage):
    unreviewed(team)
    Post.objects.update(stage=stage)
    browser = as_user(bob)
    _response, filling = preview(browser, team, posts)
    typed = {"posts": [post.pk for post in posts], "seen": filling.digest}
    browser.post(page(team), typed)
    assert set(Post.objects.values_list("stage", flat=True)) == {Stage.SCHEDULED}
    [act] = BulkAct.objects.for_team(team)
    browser.post(reverse("posts:selection_undo", args=[team.slug, act.pk]))
    assert set(Post.objects.values_list("stage", "planned_at")) == {(stage, None)}
    assert not Approval.objects.filter(revoked_at=None).exists()


def test_what_changed_in_between_is_said_and_nothing_done(team, posts, bob, channel, as_user):
    browser = as_user(bob)
    _response, filling = preview(browser, team, posts)
    Slot.objects.filter(weekday=3).delete()
    typed = {"posts": [post.pk for post in posts], "seen": filling.digest}
    response = browser.post(page(team), typed)
    assert response.status_code == 409
    assert "look at the new times" in response.content.decode()
    assert set(planned().values()) == {None}
    again = {**typed, "seen": response.context["filling"].digest}
    browser.post(page(team), again)
    assert planned()["P0"] == at(11, 9, 30)


def test_one_that_is_not_ready_is_said_and_the_others_go(team, posts, bob, as_user):
    unreviewed(team)
    Post.objects.filter(pk=posts[1].pk).update(body="", title="")
    browser = as_user(bob)
    _response, filling = preview(browser, team, posts)
    typed = {"posts": [post.pk for post in posts], "seen": filling.digest}
    html = browser.post(page(team), typed, follow=True).content.decode()
    assert "2 posts have a slot now." in html
    assert f"Not “Post {posts[1].pk}”" in html
    assert Post.objects.filter(stage=Stage.SCHEDULED).count() == 2


def test_a_post_without_slots_says_why(team, posts, bob, as_user):
    bare = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    response, filling = preview(as_user(bob), team, [bare, posts[0]])
    assert "None of its channels has slots yet" in response.content.decode()
    assert len(filling.places) == 1


def test_outsiders_viewers_and_other_teams(team, other_team, mallory, vera, bob, as_user):
    assert as_user(mallory).get(page(team)).status_code == 404
    assert as_user(vera).get(page(team)).status_code == 403
    theirs = PostFactory(team=other_team, title="Secret")
    response, filling = preview(as_user(bob), team, [theirs])
    assert not filling.lines
    assert "Secret" not in response.content.decode()
