"""Cards of the board to another lane: by drag, by form, and who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Campaign
from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
from tests.calendar_app.december import HX
from tests.calendar_app.lanes import from_board, move, url
from tests.factories.posts import CampaignFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


@pytest.fixture
def post(team, bob, channel):
    return PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])


def test_another_lane_gives_it_to_somebody_else(team, bob, carol, post, as_user):
    browser, board = as_user(bob), from_board(team, group="assignee")
    moved = browser.post(move(team, post), {"group": "assignee", "lane": carol.pk}, headers=board)
    # The browser reads its lanes again by itself.
    assert (moved.status_code, moved.content) == (200, b"")
    post.refresh_from_db()
    assert (post.assignee, post.stage) == (carol, Stage.DRAFTING)
    back = move(team, post, group="assignee", lane="none")
    assert back in moved.headers["HX-Trigger"]
    assert "drum:board" in browser.post(back, headers=board).headers["HX-Trigger"]
    post.refresh_from_db()
    assert post.assignee is None


def test_a_campaign_changes_without_voiding_an_approval(team, bob, post, as_user):
    team.review_required = False
    team.save(update_fields=["review_required"])
    at = from_utc(timezone.now() + timedelta(days=1), "UTC")
    schedule.schedule(post=post, at=at, by=bob)
    launch = CampaignFactory(team=team, name="Launch")
    sent = {"group": "campaign", "lane": launch.pk}
    answer = as_user(bob).post(move(team, post), sent, headers=from_board(team, group="campaign"))
    assert answer.status_code == 200
    post.refresh_from_db()
    assert (post.campaign, post.stage) == (launch, Stage.SCHEDULED)
    assert post.deliveries.get().state == "queued"


def test_both_at_once_or_neither(team, bob, carol, post, as_user):
    browser, board = as_user(bob), from_board(team, group="assignee")
    sent = {"group": "assignee", "lane": carol.pk, "to": "approved"}
    refused = browser.post(move(team, post), sent, headers=board)
    assert refused.status_code == 409
    assert "Only a review approves a post." in refused.headers["HX-Trigger"]
    post.refresh_from_db()
    assert (post.assignee, post.stage) == (None, Stage.DRAFTING)
    refused = browser.post(move(team, post), {**sent, "to": "review"}, headers=board)
    assert refused.status_code == 409
    assert "in its own lane" in refused.headers["HX-Trigger"]
    assert browser.post(move(team, post), {**sent, "to": "idea"}, headers=board).status_code == 200
    post.refresh_from_db()
    assert (post.assignee, post.stage) == (carol, Stage.IDEA)


def test_another_channel_is_refused_with_the_reason(team, bob, channel, post, as_user):
    other = ChannelFactory(team=team, name="Press")
    sent = {"group": "channel", "lane": other.pk}
    refused = as_user(bob).post(move(team, post), sent, headers=from_board(team, group="channel"))
    assert refused.status_code == 409
    assert "chosen in the composer" in refused.headers["HX-Trigger"]
    assert list(post.channels.all()) == [channel]


def test_what_is_published_stays_whose_it_is(team, bob, carol, as_user):
    post = PostFactory(team=team, author=bob, stage=Stage.DONE)
    sent = {"group": "assignee", "lane": carol.pk}
    assert as_user(bob).post(move(team, post), sent, headers=HX).status_code == 409


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"group": "assignee", "lane": "x"}, 422),
        ({"group": "weather", "lane": "1"}, 422),
        ({"lane": "1"}, 422),
        ({"lane": "1", "to": "idea"}, 422),
        ({"group": "assignee", "lane": "9" * 18}, 409),
        ({"group": "campaign", "lane": "9" * 18}, 409),
        ({"group": "assignee", "lane": "1\x00"}, 422),
    ],
)
def test_lanes_that_there_are_not(team, bob, post, as_user, sent, status):
    assert as_user(bob).post(move(team, post), sent).status_code == status
    post.refresh_from_db()
    assert (post.assignee, post.campaign, post.stage) == (None, None, Stage.DRAFTING)


def test_nobody_and_nothing_of_other_teams(team, other_team, bob, mallory, post, as_user):
    theirs = CampaignFactory(team=other_team, name="Theirs")
    browser = as_user(bob)
    sent = {"group": "campaign", "lane": theirs.pk}
    assert browser.post(move(team, post), sent, headers=HX).status_code == 409
    sent = {"group": "assignee", "lane": mallory.pk}
    assert browser.post(move(team, post), sent, headers=HX).status_code == 409
    assert not Campaign.objects.for_team(team).exists()
    html = browser.get(move(team, post, group="campaign")).content.decode()
    assert "Theirs" not in html


def test_the_form_gives_the_lanes_without_scripts(team, bob, carol, post, as_user):
    browser = as_user(bob)
    page = browser.get(move(team, post, group="assignee")).content.decode()
    assert f'<option value="{carol.pk}">Carol</option>' in page
    assert '<option value="none" selected>Nobody</option>' in page
    sent = {"group": "assignee", "lane": carol.pk}
    assert browser.post(move(team, post), sent).url == url(team, group="assignee")
    page = browser.get(move(team, post, group="channel")).content.decode()
    assert "chosen in the composer" in page
    assert "to-lane" not in browser.get(move(team, post)).content.decode()


def test_roles_and_outsiders(team, post, vera, mallory, as_user):
    sent = {"group": "assignee", "lane": "none"}
    html = as_user(vera).get(url(team, group="assignee")).content.decode()
    assert "data-movable" not in html
    assert "Limits per stage" not in html
    assert as_user(vera).post(move(team, post), sent).status_code == 403
    assert as_user(mallory).get(url(team, group="assignee")).status_code == 404
    assert as_user(mallory).post(move(team, post), sent).status_code == 404
