"""The numbers beside the navigation, as open pages read them again."""

import pytest
from django.urls import reverse

from posts.states import Stage
from tests.factories.posts import PostFactory

pytestmark = pytest.mark.django_db


def url(team):
    return reverse("counts", kwargs={"team": team.slug})


def test_counts_follow(team, alice, as_user):
    browser = as_user(alice)
    before = browser.get(url(team)).content.decode()
    assert 'id="count-review"' in before
    assert "hidden" in before.split('id="count-review"')[1].split(">")[0]
    PostFactory(team=team, stage=Stage.IN_REVIEW)
    after = browser.get(url(team)).content.decode()
    shown = after.split('id="count-review"')[1]
    assert "hidden" not in shown.split(">")[0]
    assert shown.split(">")[1].startswith("1")
    assert 'hx-swap-oob="true"' in shown


def test_pages_ask_for_them(team, alice, as_user):
    page = as_user(alice).get(reverse("calendar_app:board", kwargs={"team": team.slug}))
    assert f'hx-get="{url(team)}"' in page.content.decode()


def test_outsiders(team, mallory, as_user):
    assert as_user(mallory).get(url(team)).status_code == 404
    assert as_user(mallory).post(url(team)).status_code == 404


def test_few_statements(team, alice, as_user, django_assert_max_num_queries):
    browser = as_user(alice)
    with django_assert_max_num_queries(5):
        browser.get(url(team))
