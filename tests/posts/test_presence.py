"""Who has the composer open: said to the others, and forgotten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import LiveEvent
from posts.models import Presence
from tests.posts.composing import NEW, edit_url
from tests.posts.post_page import HTMX, url

pytestmark = pytest.mark.django_db


def beat(client, post):
    return client.post(url(post, "posts:presence"), headers=HTMX)


def test_each_hears_of_the_others(as_user, alice, bob, post):
    assert "is editing" not in beat(as_user(bob), post).text
    heard = beat(as_user(alice), post).text
    assert "Bob is editing this post too." in heard
    assert "Alice" not in heard
    assert "<html" not in heard
    assert "Alice is editing this post too." in beat(as_user(bob), post).text


def test_whoever_falls_silent_is_gone_within_a_minute(as_user, alice, bob, post):
    beat(as_user(bob), post)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=39))
    assert "Bob" in beat(as_user(alice), post).text
    Presence.objects.filter(user=bob).update(seen_at=timezone.now() - timedelta(seconds=41))
    assert "Bob" not in beat(as_user(alice), post).text


def test_many_beats_are_one_row_and_one_announcement(as_user, bob, post):
    client = as_user(bob)
    for _ in range(3):
        beat(client, post)
    assert Presence.objects.count() == 1
    assert list(LiveEvent.objects.values_list("topic", flat=True)) == [f"presence:{post.pk}"]
    with CaptureQueriesContext(connection) as asked:
        beat(client, post)
    assert len(asked) <= 8


def test_old_rows_are_swept_up_by_who_comes(as_user, alice, bob, post):
    beat(as_user(alice), post)
    Presence.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    beat(as_user(bob), post)
    assert list(Presence.objects.values_list("user__name", flat=True)) == ["Bob"]


def test_who_has_left_the_team_is_not_named(as_user, alice, bob, post):
    beat(as_user(bob), post)
    bob.memberships.all().delete()
    assert "Bob" not in beat(as_user(alice), post).text


def test_only_writers_of_the_team_take_part(as_user, vera, mallory, post, client):
    assert beat(as_user(vera), post).status_code == 403
    assert beat(as_user(mallory), post).status_code == 404
    assert client.post(url(post, "posts:presence")).status_code == 302
    assert not Presence.objects.exists()


def test_the_composer_of_a_stored_post_beats_and_has_its_comments(as_user, bob, post):
    page = as_user(bob).get(edit_url(post)).text
    assert f'hx-post="{url(post, "posts:presence")}"' in page
    assert f'data-live="comments:{post.pk}"' in page
    new = as_user(bob).get(NEW).text
    assert "drum-presence " not in new
    assert 'id="comments"' not in new
