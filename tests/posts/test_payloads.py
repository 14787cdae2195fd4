"""What an adapter is given: the approved revision, and the same post after a doubtful send."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts import content, payloads
from posts.models import MediaAsset, Post
from publishers.contract import ReplyTo
from tests.factories.posts import (
    DeliveryFactory,
    PostFactory,
    PostMediaFactory,
    VariantFactory,
    refresh_hash,
)
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


def test_working_copy_is_not_read():
    delivery = DeliveryFactory(queued=True)
    Post.objects.filter(pk=delivery.post_id).update(body="Something nobody approved")
    delivery.refresh_from_db()
    [payload] = payloads.build_all(delivery)
    assert payload.text == delivery.revision.snapshot["body"]


def test_changed_revision_is_noticed():
    delivery = DeliveryFactory(queued=True)
    channel = delivery.revision.snapshot["channels"][str(delivery.channel_id)]
    channel["text"] = "Something nobody approved"
    with pytest.raises(payloads.TamperedContent):
        payloads.build_all(delivery)


@pytest.mark.parametrize("lost", ["file", "row"])
def test_lost_picture_is_noticed(lost):
    delivery = DeliveryFactory(queued=True, post=PostMediaFactory().post)
    [payload] = payloads.build_all(delivery)
    [media] = payload.media
    asset = MediaAsset.objects.get()
    if lost == "file":
        asset.file.storage.delete(asset.file.name)
    else:
        asset.uses.all().delete()
        asset.delete()

    with pytest.raises(payloads.TamperedContent, match="is gone from the store"):
        media.read()


def test_time_of_a_doubtful_send_stays_with_the_post():
    delivery = DeliveryFactory(queued=True)
    [first] = payloads.build_all(delivery)
    delivery.handles = {"created_at": delivery.due_at.isoformat()}
    delivery.due_at = timezone.now() + timedelta(days=1)
    [again] = payloads.build_all(delivery)
    assert again.created_at == first.created_at
    assert again.client_token == first.client_token


@pytest.mark.parametrize(("platform", "counts"), [("devto", True), ("bluesky", False)])
def test_a_title_that_is_published_is_part_of_what_was_approved(platform, counts):
    delivery = DeliveryFactory(queued=True, channel__platform=platform)
    delivery.revision.snapshot["title"] = "Nobody approved this"
    if counts:
        with pytest.raises(payloads.TamperedContent):
            payloads.build_all(delivery)
    else:
        assert payloads.build_all(delivery)


# -- what follows the post

LONG = "\n\n".join(
    f"Buoy {n} reports the height of the water at every minute. " * 4 for n in range(4)
)


def thread(platform="bluesky", text=LONG, comment="", **options):
    channel = ChannelFactory(platform=platform)
    post = PostFactory(team=channel.team, kind="thread", body=text)
    VariantFactory(post=post, channel=channel, first_comment=comment, options=options)
    refresh_hash(post)
    return DeliveryFactory(queued=True, post=post, channel=channel)


def test_a_thread_is_sent_as_it_was_cut_when_approved(monkeypatch):
    delivery = thread()
    parts = delivery.revision.snapshot["channels"][str(delivery.channel_id)]["parts"]
    assert len(parts) == 4
    monkeypatch.setattr("publishers.threads.split", lambda *args, **more: ["cut anew"])
    assert [item.text for item in payloads.build_all(delivery)] == parts
    assert [item.kind for item in payloads.build_all(delivery)] == ["post", "part", "part", "part"]


def test_other_cuts_are_other_content(monkeypatch):
    delivery = thread()
    monkeypatch.setattr("publishers.threads.split", lambda *args, **more: ["cut anew"])
    assert content.digest(content.snapshot(delivery.post)) != delivery.content_hash


def test_a_changed_part_is_noticed():
    delivery = thread()
    delivery.revision.snapshot["channels"][str(delivery.channel_id)]["parts"][2] += "!"
    with pytest.raises(payloads.TamperedContent):
        payloads.build_all(delivery)


def test_what_was_approved_before_there_were_threads_still_counts():
    """Its digest knows no parts."""
    delivery = DeliveryFactory(queued=True)
    said = delivery.revision.snapshot["channels"][str(delivery.channel_id)]
    assert said.pop("parts") == []
    assert [item.text for item in payloads.build_all(delivery)] == [said["text"]]


def test_numbers_are_part_of_the_text():
    items = payloads.build_all(thread(numbering="end"))
    assert [item.text[-4:] for item in items] == [f" {n}/{len(items)}" for n in range(1, 5)]


def test_a_platform_without_threads_gets_the_whole_text():
    assert [item.text for item in payloads.build_all(thread("linkedin"))] == [LONG.strip()]


def test_the_first_comment_comes_last():
    items = payloads.build_all(thread(comment="Read more"))
    assert (items[-1].text, items[-1].kind) == ("Read more", "comment")
    assert [item.kind for item in items].count("comment") == 1


def test_every_item_has_its_own_token_and_moment_at_every_attempt():
    delivery = thread(comment="Read more")
    items = payloads.build_all(delivery)
    assert (
        len({item.client_token for item in items}) == len({item.created_at for item in items}) == 5
    )
    assert items[0].client_token == str(delivery.client_token)
    assert items[0].created_at == delivery.due_at
    assert [item.created_at for item in items] == sorted(item.created_at for item in items)
    again = payloads.build_all(delivery)
    assert [item.client_token for item in again] == [item.client_token for item in items]


def test_pictures_go_with_the_post():
    assert all(not item.media for item in payloads.build_all(thread(comment="Read more"))[1:])


def test_a_part_answers_the_one_before_and_a_comment_the_post():
    head, second, third, _, comment = payloads.build_all(thread(comment="Read more"))
    assert payloads.answering(head, []).reply_to is None
    assert payloads.answering(second, ["a"]).reply_to == ReplyTo("a", "a", ("a",))
    assert payloads.answering(third, ["a", "b"]).reply_to == ReplyTo("a", "b", ("a", "b"))
    live = ["a", "b", "c", "d"]
    assert payloads.answering(comment, live).reply_to == ReplyTo("a", "a", tuple(live))
