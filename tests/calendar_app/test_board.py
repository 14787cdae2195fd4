"""The board and moving cards on it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calendar_app.queries.board import PER_COLUMN
from calendar_app.queries.counts import TITLES
from calendar_app.services.stage import STEPS, why_not
from posts.models import Delivery, Post
from posts.services import schedule
from posts.states import POST, DeliveryState, Stage
from posts.times import from_utc
from tests.calendar_app.december import HX
from tests.factories.posts import DeliveryFactory, PostFactory, PostMediaFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture
def post(team, bob, channel):
    return PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])


def url(team):
    return reverse("calendar_app:board", kwargs={"team": team.slug})


def move(team, post):
    return reverse("calendar_app:card_move", kwargs={"team": team.slug, "post_id": post.pk})


def column(team, key, **query):
    return reverse("calendar_app:board_column", kwargs={"team": team.slug, "key": key}, query=query)


def shown(response):
    return {c.key: [item.card.post.pk for item in c.cards] for c in response.context["columns"]}


def test_every_stage_has_its_column(team, bob, as_user):
    made = {stage: PostFactory(team=team, author=bob, stage=stage).pk for stage in Stage}
    board = shown(as_user(bob).get(url(team)))
    assert list(board) == list(TITLES)
    assert board["idea"] == [made[Stage.IDEA]]
    assert set(board["review"]) == {made[Stage.IN_REVIEW], made[Stage.CHANGES_REQUESTED]}
    assert board["published"] == [made[Stage.DONE]]


def test_the_picture_that_a_phone_shows_first_is_asked_for_at_once(team, bob, as_user):
    for title in ("Low", "High"):
        held = PostMediaFactory(post=PostFactory(team=team, title=title, stage=Stage.IDEA))
    page = as_user(bob).get(url(team)).content.decode()
    small = reverse("posts:media_small", args=[team.slug, held.asset.pk])
    assert page.count('rel="preload" as="image"') == 1
    assert f'as="image" href="{small}"' in page
    assert f'<img src="{small}"' in page


def test_where_there_is_nothing_it_is_said_once(team, bob, vera, as_user):
    bare = as_user(bob).get(url(team)).content.decode()
    assert bare.count("Nothing here yet") == 1
    assert "Write a post" in bare
    assert "Nothing here." not in bare
    assert "Write a post" not in as_user(vera).get(url(team)).content.decode()
    PostFactory(team=team, author=bob)
    narrowed = as_user(bob).get(url(team) + "?q=kelp").content.decode()
    assert narrowed.count("No post here matches.") == 1
    assert "Nothing here matches." not in narrowed
    assert "Nothing here." in as_user(bob).get(url(team)).content.decode()


def test_lanes_of_channels_ask_for_the_first_one(team, bob, as_user):
    said = as_user(bob).get(url(team) + "?group=channel").content.decode()
    assert "No channel yet" in said
    assert reverse("publishers:channels", kwargs={"team": team.slug}) in said


def test_fragment(team, post, bob, as_user):
    html = as_user(bob).get(url(team), headers=HX).content.decode()
    assert "<html" not in html
    assert "Forty buoys" in html


def test_trouble_has_a_column_with_its_reason(team, post, bob, as_user):
    delivery = DeliveryFactory(queued=True, post=post, channel=post.channels.get())
    Post.objects.filter(pk=post.pk).update(stage=Stage.SCHEDULED)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FAILED, problem="The picture is too large."
    )
    response = as_user(bob).get(url(team))
    assert shown(response)["attention"] == [post.pk]
    assert "The picture is too large." in response.content.decode()


@pytest.mark.parametrize("posts", [10, 10_000])
def test_statements_are_bounded(team, bob, channel, as_user, posts, django_assert_max_num_queries):
    stages = list(Stage)
    Post.objects.bulk_create(
        Post(team=team, author=bob, title=f"Post {n}", stage=stages[n % len(stages)])
        for n in range(posts)
    )
    browser = as_user(bob)
    browser.get(url(team))
    with django_assert_max_num_queries(12):
        response = browser.get(url(team))
    assert max(len(cards) for cards in shown(response).values()) <= PER_COLUMN


def test_columns_load_as_they_scroll(team, bob, as_user):
    for _ in range(PER_COLUMN + 3):
        PostFactory(team=team, author=bob)
    browser = as_user(bob)
    first = set(shown(browser.get(url(team)))["draft"])
    rest = browser.get(column(team, "draft", skip=PER_COLUMN), headers=HX)
    more = {item.card.post.pk for item in rest.context["column"].cards}
    assert len(more) == 3
    assert not first & more
    assert browser.get(column(team, "draft", skip=PER_COLUMN)).content.decode().count("<html") == 1


@pytest.mark.parametrize("bad", ["x", "-1", "99999999999", "٣"])
def test_bad_offset(team, bob, as_user, bad):
    assert as_user(bob).get(column(team, "draft", skip=bad)).status_code == 404
    assert as_user(bob).get(column(team, "nonsense")).status_code == 404


def test_dragging_an_idea_to_drafting(team, bob, as_user):
    post = PostFactory(team=team, author=bob, stage=Stage.IDEA)
    response = as_user(bob).post(move(team, post), {"to": "draft"}, headers=HX)
    assert response.status_code == 200
    assert 'id="column-draft"' in response.content.decode()
    post.refresh_from_db()
    assert post.stage == Stage.DRAFTING


def test_illegal_move_says_why_and_heals(team, post, bob, as_user):
    response = as_user(bob).post(move(team, post), {"to": "approved"}, headers=HX)
    assert response.status_code == 409
    assert "Only a review approves a post." in response.headers["HX-Trigger"]
    assert "Forty buoys" in response.content.decode()
    post.refresh_from_db()
    assert post.stage == Stage.DRAFTING


def test_scheduling_unreviewed_is_refused(team, post, bob, as_user):
    schedule.plan(post=post, at=from_utc(timezone.now() + timedelta(days=1), "UTC"), by=bob)
    response = as_user(bob).post(move(team, post), {"to": "scheduled"}, headers=HX)
    assert response.status_code == 409
    assert not Delivery.objects.filter(state=DeliveryState.QUEUED).exists()


def test_scheduled_back_to_approved_and_again(team, post, bob, as_user):
    team.review_required = False
    team.save(update_fields=["review_required"])
    schedule.schedule(post=post, at=from_utc(timezone.now() + timedelta(days=1), "UTC"), by=bob)
    as_user(bob).post(move(team, post), {"to": "approved"}, headers=HX)
    post.refresh_from_db()
    assert post.stage == Stage.APPROVED
    refused = as_user(bob).post(move(team, post), {"to": "scheduled"}, headers=HX)
    assert refused.status_code == 422
    assert "Choose" in refused.headers["HX-Trigger"]


def test_menu_gives_every_column_or_the_reason(team, post, bob, as_user):
    page = as_user(bob).get(move(team, post))
    moves = {m.to: m.why_not for m in page.context["moves"]}
    assert list(moves) == list(TITLES)
    assert moves["idea"] == ""
    assert moves["review"] == ""
    assert all(moves[key] for key in ("approved", "scheduled", "published", "attention"))
    fragment = as_user(bob).get(move(team, post), headers=HX)
    assert "<html" not in fragment.content.decode()
    bad = as_user(bob).post(move(team, post), {"to": "nowhere"})
    assert bad.status_code == 422


@pytest.mark.parametrize("stage", list(Stage))
def test_table_of_moves_agrees_with_the_state_machine(team, bob, stage):
    post = PostFactory(team=team, author=bob, stage=stage)
    for key in TITLES:
        legal = key in STEPS[stage] or (key == "review" and "submit" in POST[stage])
        if not legal:
            assert why_not(post, key)


def test_roles_and_outsiders(team, post, vera, mallory, as_user):
    assert as_user(vera).get(url(team)).status_code == 200
    assert as_user(vera).post(move(team, post), {"to": "idea"}).status_code == 403
    assert as_user(mallory).get(url(team)).status_code == 404
    assert as_user(mallory).get(column(team, "draft")).status_code == 404
    assert as_user(mallory).post(move(team, post), {"to": "idea"}).status_code == 404


def test_another_teams_card(team, other_team, bob, as_user):
    theirs = PostFactory(team=other_team, stage=Stage.IDEA)
    assert as_user(bob).post(move(team, theirs), {"to": "draft"}).status_code == 404
