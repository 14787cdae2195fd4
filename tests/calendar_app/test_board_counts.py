"""What may be thousands is counted so far and no further, and all of it can be scrolled to."""

import pytest
from django.urls import reverse

from calendar_app.queries import board, counts
from calendar_app.services.limits import set_limits
from posts.states import DeliveryState, Stage
from tests.factories.posts import DeliveryFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch):
    for module in (board, counts):
        monkeypatch.setattr(module, "COUNTED", 16)


def columns(team, person, as_user):
    response = as_user(person).get(reverse("calendar_app:board", kwargs={"team": team.slug}))
    return response, {column.key: column for column in response.context["columns"]}


def further(team, person, as_user, skip, key="published"):
    kwargs = {"team": team.slug, "key": key}
    url = reverse("calendar_app:board_column", kwargs=kwargs, query={"skip": skip})
    return as_user(person).get(url, headers={"HX-Request": "true"}).context["column"]


@pytest.mark.usefixtures("few")
def test_beyond_what_is_counted_it_says_so_and_goes_on(team, bob, as_user):
    for _ in range(20):
        PostFactory(team=team, author=bob, stage=Stage.DONE)
        PostFactory(team=team, author=bob, stage=Stage.IDEA)
    response, there = columns(team, bob, as_user)
    published = there["published"]
    assert (published.counted, published.more_counted) == ("16+", "1+")
    assert 'aria-label="Published, 16+ posts"' in response.content.decode()
    assert there["idea"].counted == "20"
    rest = further(team, bob, as_user, published.shown)
    assert (len(rest.cards), rest.more) == (5, 0)


@pytest.mark.usefixtures("few")
def test_up_to_there_it_is_exact(team, bob, as_user):
    for _ in range(16):
        PostFactory(team=team, author=bob, stage=Stage.DONE)
    _response, there = columns(team, bob, as_user)
    published = there["published"]
    assert (published.counted, published.more) == ("16", 1)
    assert further(team, bob, as_user, published.shown).more == 0


@pytest.mark.usefixtures("few")
def test_what_is_scheduled_too(team, bob, as_user):
    for _ in range(20):
        PostFactory(team=team, author=bob, stage=Stage.SCHEDULED)
    response, there = columns(team, bob, as_user)
    scheduled = there["scheduled"]
    assert (scheduled.counted, scheduled.more_counted) == ("16+", "1+")
    assert len(further(team, bob, as_user, scheduled.shown, "scheduled").cards) == 5
    assert "16 open posts or more" in response.content.decode()


@pytest.mark.usefixtures("few")
def test_of_what_is_not_counted_it_is_not_said_how_far_it_is_over(team, bob, as_user):
    set_limits(team=team, most={"scheduled": 10})
    for number, said in ((16, "6 over the limit"), (4, "Far over the limit")):
        for _ in range(number):
            PostFactory(team=team, author=bob, stage=Stage.SCHEDULED)
        assert said in columns(team, bob, as_user)[0].content.decode()


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("healthy", "counted"), [(16, "16"), (17, "16+")])
def test_trouble_is_left_out_before_it_is_counted(team, bob, as_user, healthy, counted):
    for _ in range(3):
        post = PostFactory(team=team, author=bob, stage=Stage.SCHEDULED)
        DeliveryFactory(post=post, team=team, state=DeliveryState.MISSED, queued=True)
    for _ in range(healthy):
        PostFactory(team=team, author=bob, stage=Stage.SCHEDULED)
    _response, there = columns(team, bob, as_user)
    assert there["scheduled"].counted == counted
    assert there["attention"].counted == "3"


def test_what_is_in_the_trash_or_anothers_is_not_counted(team, other_team, bob, as_user):
    PostFactory(team=team, author=bob, stage=Stage.DONE)
    PostFactory(team=other_team, stage=Stage.DONE)
    _response, there = columns(team, bob, as_user)
    assert there["published"].counted == "1"
