"""The board in lanes: whose they are, and what is in them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calendar_app.queries.counts import TITLES
from calendar_app.queries.lanes import PER_CELL, PER_PAGE
from posts.models import Post, Variant
from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
from tests.calendar_app.december import HX
from tests.calendar_app.lanes import shown, url
from tests.factories.posts import CampaignFactory, PostFactory, TagFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
GROUPS = ["assignee", "campaign", "channel"]


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


@pytest.fixture
def post(team, bob, channel):
    return PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])


def test_each_person_has_a_lane(team, alice, bob, carol, post, as_user):
    PostFactory(team=team, author=bob, assignee=carol, title="Hers", stage=Stage.IDEA)
    response = as_user(bob).get(url(team, group="assignee"))
    assert shown(response) == {
        "Alice": {},
        "Bob": {},
        "Carol": {"idea": ["Hers"]},
        "Nobody": {"draft": ["Forty buoys"]},
    }
    assert [head.total for head in response.context["heads"]] == [1, 1, 0, 0, 0, 0, 0]
    assert [lane.total for lane in response.context["lanes"].lanes] == [0, 0, 1, 1]
    html = response.content.decode()
    assert html.count('data-drop="draft"') == 4
    assert "Group by assignee" in html


def test_who_left_the_team_keeps_a_lane(team, bob, mallory, as_user):
    PostFactory(team=team, author=bob, assignee=mallory, title="Left behind")
    found = shown(as_user(bob).get(url(team, group="assignee")))
    assert found["Mallory"] == {"draft": ["Left behind"]}


def test_campaigns_have_lanes_where_they_have_posts(team, bob, post, as_user):
    launch = CampaignFactory(team=team, name="Launch")
    CampaignFactory(team=team, name="Nothing yet")
    PostFactory(team=team, author=bob, campaign=launch, title="Soon")
    found = shown(as_user(bob).get(url(team, group="campaign")))
    assert found == {"Launch": {"draft": ["Soon"]}, "No campaign": {"draft": ["Forty buoys"]}}


def test_a_post_is_in_the_lane_of_each_of_its_channels(team, bob, channel, post, as_user):
    other = ChannelFactory(team=team, name="Press")
    Variant.objects.create(post=post, channel=other)
    PostFactory(team=team, author=bob, title="Nowhere")
    response = as_user(bob).get(url(team, group="channel"))
    assert shown(response) == {
        "News": {"draft": ["Forty buoys"]},
        "Press": {"draft": ["Forty buoys"]},
        "No channel": {"draft": ["Nowhere"]},
    }
    # It is one post all the same.
    assert response.context["heads"][1].total == 2
    html = response.content.decode()
    assert f'id="card-{post.pk}-{channel.pk}"' in html
    assert f'id="card-{post.pk}-{other.pk}"' in html
    assert "is in the lane of each" in html
    narrow = as_user(bob).get(url(team, group="channel", channel=other.pk))
    assert list(shown(narrow)) == ["Press"]


def test_trouble_is_in_its_lane_as_well(team, bob, channel, post, as_user):
    from_now = from_utc(timezone.now() + timedelta(days=1), "UTC")
    team.review_required = False
    team.save(update_fields=["review_required"])
    schedule.schedule(post=post, at=from_now, by=bob)
    post.deliveries.update(state="failed", problem="The picture is too large.")
    for group in GROUPS:
        response = as_user(bob).get(url(team, group=group))
        lane = next(lane for lane in response.context["lanes"].lanes if lane.total)
        assert {cell.key: cell.total for cell in lane.cells if cell.total} == {"attention": 1}
        assert "The picture is too large." in response.content.decode()


def test_filters_narrow_the_lanes_and_keep_the_group(team, bob, carol, post, as_user):
    tag = TagFactory(team=team)
    PostFactory(team=team, author=bob, assignee=carol, title="Hers").tags.add(tag)
    asked = {**HX, "HX-Trigger": "filters"}
    response = as_user(bob).get(url(team, group="assignee", tag=tag.pk), headers=asked)
    assert shown(response) == {"Carol": {"draft": ["Hers"]}}
    assert response.headers["HX-Push-Url"] == url(team, group="assignee", tag=tag.pk)
    html = response.content.decode()
    assert "<html" not in html
    assert 'id="board-group" hx-swap-oob="true"' in html
    assert f"?group=campaign&amp;tag={tag.pk}" in html


def test_an_unknown_group_is_none(team, bob, post, as_user):
    response = as_user(bob).get(url(team, group="weather"))
    assert "lanes" not in response.context
    assert "Forty buoys" in response.content.decode()


def test_a_saved_view_keeps_the_group(team, bob, as_user):
    kwargs = {"team": team.slug}
    typed = {"name": "By hand", "view": "board", "query": "group=assignee&status=draft&lanes=3"}
    saved = as_user(bob).post(reverse("calendar_app:saved_views", kwargs=kwargs), typed)
    assert saved.url == url(team, group="assignee", status="draft")
    typed |= {"name": "Other", "query": "group=weather"}
    assert as_user(bob).post(reverse("calendar_app:saved_views", kwargs=kwargs), typed).url == url(
        team
    )


def test_lanes_come_in_pages(team, bob, as_user):
    for number in range(PER_PAGE + 2):
        campaign = CampaignFactory(team=team, name=f"Campaign {number}")
        PostFactory(team=team, author=bob, campaign=campaign, title=f"Of {number}")
    PostFactory(team=team, author=bob, title="Of none")
    browser = as_user(bob)
    first = browser.get(url(team, group="campaign"))
    assert list(shown(first)) == [f"Campaign {n}" for n in range(PER_PAGE)]
    assert f"{url(team, group='campaign')}&amp;lanes=2" in first.content.decode()
    second = browser.get(url(team, group="campaign", lanes=2))
    assert list(shown(second)) == ["Campaign 6", "Campaign 7", "No campaign"]
    assert second.context["heads"][1].total == PER_PAGE + 3
    assert 'rel="next"' not in second.content.decode()
    for odd in ("x", "-1", "0", "99999999999999", "٣"):
        assert browser.get(url(team, group="campaign", lanes=odd)).status_code == 200


def test_a_cell_shows_a_few_and_loads_the_rest(team, bob, carol, as_user):
    for number in range(PER_CELL + 3):
        PostFactory(team=team, author=bob, assignee=carol, title=f"Draft {number}")
    PostFactory(team=team, author=bob, title="Not hers")
    browser = as_user(bob)
    response = browser.get(url(team, group="assignee"))
    assert len(shown(response)["Carol"]["draft"]) == PER_CELL
    assert "+3 more" in response.content.decode()
    kwargs = {"team": team.slug, "key": "draft"}
    query = {"skip": PER_CELL, "group": "assignee", "lane": carol.pk}
    more = reverse("calendar_app:board_column", kwargs=kwargs, query=query)
    column = browser.get(more, headers=HX).context["column"]
    assert sorted(item.card.post.title for item in column.cards) == [
        "Draft 0",
        "Draft 1",
        "Draft 2",
    ]
    assert column.more == 0
    for bad in ({"group": "weather"}, {"lane": "x"}, {"lane": ""}):
        address = reverse("calendar_app:board_column", kwargs=kwargs, query={**query, **bad})
        assert browser.get(address).status_code == 404


@pytest.mark.parametrize("group", GROUPS)
def test_statements_do_not_grow(team, bob, as_user, group, django_assert_max_num_queries):
    stages, channels = list(Stage), [ChannelFactory(team=team) for _ in range(8)]
    campaigns = [CampaignFactory(team=team) for _ in range(30)]
    posts = Post.objects.bulk_create(
        Post(
            team=team,
            author=bob,
            assignee=bob if n % 3 else None,
            campaign=campaigns[n % 30] if n % 4 else None,
            title=f"Post {n}",
            stage=stages[n % len(stages)],
        )
        for n in range(700)
    )
    Variant.objects.bulk_create(
        Variant(post=post, channel=channels[n % 8]) for n, post in enumerate(posts)
    )
    browser = as_user(bob)
    browser.get(url(team, group=group))
    with django_assert_max_num_queries(12):
        response = browser.get(url(team, group=group))
    lanes = response.context["lanes"].lanes
    assert len(lanes) <= PER_PAGE + 1
    assert max(len(cell.cards) for lane in lanes for cell in lane.cells) == PER_CELL
    assert sum(head.total for head in response.context["heads"]) == 700


def test_every_column_is_in_every_lane(team, bob, post, as_user):
    for group in GROUPS:
        for lane in as_user(bob).get(url(team, group=group)).context["lanes"].lanes:
            assert [cell.key for cell in lane.cells] == list(TITLES)
