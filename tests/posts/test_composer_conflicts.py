"""The composer when somebody or something else was there first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Delivery
from posts.states import Stage
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.posts.composing import edit_url, form

pytestmark = pytest.mark.django_db


def test_stale_tab_gets_both_texts(as_user, alice, bob, channel, team):
    post = PostFactory(team=team, channels=[channel], body="The eighties", author=alice)
    old = form(post, body="The nineties", channels=[channel.pk])
    as_user(alice).post(edit_url(post), form(post, body="It was 1986", channels=[channel.pk]))
    answer = as_user(bob).post(edit_url(post), old)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Alice saved a newer version" in html
    assert "The nineties</textarea>" in html
    assert "It was 1986" in html
    post.refresh_from_db()
    assert post.body == "It was 1986"
    assert f'name="version" value="{post.version}"' in html
    keep = {**old, "version": post.version}
    assert as_user(bob).post(edit_url(post), keep).status_code == 302
    post.refresh_from_db()
    assert post.body == "The nineties"
    assert "It was 1986" in [r.snapshot["body"] for r in post.revisions.all()]


def test_same_words_from_a_stale_tab_are_no_conflict(as_user, bob, team):
    post = PostFactory(team=team, body="One", title="")
    data = form(post, body="Two")
    for _ in range(2):
        assert as_user(bob).post(edit_url(post), data).status_code == 302


def test_post_on_its_way_is_not_changed(as_user, bob, channel, open_team):
    post = PostFactory(team=open_team, channels=[channel], stage=Stage.SCHEDULED, author=bob)
    delivery = DeliveryFactory(queued=True, post=post, channel=channel)
    now = timezone.now()
    Delivery.objects.filter(pk=delivery.pk).update(due_at=now, run_at=now)
    held = {"lease_until": now + timedelta(minutes=1), "owner": "w"}
    Delivery.objects.filter(pk=delivery.pk).update(state="claimed", attempt_no=1, **held)
    Delivery.objects.filter(pk=delivery.pk).update(state="sending")
    answer = as_user(bob).post(edit_url(post), form(post, body="Late", channels=[channel.pk]))
    assert answer.status_code == 409
    assert "being published right now" in answer.content.decode()
    assert "Late</textarea>" in answer.content.decode()
