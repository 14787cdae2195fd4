"""Choosing from the library for a post: by dialog, and as a page without scripts."""

import pytest
from django.urls import reverse

from posts.models import Post
from posts.services import library
from tests.factories.posts import MediaAssetFactory, PostFactory, PostMediaFactory, refresh_hash

pytestmark = pytest.mark.django_db
CHOOSE = reverse("posts:library_choose", args=["tidewater"])
ATTACH = reverse("posts:library_attach", args=["tidewater"])
NEW = reverse("posts:create", args=["tidewater"])
HTMX = {"HX-Request": "true"}


def test_page_dialog_and_who_may(as_user, bob, vera, mallory, team, django_assert_max_num_queries):
    for _ in range(5):
        MediaAssetFactory(team=team)
    bobs = as_user(bob)
    page = bobs.get(CHOOSE)
    assert page.status_code == 200
    assert page.content.decode().count('name="media"') == 5
    with django_assert_max_num_queries(8):
        dialog = bobs.get(CHOOSE, headers=HTMX).content.decode()
    assert dialog.lstrip().startswith("<drum-dialog>")
    found = bobs.get(CHOOSE, {"q": "no"}, headers={**HTMX, "HX-Target": "choose-grid"})
    assert found.content.decode().lstrip().startswith('<div id="choose-grid">')
    assert as_user(vera).get(CHOOSE).status_code == 403
    assert as_user(mallory).get(CHOOSE).status_code == 404
    assert as_user(vera).post(ATTACH).status_code == 403
    assert as_user(mallory).post(ATTACH).status_code == 404


def test_scripts_get_tiles_in_their_order(as_user, bob, team, other_team):
    one, two = MediaAssetFactory(team=team, alt="One"), MediaAssetFactory(team=team)
    html = as_user(bob).post(ATTACH, {"media": [two.pk, one.pk]}, headers=HTMX).content.decode()
    assert html.index(f'data-asset="{two.pk}"') < html.index(f'data-asset="{one.pk}"')
    assert "One</textarea>" in html
    theirs = MediaAssetFactory(team=other_team)
    for media in ([], [theirs.pk], [one.pk, theirs.pk], ["x"], range(1, 30)):
        answer = as_user(bob).post(ATTACH, {"media": media}, headers=HTMX)
        assert answer.status_code == 422
    library.delete(team=team, ids=[one.pk])
    assert as_user(bob).post(ATTACH, {"media": [one.pk]}, headers=HTMX).status_code == 422


def test_without_scripts_a_new_post_begins_with_them(as_user, bob, team):
    one, two = MediaAssetFactory(team=team), MediaAssetFactory(team=team)
    bobs = as_user(bob)
    assert bobs.post(NEW, {"then": "library"}).url == CHOOSE
    answer = bobs.post(ATTACH, {"media": [two.pk, one.pk]})
    assert [tile.asset for tile in bobs.get(answer.url).context["sheet"].tiles] == [two, one]
    assert bobs.post(ATTACH, {}).status_code == 422
    assert not Post.objects.exists()


def test_without_scripts_what_was_written_is_saved_first(as_user, bob, team, other_team):
    bobs, asset = as_user(bob), MediaAssetFactory(team=team, alt="A buoy")
    saved = bobs.post(NEW, {"body": "Words", "then": "library"})
    post = Post.objects.get()
    assert saved.url == f"{CHOOSE}?post={post.pk}"
    assert f'name="post" value="{post.pk}"' in bobs.get(saved.url).content.decode()
    answer = bobs.post(ATTACH, {"media": asset.pk, "post": post.pk})
    assert answer.url == reverse("posts:edit", args=["tidewater", post.pk]) + "#media"
    assert [(use.asset, use.alt) for use in post.pictures.all()] == [(asset, "A buoy")]
    theirs = PostFactory(team=other_team)
    assert bobs.post(ATTACH, {"media": asset.pk, "post": theirs.pk}).status_code == 404


def test_a_post_that_is_full_or_out_takes_none(as_user, bob, team, monkeypatch):
    post, asset = PostFactory(team=team, author=bob), MediaAssetFactory(team=team)
    PostMediaFactory(post=post)
    refresh_hash(post)
    monkeypatch.setattr("posts.services.attach.MOST", 1)
    answer = as_user(bob).post(ATTACH, {"media": asset.pk, "post": post.pk})
    assert answer.status_code == 409
    assert "At most 1 pictures" in answer.content.decode()
    done = PostFactory(team=team, author=bob, stage="done")
    assert as_user(bob).post(ATTACH, {"media": asset.pk, "post": done.pk}).status_code == 409
    assert not done.pictures.exists()
