"""Filters on the month, the board and the list: one bar, one address, and what it finds."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from calendar_app.filtering import kept, read
from posts.models import Post, Tag
from posts.queries.filters import Filters
from posts.states import Stage
from tests.calendar_app.december import HX, NOW
from tests.factories.posts import CampaignFactory, PostFactory, TagFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
ASKED = {**HX, "HX-Trigger": "filters"}
PAGES = [
    "calendar_app:month",
    "calendar_app:week",
    "calendar_app:list",
    "calendar_app:board",
    "calendar_app:day",
]
# What each says of itself in its address, besides the filters.
SAYS = {
    "calendar_app:month": "month=2026-12&",
    "calendar_app:week": "week=2026-12-09&",
    "calendar_app:day": "day=2026-12-09&",
}


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="Tidewater Main")


@pytest.fixture
def tag(team):
    return TagFactory(team=team, name="tide-api")


@pytest.fixture
def posts(team, bob, alice, channel, tag):
    """Two that the filters tell apart; both on the calendar and in the column of drafts."""
    mine = PostFactory(
        team=team,
        author=bob,
        title="Forty buoys",
        channels=[channel],
        planned_at=NOW + timedelta(hours=2),
    )
    mine.tags.add(tag)
    other = PostFactory(
        team=team,
        author=alice,
        title="Quiet gauges",
        body="No words",
        planned_at=NOW + timedelta(hours=3),
    )
    return mine, other


def url(name, team, query="", **kwargs):
    return reverse(name, kwargs={"team": team.slug, **kwargs}) + query


@pytest.mark.parametrize("where", PAGES)
def test_only_what_is_asked_for(team, posts, bob, channel, tag, as_user, where):
    browser = as_user(bob)
    everything = browser.get(url(where, team)).content.decode()
    assert "Forty buoys" in everything
    assert "Quiet gauges" in everything
    for query in (
        f"?author={bob.pk}",
        f"?channel={channel.pk}",
        f"?tag={tag.pk}",
        "?platform=bluesky",
        "?q=buoys",
        f"?status=draft&status=review&tag={tag.pk}&q=forty",
    ):
        html = browser.get(url(where, team, query)).content.decode()
        assert "Forty buoys" in html, query
        assert "Quiet gauges" not in html, query


@pytest.mark.parametrize("where", PAGES)
def test_fragment_brings_its_parts_and_the_address(team, posts, bob, tag, as_user, where):
    query = f"?tag={tag.pk}&nonsense=1&status=no-such&channel=x&q="
    response = as_user(bob).get(url(where, team, query), headers=ASKED)
    html = response.content.decode()
    assert "<html" not in html
    assert "Quiet gauges" not in html
    pushed = response.headers["HX-Push-Url"]
    assert pushed == url(where, team, f"?{SAYS.get(where, '')}tag={tag.pk}")
    assert 'id="filter-chips"' in html
    assert 'id="views"' in html
    # What reads itself again keeps the filters, and moves nobody's address.
    assert f'hx-get="{pushed.replace("&", "&amp;")}"' in html
    again = as_user(bob).get(pushed, headers=HX)
    assert "HX-Push-Url" not in again.headers
    assert 'id="filter-chips"' not in again.content.decode()


@pytest.mark.parametrize("where", PAGES)
def test_outsiders_and_viewers(team, posts, mallory, vera, as_user, where):
    assert as_user(mallory).get(url(where, team, "?status=draft")).status_code == 404
    assert as_user(vera).get(url(where, team, "?status=draft")).status_code == 200


@pytest.mark.parametrize("where", PAGES)
def test_nothing_matches_says_what_was_asked(team, posts, bob, tag, as_user, where):
    html = as_user(bob).get(url(where, team, f"?tag={tag.pk}&status=published&q=<fish>")).content
    html = html.decode()
    assert "Forty buoys" not in html
    assert "matches" in html
    assert "tide-api" in html
    assert "&lt;fish&gt;" in html
    assert "<fish>" not in html


@pytest.mark.parametrize("where", PAGES)
def test_bounded_with_every_filter_on(
    team, bob, posts, tag, as_user, where, django_assert_max_num_queries
):
    query = (
        f"?channel={posts[0].channels.get().pk}&platform=bluesky&status=draft&status=attention&tag={tag.pk}"
        f"&author={bob.pk}&assignee={bob.pk}&campaign=1&q=buoys"
    )
    browser = as_user(bob)
    browser.get(url(where, team, query))
    with django_assert_max_num_queries(12):
        browser.get(url(where, team, query))


def test_what_the_team_has_not_is_no_filter(team, other_team, bob, alice, mallory, tag):
    theirs = TagFactory(team=other_team)
    said = QueryDict(
        f"tag={theirs.pk}&tag={tag.pk}&tag={tag.pk}&tag=٣&tag=-1&tag={'9' * 40}&author={mallory.pk}"
        f"&author={bob.pk}&platform=bluesky&platform=nowhere&status=published&status=idea"
        f"&channel=1e3&q=%00%20tide%20%20api&campaign="
    )
    bar = read(team, said, path="/x/")
    assert bar.filters == Filters(
        tags=(tag.pk,),
        authors=(bob.pk,),
        platforms=("bluesky",),
        statuses=("idea", "published"),
        text="tide api",
    )
    assert bar.here == (
        f"/x/?platform=bluesky&status=idea&status=published&tag={tag.pk}&author={bob.pk}&q=tide+api"
    )
    assert read(team, QueryDict(bar.here_query), path="/x/").here == bar.here
    assert bar.clear == "/x/"


@pytest.mark.parametrize("text", ["!!!", "   ", "\x00", "' & |"])
def test_text_without_a_word_is_no_filter(team, text):
    said = QueryDict(mutable=True)
    said["q"] = text
    assert not read(team, said, path="").filters


def test_a_chip_leads_to_the_rest(team, bob, tag):
    bar = read(team, QueryDict(f"tag={tag.pk}&author={bob.pk}&q=sea"), path="/x/")
    without = {chip.name: chip.without for chip in bar.chips}
    assert without == {
        "tag": f"/x/?author={bob.pk}&q=sea",
        "author": f"/x/?tag={tag.pk}&q=sea",
        "q": f"/x/?tag={tag.pk}&author={bob.pk}",
    }


def test_too_many_values_and_too_long_a_text_are_cut(team):
    many = "&".join(f"status=draft&tag={n}" for n in range(100))
    bar = read(team, QueryDict(f"{many}&q={'sea ' * 500}"), path="")
    assert bar.filters.statuses == ("draft",)
    assert len(bar.filters.text) <= 100
    assert kept(team, "status=draft&sort=status&from=2026-12-01&to=<b>&month=2026-12") == (
        "sort=status&from=2026-12-01&status=draft"
    )


def test_a_move_answers_with_what_the_page_shows(team, posts, bob, alice, as_user):
    mine, _ = posts
    shows = {**HX, "HX-Current-URL": f"http://testserver{url('calendar_app:board', team)}"}
    asked = {**shows, "HX-Current-URL": f"{shows['HX-Current-URL']}?author={bob.pk}"}
    move = url("calendar_app:card_move", team, post_id=mine.pk)
    html = as_user(bob).post(move, {"to": "idea"}, headers=asked).content.decode()
    assert "Forty buoys" in html
    assert "Quiet gauges" not in html
    html = as_user(bob).post(move, {"to": "draft"}, headers=shows).content.decode()
    assert "Quiet gauges" in html


def test_columns_count_and_go_on_filtered(team, bob, alice, as_user):
    for n in range(20):
        PostFactory(team=team, author=(bob, alice)[n % 2], stage=Stage.IDEA)
    PostFactory.create_batch(8, team=team, author=bob, stage=Stage.IDEA)
    browser = as_user(bob)
    columns = browser.get(url("calendar_app:board", team, f"?author={bob.pk}")).context["columns"]
    assert {c.key: (c.total, c.more) for c in columns if c.total} == {"idea": (18, 3)}
    rest = url("calendar_app:board_column", team, f"?skip=15&author={bob.pk}", key="idea")
    found = browser.get(rest, headers=HX).context["column"].cards
    assert {item.card.post.author for item in found} == {bob}
    assert len(found) == 3


def test_links_of_the_month_keep_the_filters(team, posts, bob, tag, as_user):
    html = as_user(bob).get(url("calendar_app:month", team, f"?tag={tag.pk}")).content.decode()
    for wanted in (
        f"?month=2027-01&amp;tag={tag.pk}",
        f"?month=2026-12&amp;day=2026-12-11&amp;tag={tag.pk}#agenda",
        f'{url("calendar_app:board", team)}?tag={tag.pk}"',
    ):
        assert wanted in html


def test_choices_of_a_picker(team, bob, channel, tag, as_user):
    TagFactory.create_batch(9, team=team)
    address = url("calendar_app:filters", team, f"?pick=tag&tag={tag.pk}")
    html = as_user(bob).get(address, headers=HX).content.decode()
    assert "<html" not in html
    assert html.count('name="tag"') == 10
    assert html.index(f'value="{tag.pk}" checked') < html.index("tag-")
    assert "data-find" in html
    assert 'name="channel"' not in html
    empty = as_user(bob).get(url("calendar_app:filters", team, "?pick=campaign"), headers=HX)
    assert "nothing to choose yet" in empty.content.decode()


def test_without_javascript_all_filters_are_one_form(team, bob, mallory, channel, tag, as_user):
    CampaignFactory(team=team, name="<i>Launch</i>")
    address = url("calendar_app:filters", team, f"?view=board&tag={tag.pk}&month=2026-12")
    html = as_user(bob).get(address).content.decode()
    assert f'action="{url("calendar_app:board", team)}"' in html
    for name in ("channel", "platform", "status", "tag", "author", "assignee", "campaign", "q"):
        assert f'name="{name}"' in html, name
    assert "<i>Launch</i>" not in html
    assert 'name="month" value="2026-12"' in html
    assert as_user(mallory).get(address).status_code == 404


def test_choices_are_bounded(team, bob, as_user, django_assert_max_num_queries):
    Tag.objects.bulk_create(Tag(team=team, name=f"t{n:04}") for n in range(510))
    browser = as_user(bob)
    browser.get(url("calendar_app:filters", team))
    with django_assert_max_num_queries(12):
        html = browser.get(url("calendar_app:filters", team)).content.decode()
    assert html.count('name="tag"') == 500
    assert "The first 500 by name." in html


def test_many_posts_ask_no_more(team, bob, as_user, django_assert_max_num_queries):
    stages = list(Stage)
    Post.objects.bulk_create(
        Post(
            team=team,
            author=bob,
            title=f"Post {n}",
            stage=stages[n % 7],
            planned_at=NOW + timedelta(minutes=4 * n),
        )
        for n in range(3000)
    )
    browser = as_user(bob)
    for where in PAGES:
        browser.get(url(where, team, "?status=draft&q=post"))
        with django_assert_max_num_queries(12):
            browser.get(url(where, team, "?status=draft&q=post"))
