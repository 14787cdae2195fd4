"""Saving the working copy: nobody's words are lost, and nothing unapproved stays in the queue."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.errors import BeingPublished, IllegalMove, Stale
from posts.models import Delivery, Post
from posts.services import compose, trash
from posts.services.compose import Draft, VariantDraft
from posts.states import DeliveryState, Stage
from tests.factories.posts import DeliveryFactory, PostFactory, RevisionFactory
from tests.factories.publishers import ChannelFactory
from tests.locks import somebody_waits
from tests.processes import wait_until

pytestmark = pytest.mark.django_db


def draft_of(post: Post) -> Draft:
    return compose.draft_of(compose.content.snapshot(post), post)


def save(post, by, version=None, **changes):
    draft = replace(draft_of(post), **changes)
    return compose.save(post=post, draft=draft, version=version or post.version, by=by)


def test_older_version_is_refused_and_keeps_what_is_there(team, alice, bob):
    post = compose.create(team=team, by=alice, draft=Draft(body="One"))
    seen = post.version
    save(post, bob, body="Bob's words")
    with pytest.raises(Stale) as caught:
        save(post, alice, version=seen, body="Alice's words")
    assert caught.value.post.body == "Bob's words"
    post.refresh_from_db()
    assert post.body == "Bob's words"


@pytest.mark.django_db(transaction=True)
def test_two_people_may_invent_the_same_tag_at_once(team, alice, bob):
    def other() -> None:
        try:
            compose.create(team=team, by=bob, draft=Draft(body="Two", tags=["sea"]))
        finally:
            connection.close()

    second = threading.Thread(target=other)
    with transaction.atomic():
        compose.create(team=team, by=alice, draft=Draft(body="One", tags=["Sea"]))
        second.start()
        wait_until(somebody_waits, what="the second writer")
    second.join()

    assert [post.tags.get().name for post in Post.objects.order_by("pk")] == ["Sea", "Sea"]


def test_saving_what_is_there_changes_nothing_even_from_an_older_form(team, alice):
    post = compose.create(team=team, by=alice, draft=Draft(body="One", tags=["sea"]))
    seen = post.version
    post = save(post, alice, body="Two")
    again = save(post, alice, version=seen, body="Two")
    assert again.version == post.version


def test_words_of_another_person_are_kept_in_their_name(team, alice, bob):
    post = compose.create(team=team, by=alice, draft=Draft(body="Alice one"))
    post = save(post, bob, body="Bob one")
    post = save(post, bob, body="Bob two")
    post = save(post, alice, body="Alice two")
    kept = [(r.author, r.snapshot["body"]) for r in post.revisions.order_by("number")]
    assert kept == [(alice, "Alice one"), (bob, "Bob two")]


def test_restore_keeps_what_it_replaces(team, alice):
    post = compose.create(team=team, by=alice, draft=Draft(body="First"))
    first = RevisionFactory(post=post, author=alice)
    post = save(post, alice, body="Second")
    post = compose.restore(post=post, number=first.number, version=post.version, by=alice)
    assert post.body == "First"
    assert "Second" in [r.snapshot["body"] for r in post.revisions.all()]
    assert post.activity.filter(kind="post.restore", actor=alice).count() == 1


def test_autosaves_of_one_sitting_are_one_entry(team, alice, bob):
    post = compose.create(team=team, by=alice, draft=Draft(body="0"))
    for n in range(1, 4):
        post = save(post, alice, body=str(n))
    for n in range(4, 6):
        post = save(post, bob, body=str(n))
    kinds = list(post.activity.order_by("id").values_list("kind", "actor__name"))
    assert kinds == [("post.create", "Alice"), ("post.save", "Bob")]


def test_idea_stays_an_idea_while_it_is_written(team, alice):
    post = compose.create(team=team, by=alice, draft=Draft(body="0"), idea=True)
    assert save(post, alice, body="1").stage == Stage.IDEA


def test_one_empty_form_sent_twice_is_one_post(team, alice):
    token = "a" * 32
    one = compose.create_once(team=team, by=alice, draft=Draft(body="Hi"), token=token)
    two = compose.create_once(team=team, by=alice, draft=Draft(body="Hi"), token=token)
    assert one == two
    assert Post.objects.count() == 1


def test_a_form_makes_no_second_post_of_one_that_was_deleted(team, alice):
    token = "a" * 32
    post = compose.create_once(team=team, by=alice, draft=Draft(body="Hi"), token=token)
    trash.trash(post=post, by=alice)
    with pytest.raises(IllegalMove, match="was deleted"):
        compose.create_once(team=team, by=alice, draft=Draft(body="Hi again"), token=token)
    assert Post.objects.count() == 1


def test_the_post_of_a_form_is_looked_up_by_an_index(team, alice):
    Post.objects.bulk_create(Post(team=team, author=alice, body=f"{n}") for n in range(2000))
    with CaptureQueriesContext(connection) as said:
        compose.create_once(team=team, by=alice, draft=Draft(body="Hi"), token="a" * 32)
    [asked] = [
        q["sql"]
        for q in said
        if q["sql"].startswith("SELECT") and "a" * 32 in q["sql"] and "posts_post" in q["sql"]
    ]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE posts_post")
        cursor.execute(f"EXPLAIN {asked}")
        assert "post_by_form" in " ".join(line for (line,) in cursor)


def test_taking_a_channel_off_a_scheduled_post_takes_its_delivery_along(team, alice):
    a, b = ChannelFactory(team=team), ChannelFactory(team=team)
    post = PostFactory(team=team, channels=[a, b], stage=Stage.SCHEDULED, author=alice)
    DeliveryFactory(queued=True, post=post, channel=a)
    DeliveryFactory(queued=True, post=post, channel=b)
    post = save(post, alice, channels={a.pk: VariantDraft()})
    assert post.stage == Stage.DRAFTING
    left = Delivery.objects.filter(post=post).values_list("channel_id", "state")
    assert list(left) == [(a.pk, DeliveryState.DRAFT)]
    assert not post.approvals.filter(revoked_at=None).exists()


def test_title_alone_leaves_the_approval(team, alice):
    channel = ChannelFactory(team=team)
    post = PostFactory(team=team, channels=[channel], stage=Stage.SCHEDULED, author=alice)
    delivery = DeliveryFactory(queued=True, post=post, channel=channel)
    post = save(post, alice, title="Another name", tags=["new"])
    delivery.refresh_from_db()
    assert (post.stage, delivery.state) == (Stage.SCHEDULED, DeliveryState.QUEUED)


def test_content_on_its_way_cannot_change(team, alice):
    channel = ChannelFactory(team=team)
    post = PostFactory(team=team, channels=[channel], stage=Stage.SCHEDULED, author=alice)
    delivery = DeliveryFactory(queued=True, post=post, channel=channel)
    _send(delivery)
    with pytest.raises(BeingPublished):
        save(post, alice, body="Too late")
    post.refresh_from_db()
    assert post.body != "Too late"
    assert post.variants.count() == 1


def _send(delivery: Delivery, *, to: str = DeliveryState.SENDING) -> None:
    now, lease = timezone.now(), timezone.now() + timedelta(minutes=1)
    Delivery.objects.filter(pk=delivery.pk).update(due_at=now, run_at=now)
    held = {"lease_until": lease, "owner": "test"}
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.CLAIMED, **held)
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.SENDING)
    if to == DeliveryState.PUBLISHED:
        Delivery.objects.filter(pk=delivery.pk).update(
            state=to, lease_until=None, remote_id="at://1", published_at=now
        )


def test_a_save_reads_the_document_before_and_after_and_no_more(team, alice, bob):
    post = PostFactory(team=team, channels=[ChannelFactory(team=team)], author=alice)
    draft = replace(draft_of(post), body="Other words")
    with CaptureQueriesContext(connection) as ran:
        compose.save(post=post, draft=draft, version=post.version, by=bob)
    assert post.revisions.get().snapshot["body"] != "Other words"
    pictures = 'FROM "posts_postmedia" INNER JOIN "posts_mediaasset"'
    assert len([one for one in ran.captured_queries if pictures in one["sql"]]) == 2


def test_trash_cancels_and_hides_but_keeps_the_rows(team, alice):
    channel = ChannelFactory(team=team)
    post = PostFactory(team=team, channels=[channel], stage=Stage.SCHEDULED, author=alice)
    delivery = DeliveryFactory(queued=True, post=post, channel=channel)
    trash.trash(post=post, by=alice)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.CANCELLED
    assert not Post.objects.for_team(team).exists()
    kept = Post.objects.get(pk=post.pk)
    assert (kept.stage, kept.planned_at) == (Stage.DRAFTING, None)
    assert not kept.approvals.filter(revoked_at=None).exists()


def test_trash_twice_is_told_once(team, alice):
    post = PostFactory(team=team, author=alice)
    trash.trash(post=post, by=alice)
    first = Post.objects.get(pk=post.pk).trashed_at
    trash.trash(post=post, by=alice)
    assert Post.objects.get(pk=post.pk).trashed_at == first
    assert post.activity.filter(kind="post.trash").count() == 1


@pytest.mark.parametrize(
    ("state", "error"),
    [(DeliveryState.SENDING, BeingPublished), (DeliveryState.PUBLISHED, IllegalMove)],
)
def test_what_is_public_or_may_be_cannot_be_put_away(team, alice, state, error):
    channel = ChannelFactory(team=team)
    post = PostFactory(team=team, channels=[channel], stage=Stage.SCHEDULED, author=alice)
    delivery = DeliveryFactory(queued=True, post=post, channel=channel)
    _send(delivery, to=state)
    with pytest.raises(error):
        trash.trash(post=post, by=alice)
    assert Post.objects.for_team(team).get() == post
