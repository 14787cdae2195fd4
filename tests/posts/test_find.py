"""Finding a post by its words, as a page and as the list of the command palette."""

import pytest
from django.urls import reverse

from posts.models import Delivery
from posts.queries import find
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
FIND = reverse("posts:find", kwargs={"team": "tidewater"})
HTMX = {"HX-Request": "true"}


def lines(response) -> list[str]:
    return [hit.card.line for hit in response.context["hits"]]


def test_the_page_finds_by_the_beginnings_of_words(as_user, vera, team, other_team):
    PostFactory(team=team, title="The tide tables", body="Forty years of them")
    PostFactory(team=team, title="Buoys")
    PostFactory(team=other_team, title="Tide of others")
    page = as_user(vera).get(FIND, {"q": "TID year"})
    assert page.status_code == 200
    assert lines(page) == ["The tide tables"]
    html = page.content.decode()
    assert "<html" in html
    assert 'value="TID year"' in html


def test_htmx_gets_the_list_alone_and_without_words_what_was_touched_last(as_user, bob, team):
    posts = [PostFactory(team=team, title=f"Post {n}") for n in range(10)]
    answer = as_user(bob).get(FIND, headers=HTMX)
    assert lines(answer) == [post.title for post in reversed(posts)][:8]
    html = answer.content.decode()
    assert "<html" not in html
    assert html.count('role="option"') > 8
    assert reverse("posts:create", kwargs={"team": "tidewater"}) in html


def test_a_page_is_found_by_its_name_and_nothing_is_said_to_create_by_who_only_looks(
    as_user, vera, bob, team
):
    html = as_user(vera).get(FIND, {"q": "cal"}, headers=HTMX).content.decode()
    assert reverse("calendar_app:month", kwargs={"team": "tidewater"}) in html
    assert reverse("calendar_app:board", kwargs={"team": "tidewater"}) not in html
    assert "No post says “cal”." in html
    create = reverse("posts:create", kwargs={"team": "tidewater"})
    assert create not in as_user(vera).get(FIND, headers=HTMX).content.decode()


def test_trouble_shows(as_user, bob, team):
    post = PostFactory(team=team, stage="scheduled")
    DeliveryFactory(queued=True, post=post, channel=ChannelFactory(team=team))
    Delivery.objects.update(state="failed")
    assert [hit.status for hit in as_user(bob).get(FIND).context["hits"]] == ["attention"]


@pytest.mark.parametrize("text", ["'", "\\", "&|!():*", "a\x00b", "🌊", "שלום", "x" * 5000, "   "])
def test_nonsense_finds_nothing_and_breaks_nothing(as_user, bob, team, text):
    PostFactory(team=team, title="Buoys")
    assert as_user(bob).get(FIND, {"q": text}).status_code == 200


def test_what_was_typed_is_never_markup(as_user, bob, team):
    PostFactory(team=team, title="<script>alert(1)</script>")
    html = as_user(bob).get(FIND, {"q": "<script>alert"}, headers=HTMX).content.decode()
    assert "<script" not in html


def test_outsiders_see_no_team(as_user, mallory, client, team):
    assert as_user(mallory).get(FIND).status_code == 404
    assert client.get(FIND).status_code == 302


def test_a_bounded_number_of_statements(as_user, bob, team, django_assert_max_num_queries):
    for _ in range(12):
        PostFactory(team=team, channels=[ChannelFactory(team=team)])
    browser = as_user(bob)
    with django_assert_max_num_queries(12):
        browser.get(FIND, {"q": "a"})


def test_the_latest_of_many_and_the_rare_one_that_is_long_untouched(
    as_user, bob, team, monkeypatch
):
    PostFactory(team=team, title="Long ago: the old lighthouse")
    posts = [PostFactory(team=team, title=f"Tide {n}") for n in range(12)]
    client = as_user(bob)
    for among in (4, 12, 400):
        monkeypatch.setattr(find, "LATEST", among)
        assert lines(client.get(FIND, {"q": "tide"})) == [p.title for p in reversed(posts)][:8]
        assert lines(client.get(FIND, {"q": "light"})) == ["Long ago: the old lighthouse"]
