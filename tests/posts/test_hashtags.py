"""Groups of hashtags: kept on a page, inserted into posts; and what the team's posts teach."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from posts.models import HashtagGroup, Post
from posts.queries import hashtags as query
from posts.services import hashtags as services
from tests.factories.posts import (
    DeliveryFactory,
    HashtagGroupFactory,
    PostFactory,
    VariantFactory,
    refresh_hash,
)
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import edit_url, form

pytestmark = pytest.mark.django_db
PAGE = reverse("posts:hashtags", args=["tidewater"])
NEW = reverse("posts:hashtag_group_new", args=["tidewater"])
PICK = reverse("posts:hashtags_pick", args=["tidewater"])
ADD = reverse("posts:hashtags_add", args=["tidewater"])
KNOWN = reverse("posts:hashtags_known", args=["tidewater"])
HTMX = {"HX-Request": "true"}


def of(group: HashtagGroup, name: str = "posts:hashtag_group", team: str = "tidewater") -> str:
    return reverse(name, args=[team, group.pk])


def published(team, *, days: int = 1, **fields) -> Post:
    """A post that went out `days` ago."""
    channel = fields.pop("channel", None) or ChannelFactory(team=team)
    post = PostFactory(team=team, channels=[channel], **fields)
    at = timezone.now() - timedelta(days=days)
    DeliveryFactory(
        queued=True, post=post, channel=channel, due_at=at, state="published",
        remote_id=f"r{post.pk}", published_at=at,
    )  # fmt: skip
    return post


# -- the page of groups


def test_page_shows_groups_and_who_may_change_them(as_user, vera, bob, mallory, team, other_team):
    HashtagGroupFactory(team=team, name="Buoys", tags=["opendata", "buoy41"])
    HashtagGroupFactory(team=other_team, name="Of others")
    html = as_user(vera).get(PAGE).content.decode()
    assert "#opendata #buoy41" in html
    assert "Make a group" not in html
    assert "Of others" not in html
    assert "Make a group" in as_user(bob).get(PAGE).content.decode()
    assert as_user(mallory).get(PAGE).status_code == 404


def test_page_is_paged_with_a_bounded_number_of_queries(
    as_user, bob, team, django_assert_max_num_queries
):
    for _ in range(52):
        HashtagGroupFactory(team=team)
    for _ in range(5):
        published(team, hashtags=["sea"])
    client = as_user(bob)
    with django_assert_max_num_queries(9):
        assert len(client.get(PAGE).context["page"]) == 50
    with django_assert_max_num_queries(8):
        assert client.get(PICK, headers=HTMX).status_code == 200
    assert len(client.get(PAGE, {"page": 2}).context["page"]) == 2


def test_made_changed_and_removed(as_user, bob, team):
    client = as_user(bob)
    client.post(NEW, {"name": " Sea \u202elife", "tags": "#Ocean, #água\n#ocean tide_2 #海"})
    group = HashtagGroup.objects.get()
    assert (group.name, group.tags) == ("Sea life", ["ocean", "água", "tide_2", "海"])
    client.post(of(group), {"name": "Sea", "tags": "#tide", "version": 1})
    group.refresh_from_db()
    assert (group.name, group.tags, group.version) == ("Sea", ["tide"], 2)
    assert client.post(of(group, "posts:hashtag_group_remove")).status_code == 302
    assert not HashtagGroup.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Give the group a name"),
        ({"name": "\u202e"}, "Give the group a name"),
        ({"name": "n" * 61}, "60"),
        ({"tags": ""}, "at least one"),
        ({"tags": "# ,"}, "at least one"),
        ({"tags": "#a-b"}, "cannot be a hashtag"),
        ({"tags": "#" + "a" * 101}, "100 characters"),
        ({"tags": " ".join(f"t{n}" for n in range(31))}, "At most 30"),
        ({"tags": "a\x00b"}, "cannot be stored"),
    ],
)
def test_bad_groups_are_refused_and_stay_in_the_form(as_user, bob, team, fields, words):
    group = HashtagGroupFactory(team=team, name="There", tags=["sea"])
    typed = {"name": "Typed name", "tags": "#typed", **fields}
    for url in (NEW, of(group)):
        answer = as_user(bob).post(url, {**typed, "version": 1})
        html = answer.content.decode()
        assert answer.status_code == 422
        assert words in html
        assert "Typed name" in html or "#typed" in html
    group.refresh_from_db()
    assert (group.name, group.tags) == ("There", ["sea"])
    assert HashtagGroup.objects.count() == 1


def test_names_once_an_end_and_no_lost_update(as_user, bob, team, monkeypatch):
    client = as_user(bob)
    one = HashtagGroupFactory(team=team, name="Sea", tags=["sea"])
    HashtagGroupFactory(team=team, name="Wind")
    assert client.post(NEW, {"name": "SEA", "tags": "#a"}).status_code == 409
    taken = client.post(of(one), {"name": "wind", "tags": "#a", "version": 1})
    assert taken.status_code == 409
    client.post(of(one), {"name": "Sea", "tags": "#first", "version": 1})
    stale = client.post(of(one), {"name": "Sea", "tags": "#second", "version": 1})
    html = stale.content.decode()
    assert stale.status_code == 409
    assert "#second</textarea>" in html
    assert "Stored now:" in html
    assert "#first" in html
    assert 'name="version" value="2"' in html
    monkeypatch.setattr(services, "MOST", 2)
    full = client.post(NEW, {"name": "Third", "tags": "#a"})
    assert full.status_code == 409
    assert "At most 2 groups" in full.content.decode()


def test_outsiders_and_viewers_change_nothing(as_user, vera, mallory, team):
    group, post = HashtagGroupFactory(team=team), PostFactory(team=team)
    fields = {"name": "Theirs", "tags": "#x", "version": 1, "post": post.pk, "tag": "x"}
    posting = [NEW, of(group), of(group, "posts:hashtag_group_remove"), ADD]
    for url in posting:
        assert as_user(vera).post(url, fields).status_code == 403
        assert as_user(mallory).post(url, fields).status_code == 404
    for url in (PICK, KNOWN):
        assert as_user(vera).get(url).status_code == 403
        assert as_user(mallory).get(url).status_code == 404
    foreign = of(group, team="harbour")
    assert as_user(mallory).post(foreign, fields).status_code == 404
    group.refresh_from_db()
    assert group.name != "Theirs"


# -- what posts teach


def test_learnt_from_what_was_published_of_late(team, other_team):
    channel = ChannelFactory(team=team)
    published(team, channel=channel, hashtags=["OpenData", "sea"])
    published(team, hashtags=["OpenData"], body="With #Sea and #sea in the text")
    own = published(team, days=89, body="No tags")
    own.variants.update(text="Only here: #buoy", first_comment="#opendata")
    published(team, days=91, hashtags=["old"])
    PostFactory(team=team, hashtags=["draft"])
    published(other_team, hashtags=["theirs"])
    trashed = published(team, hashtags=["trashed"])
    Post.objects.filter(pk=trashed.pk).update(trashed_at=timezone.now())
    found = query.learnt(team)
    assert (found.posts, found.all) == (3, True)
    assert [(one.tag, one.posts) for one in found.used] == [
        ("OpenData", 3),
        ("sea", 2),
        ("buoy", 1),
    ]


def test_the_basis_is_said(as_user, bob, team, monkeypatch):
    page = as_user(bob).get(PICK, headers=HTMX).content.decode()
    assert "nothing to learn from yet" in page
    for _ in range(2):
        published(team, hashtags=["sea"])
    assert "From 2 posts published in the last 90 days." in as_user(bob).get(PAGE).content.decode()
    monkeypatch.setattr(query, "MOST_POSTS", 2)
    assert "From the latest 2 posts" in as_user(bob).get(PAGE).content.decode()


def test_a_tag_is_completed_from_posts_then_groups(as_user, bob, team):
    published(team, hashtags=["opendata"])
    HashtagGroupFactory(team=team, tags=["OpenData", "openocean", "buoy"])
    found = as_user(bob).get(KNOWN, {"q": "OPEN"}).json()["tags"]
    assert found == [
        {"handle": "opendata", "role": "1 post"},
        {"handle": "openocean", "role": "in a group"},
    ]
    assert as_user(bob).get(KNOWN).json() == {"tags": []}
    assert as_user(bob).get(KNOWN, {"q": "\x00"}).json() == {"tags": []}


def test_posts_are_not_read_again_for_each_letter(team, other_team, django_assert_num_queries):
    published(team, hashtags=["opendata"])
    published(other_team, hashtags=["openly"])
    query.beginning(team, "o")
    # The groups.
    with django_assert_num_queries(1):
        assert [one.tag for one in query.beginning(team, "op")] == ["opendata"]
    assert [one.tag for one in query.beginning(other_team, "op")] == ["openly"]
    cache.clear()
    published(team, hashtags=["opal"])
    assert {one.tag for one in query.beginning(team, "op")} == {"opendata", "opal"}


# -- into a post


def test_the_composer_offers_it(as_user, bob, team):
    post = PostFactory(team=team)
    html = as_user(bob).get(edit_url(post)).content.decode()
    assert 'popovertarget="tags-pop" data-into="body"' in html
    assert f'hx-get="{PICK}"' in html
    HashtagGroupFactory(team=team, name="Buoys", tags=["opendata", "sea"])
    listed = as_user(bob).get(PICK, headers=HTMX).content.decode()
    assert "<html" not in listed
    assert 'data-tags="#opendata #sea"' in listed


def test_without_scripts_what_was_written_is_saved_first(as_user, bob, team):
    group = HashtagGroupFactory(team=team, tags=["OpenData", "sea"])
    post = refresh_hash(PostFactory(team=team, hashtags=["opendata"]))
    client = as_user(bob)
    sent = form(post, hashtags="#opendata", then="hashtags")
    assert client.post(edit_url(post), sent).url == f"{PICK}?post={post.pk}"
    assert f'name="post" value="{post.pk}"' in client.get(f"{PICK}?post={post.pk}").content.decode()
    answer = client.post(ADD, {"post": post.pk, "group": group.pk})
    assert answer.url == f"{edit_url(post)}#hashtags"
    client.post(ADD, {"post": post.pk, "tag": "wind"})
    post.refresh_from_db()
    assert post.hashtags == ["opendata", "sea", "wind"]


def test_what_cannot_be_added_says_why(as_user, bob, team, other_team):
    theirs = HashtagGroupFactory(team=other_team)
    post = PostFactory(team=team, hashtags=[f"t{n}" for n in range(30)])
    client = as_user(bob)
    for fields in ({}, {"group": theirs.pk}, {"group": "x"}, {"tag": "a-b"}, {"tag": "a\x00b"}):
        assert client.post(ADD, {"post": post.pk, **fields}).status_code == 422
    full = client.post(ADD, {"post": post.pk, "tag": "one_more"})
    assert full.status_code == 409
    assert "up to 30 hashtags" in full.content.decode()
    done = PostFactory(team=team, stage="done")
    assert client.post(ADD, {"post": done.pk, "tag": "late"}).status_code == 409
    elsewhere = PostFactory(team=other_team)
    assert client.post(ADD, {"post": elsewhere.pk, "tag": "sea"}).status_code == 404
    post.refresh_from_db()
    assert len(post.hashtags) == 30


def test_own_texts_of_channels_are_kept(as_user, bob, team, channel):
    post = PostFactory(team=team)
    VariantFactory(post=post, channel=channel, text="Own", first_comment="First")
    as_user(bob).post(ADD, {"post": refresh_hash(post).pk, "tag": "sea"})
    variant = post.variants.get()
    assert (variant.text, variant.first_comment) == ("Own", "First")
