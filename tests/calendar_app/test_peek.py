"""A post at a glance, as the calendar shows it beside a chip."""

import pytest
from django.urls import reverse

from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def post(team, bob):
    channels = [ChannelFactory(team=team, name=f"Channel {n}") for n in range(8)]
    said = {"title": "Forty buoys", "body": "Read <b>the water</b>.", "channels": channels}
    return PostFactory(team=team, author=bob, **said)


def address(team, post):
    return reverse("calendar_app:post_peek", kwargs={"team": team.slug, "post_id": post.pk})


def test_the_fragment_and_the_page(team, post, vera, as_user):
    html = as_user(vera).get(address(team, post), headers=HX).content.decode()
    assert "<html" not in html
    for words in ("Forty buoys", "Read &lt;b&gt;the water&lt;/b&gt;.", "Bob", "No time yet", "+2 "):
        assert words in html
    page = as_user(vera).get(address(team, post)).content.decode()
    assert "<h1" in page
    assert reverse("posts:post", args=[team.slug, post.pk]) in page


def test_outsiders_and_what_is_gone(team, other_team, post, bob, mallory, as_user):
    assert as_user(mallory).get(address(team, post)).status_code == 404
    assert as_user(mallory).get(address(other_team, post)).status_code == 404
    post.trashed_at = post.updated_at
    post.save(update_fields=["trashed_at"])
    assert as_user(bob).get(address(team, post)).status_code == 404
    assert as_user(bob).post(address(team, post)).status_code == 405


def test_statements_are_bounded(team, post, bob, as_user, django_assert_max_num_queries):
    browser = as_user(bob)
    with django_assert_max_num_queries(8):
        browser.get(address(team, post), headers=HX)
