"""What the composer sends by itself while somebody writes: saved, checked and drawn again."""

import pytest
from django.urls import reverse

from posts.models import Post
from posts.services import trash
from posts.states import Stage
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, NEW_AUTOSAVE, edit_url, form, page_url

pytestmark = pytest.mark.django_db


def autosave(client, post=None, **fields):
    url = (
        NEW_AUTOSAVE
        if post is None
        else reverse("posts:autosave", kwargs={"team": post.team.slug, "post_id": post.pk})
    )
    return client.post(url, form(post, **fields), headers={"HX-Request": "true"})


def test_first_autosave_creates_and_later_ones_continue(as_user, bob, channel, team):
    client = as_user(bob)
    assert autosave(client, body="").status_code == 200
    assert not Post.objects.exists()
    first = autosave(client, body="One", channels=[channel.pk])
    post = Post.objects.get()
    html = first.content.decode()
    assert first.headers["HX-Replace-Url"] == edit_url(post)
    assert "Saved" in html
    assert f'value="{post.version}" id="version" hx-swap-oob="true"' in html
    assert "<html" not in html
    second = autosave(client, body="Two", channels=[channel.pk], version=post.version)
    assert second.status_code == 200
    last = client.post(NEW, form(body="Three", channels=[channel.pk], version=post.version + 1))
    assert last.status_code == 302
    post.refresh_from_db()
    assert (Post.objects.count(), post.body) == (1, "Three")


def test_autosave_answers_with_checks_counters_and_previews(as_user, bob, team):
    short = ChannelFactory(team=team, platform="bluesky", name="Tidewater")
    post = PostFactory(team=team, channels=[short])
    html = autosave(as_user(bob), post, body="y" * 301, channels=[short.pk]).content.decode()
    assert "this is 1 over" in html
    assert f'id="left-{short.pk}" data-over hx-swap-oob="true"' in html
    assert 'class="preview__over">y</span>' in html


def test_stale_autosave_keeps_quiet_hands_off(as_user, alice, bob, team):
    post = PostFactory(team=team, body="One")
    as_user(alice).post(edit_url(post), form(post, body="Alice"))
    answer = autosave(as_user(bob), post, body="Bob")
    assert answer.status_code == 409
    assert "See both versions" in answer.content.decode()
    post.refresh_from_db()
    assert post.body == "Alice"


def test_autosave_never_takes_an_approval_back(as_user, bob, channel, team):
    post = PostFactory(team=team, channels=[channel], stage=Stage.SCHEDULED, author=bob)
    DeliveryFactory(queued=True, post=post, channel=channel)
    answer = autosave(as_user(bob), post, body="Other words", channels=[channel.pk])
    assert "Not saved yet." in answer.content.decode()
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED
    assert post.approvals.filter(revoked_at=None).exists()
    assert 'hx-post="/t/tidewater/posts' not in _saved_mark(as_user(bob), post)


def _saved_mark(client, post) -> str:
    html = client.get(edit_url(post)).content.decode()
    return html[html.index('id="saved"') : html.index("</span>", html.index('id="saved"'))]


def test_autosave_says_what_it_cannot_store(as_user, bob, team):
    answer = autosave(as_user(bob), PostFactory(team=team), body="a\x00b")
    assert answer.status_code == 422
    assert "cannot be stored" in answer.content.decode()


def test_a_form_still_open_makes_no_second_post_of_one_that_was_deleted(as_user, bob):
    client = as_user(bob)
    autosave(client, body="One")
    trash.trash(post=Post.objects.get(), by=bob)
    answer = autosave(client, body="One and more", version=2)
    assert answer.status_code == 409
    assert "This post was deleted." in answer.text
    pressed = client.post(NEW, form(body="One and more", version=2))
    assert pressed.status_code == 409
    assert "One and more</textarea>" in pressed.text
    assert Post.objects.count() == 1


def test_preview_stores_nothing_and_asks_for_the_same_right(as_user, bob, vera, mallory, channel):
    url = "/t/tidewater/posts/preview/"
    answer = as_user(bob).post(url, form(body="Hello #sea", channels=[channel.pk]))
    assert '<span class="ref">#sea</span>' in answer.content.decode()
    assert not Post.objects.exists()
    assert as_user(vera).post(url, form(body="Hi")).status_code == 403
    assert as_user(mallory).post(url, form(body="Hi")).status_code == 404
    assert as_user(bob).get(url).status_code == 405


def test_published_post_opens_its_page_instead(as_user, bob, team):
    post = PostFactory(team=team, stage=Stage.DONE)
    assert as_user(bob).get(edit_url(post)).url == page_url(post)
    answer = as_user(bob).post(edit_url(post), form(post, body="Rewrite history"))
    assert answer.status_code == 409
