"""How many posts a column should hold, and why a post needs attention: said, never enforced."""

import pytest
from django.urls import reverse

from calendar_app.models import StageLimit
from posts.models import Delivery, Post
from posts.states import DeliveryState, Stage
from tests.calendar_app.december import HX
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


def url(team):
    return reverse("calendar_app:board_limits", kwargs={"team": team.slug})


def board(team, **query):
    return reverse("calendar_app:board", kwargs={"team": team.slug}, query=query)


def limits(team):
    return dict(StageLimit.objects.for_team(team).values_list("column", "most"))


def test_set_changed_and_taken_away(team, alice, as_user):
    browser = as_user(alice)
    assert "<h1" in browser.get(url(team)).content.decode()
    answer = browser.post(url(team), {"draft": "5", "review": "2"})
    assert answer.url == board(team)
    assert limits(team) == {"draft": 5, "review": 2}
    shown = browser.get(url(team), headers=HX).content.decode()
    assert "<html" not in shown
    assert 'value="5"' in shown
    saved = browser.post(url(team), {"draft": "7", "review": ""}, headers=HX)
    assert "Limits saved." in saved.headers["HX-Trigger"]
    assert limits(team) == {"draft": 7}


@pytest.mark.parametrize("bad", ["0", "-1", "1000", "x", "1.5", "1\x00"])
def test_what_is_no_limit(team, alice, as_user, bad):
    answer = as_user(alice).post(url(team), {"draft": bad, "review": "3"}, headers=HX)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#move-dialog-body"
    assert 'value="3"' in answer.content.decode()
    assert limits(team) == {}


def test_only_columns_in_which_work_waits(team, alice, as_user):
    as_user(alice).post(url(team), {"published": "5", "attention": "1", "idea": "9"})
    assert limits(team) == {"idea": 9}


@pytest.mark.parametrize("group", ["", "assignee", "channel"])
def test_the_head_says_so_and_nothing_is_refused(team, bob, as_user, group):
    StageLimit.objects.create(team=team, column="draft", most=2)
    StageLimit.objects.create(team=team, column="review", most=4)
    posts = [PostFactory(team=team, author=bob) for _ in range(2)]
    browser, address = as_user(bob), board(team, **({"group": group} if group else {}))
    html = browser.get(address).content.decode()
    assert "2 of 2" in html
    assert "0 of 4" in html
    assert "over the limit" not in html
    idea = PostFactory(team=team, author=bob, stage=Stage.IDEA)
    kwargs = {"team": team.slug, "post_id": idea.pk}
    move = reverse("calendar_app:card_move", kwargs=kwargs)
    moved = browser.post(move, {"to": "draft"}, headers=HX)
    assert moved.status_code == 200
    assert "1 over the limit" in moved.content.decode()
    html = browser.get(address).content.decode()
    assert "3 of 2" in html
    assert "1 over the limit" in html
    # Of a part of the posts, the number would say nothing.
    part = browser.get(board(team, q=posts[0].title)).content.decode()
    assert "of 2" not in part


def test_another_teams_limit_is_not_ours(team, other_team, bob, as_user):
    StageLimit.objects.create(team=other_team, column="draft", most=2)
    assert " of 2" not in as_user(bob).get(board(team)).content.decode()


def test_roles_and_outsiders(team, bob, vera, mallory, as_user):
    for user, status in ((bob, 403), (vera, 403), (mallory, 404)):
        assert as_user(user).get(url(team)).status_code == status
        assert as_user(user).post(url(team), {"draft": "1"}).status_code == status
    assert limits(team) == {}


# -- what needs attention


@pytest.fixture
def queued(team, bob):
    """A post on two channels, about to go out on both."""
    channels = [ChannelFactory(team=team, name=name) for name in ("News", "Press")]
    post = PostFactory(team=team, author=bob, title="Forty buoys", channels=channels)
    rows = [DeliveryFactory(queued=True, post=post, channel=channel) for channel in channels]
    Post.objects.filter(pk=post.pk).update(stage=Stage.SCHEDULED)
    return post, [row.pk for row in rows]


def delivery(team, pk):
    return reverse("delivery:delivery", kwargs={"team": team.slug, "pk": pk})


@pytest.mark.parametrize(
    ("state", "stored", "said"),
    [
        (DeliveryState.FAILED, "The picture is too large.", "The picture is too large."),
        (DeliveryState.FAILED, "", "It could not be published."),
        (DeliveryState.MISSED, "", "Its time passed before it could go out."),
        (DeliveryState.NEEDS_HUMAN, "", "It may be out already."),
    ],
)
def test_the_reason_and_the_way_to_settle_it(team, bob, queued, as_user, state, stored, said):
    _post, (first, second) = queued
    Delivery.objects.filter(pk=second).update(state=state, problem=stored)
    Delivery.objects.filter(pk=first).update(warning="It is signed out.", warning_about="channel")
    html = as_user(bob).get(board(team)).content.decode()
    assert said in html
    assert "Press:</b>" in html
    assert f'href="{delivery(team, second)}">Settle it</a>' in html
    assert "It is signed out." not in html


def test_all_that_is_in_trouble_is_counted(team, bob, queued, as_user):
    Delivery.objects.update(state=DeliveryState.FAILED, problem="<b>Refused</b>")
    html = as_user(bob).get(board(team)).content.decode()
    assert "and 1 other" in html
    assert "&lt;b&gt;Refused" in html
    assert "<b>Refused" not in html


@pytest.mark.parametrize(
    ("about", "name", "words"),
    [
        ("channel", "publishers:channels", "See to the channel"),
        ("content", "posts:edit", "Mend the post"),
        ("approval", "posts:post", "See to the approval"),
        ("platform", "delivery:delivery", "Have a look"),
    ],
)
def test_what_would_not_go_out_leads_to_its_cause(team, bob, queued, as_user, about, name, words):
    post, (first, _second) = queued
    Delivery.objects.filter(pk=first).update(warning="It would not go out.", warning_about=about)
    of = {"posts:edit": {"post_id": post.pk}, "posts:post": {"post_id": post.pk}}
    of["delivery:delivery"] = {"pk": first}
    address = reverse(name, kwargs={"team": team.slug, **of.get(name, {})})
    html = as_user(bob).get(board(team)).content.decode()
    assert "It would not go out." in html
    assert f'<a href="{address}">{words}</a>' in html


def test_a_time_is_no_trouble(team, bob, queued, as_user):
    assert "post-card__reason" not in as_user(bob).get(board(team)).content.decode()
