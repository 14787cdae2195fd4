"""What is published is counted so far and no further, and still all of it can be scrolled to."""

import pytest
from django.urls import reverse

from calendar_app.queries import board, counts
from posts.states import Stage
from tests.factories.posts import PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch):
    for module in (board, counts):
        monkeypatch.setattr(module, "COUNTED", 16)


def columns(team, person, as_user):
    response = as_user(person).get(reverse("calendar_app:board", kwargs={"team": team.slug}))
    return response, {column.key: column for column in response.context["columns"]}


def further(team, person, as_user, skip):
    kwargs = {"team": team.slug, "key": "published"}
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


def test_what_is_in_the_trash_or_anothers_is_not_counted(team, other_team, bob, as_user):
    PostFactory(team=team, author=bob, stage=Stage.DONE)
    PostFactory(team=other_team, stage=Stage.DONE)
    _response, there = columns(team, bob, as_user)
    assert there["published"].counted == "1"
