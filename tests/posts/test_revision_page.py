"""The page of one revision: what changed, compared with what, and restored."""

from dataclasses import replace

import pytest

from posts import content
from posts.models import Post
from posts.queries.post import platform_name
from posts.services import compose
from tests.factories.posts import MediaAssetFactory, RevisionFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.post_page import HTMX, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_versions(post, alice) -> Post:
    Post.objects.filter(pk=post.pk).update(body="Nobody has seen that since the eighties.")
    post.refresh_from_db()
    RevisionFactory(post=post, author=alice)
    draft = compose.draft_of(content.snapshot(post), post)
    changed = {**draft.__dict__, "body": "Nobody has seen that since 1986."}
    post = compose.save(post=post, draft=type(draft)(**changed), version=post.version, by=alice)
    RevisionFactory(post=post, author=alice)
    return post


def test_revision_shows_what_changed_in_words(as_user, vera, two_versions):
    client = as_user(vera)
    page = client.get(url(two_versions, "posts:revision", number=2))
    html = page.content.decode()
    assert "<del>the eighties</del><ins>1986</ins>" in html
    assert "Bring this one back" not in html
    fragment = client.get(
        url(two_versions, "posts:revision", number=2), headers=HTMX
    ).content.decode()
    assert "<html" not in fragment
    assert "<del>the eighties</del>" in fragment
    first = client.get(url(two_versions, "posts:revision", number=1)).content.decode()
    assert "the first kept version" in first


def test_revision_is_compared_with_any_other_or_with_now(as_user, vera, two_versions):
    client = as_user(vera)
    back = client.get(url(two_versions, "posts:revision", number=1) + "?with=2").content.decode()
    assert "<del>1986</del><ins>the eighties</ins>" in back
    now = client.get(url(two_versions, "posts:revision", number=2) + "?with=0").content.decode()
    assert "Nothing that is published differs" in now


def test_type_and_what_a_new_channel_says_are_told_too(as_user, vera, alice, team, two_versions):
    added = ChannelFactory(team=team, name="Harbour")
    draft = compose.draft_of(content.snapshot(two_versions), two_versions)
    own = compose.VariantDraft("Only here.", [], "And a word more.")
    draft = replace(draft, kind=Post.Kind.THREAD, channels={**draft.channels, added.pk: own})
    version = two_versions.version
    post = compose.save(post=two_versions, draft=draft, version=version, by=alice)
    RevisionFactory(post=post, author=alice)
    page = as_user(vera).get(url(two_versions, "posts:revision", number=3))
    changes = {change.label: change.parts for change in page.context["changes"]}
    name = platform_name(added)
    assert changes.pop("Channels")
    assert changes == {
        "Type": [("delete", "Post"), ("insert", "Thread")],
        f"Text on {name}": [("insert", "Only here.")],
        f"First comment on {name}": [("insert", "And a word more.")],
    }


def test_what_a_channel_said_of_its_own_is_told_where_the_other_has_no_such_channel(
    as_user, vera, alice, team, two_versions
):
    added = ChannelFactory(team=team, name="Harbour")
    draft = compose.draft_of(content.snapshot(two_versions), two_versions)
    own = compose.VariantDraft("Only here.", [], "And a word more.")
    draft = replace(draft, channels={**draft.channels, added.pk: own})
    compose.save(post=two_versions, draft=draft, version=two_versions.version, by=alice)
    page = as_user(vera).get(url(two_versions, "posts:revision", number=2) + "?with=0")
    changes = {change.label: change for change in page.context["changes"]}
    name = platform_name(added)
    assert changes[f"Text on {name}"].parts == [("delete", "Only here.")]
    assert changes[f"First comment on {name}"].parts == [("delete", "And a word more.")]
    assert changes[f"Text on {name}"].platform == added.platform


def test_a_version_says_when_what_came_later_is_not_in_it(as_user, vera, alice, two_versions):
    later = "what came later is not in it"
    assert later in as_user(vera).get(url(two_versions, "posts:revision", number=1)).text
    picture = MediaAssetFactory(team=two_versions.team)
    draft = compose.draft_of(content.snapshot(two_versions), two_versions)
    bare = replace(draft, media=[(picture.pk, "")])
    post = compose.save(post=two_versions, draft=bare, version=two_versions.version, by=alice)
    RevisionFactory(post=post, author=alice)
    target = url(two_versions, "posts:revision", number=3)
    assert later not in as_user(vera).get(target).text
    told = replace(draft, media=[(picture.pk, "A yellow buoy.")])
    post = compose.save(post=post, draft=told, version=post.version, by=alice)
    page = as_user(vera).get(target).text
    assert "no description" in page
    assert later in page
    assert later not in as_user(vera).get(target + "?with=0").text
    RevisionFactory(post=post, author=alice)
    page = as_user(vera).get(url(two_versions, "posts:revision", number=4)).text
    assert "A yellow buoy" in page
    assert later not in page


def test_restore_brings_words_back_and_loses_none(as_user, bob, two_versions):
    client = as_user(bob)
    target = url(two_versions, "posts:revision_restore", number=1)
    assert client.post(target, {"version": two_versions.version}).status_code == 302
    two_versions.refresh_from_db()
    assert two_versions.body.endswith("the eighties.")
    assert client.post(target, {"version": two_versions.version - 1}).status_code in (302, 409)
    other = url(two_versions, "posts:revision_restore", number=2)
    assert client.post(other, {"version": 1}).status_code == 409


def test_restore_is_for_writers_of_the_team(as_user, vera, mallory, two_versions):
    target = url(two_versions, "posts:revision_restore", number=1)
    assert as_user(vera).post(target, {"version": two_versions.version}).status_code == 403
    assert as_user(mallory).post(target, {"version": two_versions.version}).status_code == 404
    assert as_user(vera).get(url(two_versions, "posts:revision", number=99)).status_code == 404
    assert as_user(mallory).get(url(two_versions, "posts:revision", number=1)).status_code == 404
