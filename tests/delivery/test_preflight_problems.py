"""What would fail at its second is said before, with its fix, and told once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.utils import timezone

from delivery.queries.risks import at_risk, mend_url
from notifications.models import Message, Sending
from posts.models import Activity, Approval, Delivery, MediaAsset
from posts.services import media
from publishers import services
from publishers.contract import Account, Limits, Rejected, Tokens
from publishers.models import Channel, Grant
from tests.delivery.ahead import BEFORE, NEAR, due_in, look, with_picture
from tests.delivery.parrot import Parrot
from tests.factories.delivery import channel_of
from tests.factories.posts import PostMediaFactory, picture
from tests.factories.publishers import grant_for

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return sorted(
        Message.objects.filter(kind="delivery_at_risk").values_list("user__name", "data__url")
    )


# -- the channel


def reconnect(channel: Channel, by) -> None:
    account = Account(channel.remote_id, channel.handle, channel.name)
    services.connect(
        team=channel.team,
        platform=channel.platform,
        account=account,
        tokens=Tokens("fresh", "next", 7200),
        by=by,
    )


def test_a_token_revoked_at_the_platform_is_said_before_it_is_due(platform, team, alice, bob):
    delivery = due_in(BEFORE, team, bob)
    Channel.objects.update(connected_at=timezone.now() - timedelta(days=1))
    platform.sessions = ["401"]

    look(delivery)

    channels = f"/t/{team.slug}/channels/"
    assert "must be connected again under Channels: The session ended." in delivery.warning
    assert delivery.warning_about == "channel"
    assert mend_url(delivery) == channels
    assert told() == [("Alice", channels), ("Bob", channels)]
    message = Message.objects.filter(kind="delivery_at_risk", user=bob).get()
    assert delivery.post.title in message.sentence
    assert " (Lisbon) " in message.sentence
    assert Sending.objects.filter(message=message, way="email").exists()
    assert list(at_risk(team)) == [delivery]
    assert Channel.objects.get().state == Channel.State.RECONNECT

    look(delivery)
    look(delivery, NEAR)
    assert len(told()) == 2
    assert platform.uploads == []

    reconnect(delivery.channel, alice)
    look(delivery)
    assert delivery.warning == delivery.warning_about == ""
    assert not at_risk(team).exists()
    kinds = Activity.objects.filter(kind__startswith="delivery.").values_list("kind", flat=True)
    assert list(kinds.order_by("pk")) == ["delivery.warn", "delivery.mend"]


def test_a_token_refused_while_uploading_is_renewed_once(platform, team, alice, bob):
    platform.prepares = ["401"]
    delivery = look(with_picture(NEAR, team, bob))
    assert delivery.prepared_hash
    assert [path for _, path in platform.asked] == ["/uploads", "/session", "/uploads"]

    platform.prepares = ["401", "401"]
    other = look(with_picture(NEAR, team, bob))
    assert other.warning_about == "channel"
    assert Channel.objects.get(pk=other.channel_id).state == Channel.State.RECONNECT
    assert Message.objects.filter(kind="channel_reconnect").count() == 1


def test_a_passing_fault_of_renewing_is_no_disconnect(platform, team, bob):
    delivery = due_in(BEFORE, team, bob)
    Grant.objects.update(expires_at=timezone.now() + timedelta(minutes=22))
    platform.sessions = ["503", "503"]

    look(delivery)
    assert delivery.warning == ""
    assert delivery.channel.state == Channel.State.CONNECTED
    assert delivery.preflight_at < timezone.now() + timedelta(minutes=2)

    look(delivery, 4)
    assert "could not be renewed yet" in delivery.warning
    assert Channel.objects.get().state == Channel.State.CONNECTED

    Delivery.objects.update(preflight_at=Now())
    look(delivery)
    assert delivery.warning == ""
    assert Grant.objects.get().version == 2


def test_access_that_ends_before_and_cannot_be_renewed_is_said(platform, team, alice, bob):
    channel = channel_of(team)
    Grant.objects.all().delete()
    grant_for(channel, refresh="", ends_in=600)
    delivery = look(due_in(BEFORE, team, bob, channel=channel))

    assert "ends before" in delivery.warning
    assert [name for name, _ in told()] == ["Alice", "Bob"]

    reconnect(channel, alice)
    Delivery.objects.update(preflight_at=Now())
    assert look(delivery).warning == ""


def test_a_paused_channel_is_said_and_seen_at_once_when_it_goes_on(platform, team, bob):
    delivery = look(due_in(BEFORE, team, bob))

    services.pause(delivery.channel, paused=True)
    look(delivery)
    assert "is paused" in delivery.warning

    services.pause(delivery.channel, paused=False)
    look(delivery)
    assert delivery.warning == ""


def test_a_whole_channel_is_told_once_with_its_first_post(platform, team, alice, bob, carol):
    channel = channel_of(team)
    rows = [due_in(BEFORE + n / 10, team, bob, channel=channel) for n in range(4)]
    other = due_in(BEFORE + 1, team, carol, channel=channel)
    services.mark_reconnect(channel.pk, "The session ended.")

    for row in [*rows, other]:
        look(row)

    assert all(row.warning for row in [*rows, other])
    assert [name for name, _ in told()] == ["Alice", "Bob", "Carol"]
    assert Message.objects.filter(user=bob).get().data["delivery"] == rows[0].pk


# -- the content


def test_a_picture_that_is_gone_is_said_and_comes_back_with_an_upload(platform, team, alice, bob):
    upload = SimpleUploadedFile("buoy.jpg", picture(), "image/jpeg")
    asset = media.store(team=team, by=bob, upload=upload)
    pictured = PostMediaFactory.build(post=None, asset=asset, alt="A buoy")
    delivery = due_in(BEFORE, team, bob, pictures=[pictured])
    asset.file.storage.delete(asset.file.name)

    look(delivery)
    assert "“buoy.jpg” is gone from the store. Upload the picture again." in delivery.warning
    assert told() == [("Bob", f"/t/{team.slug}/posts/{delivery.post_id}/edit/")]

    again = SimpleUploadedFile("again.jpg", picture(), "image/jpeg")
    assert media.store(team=team, by=bob, upload=again) == asset
    Delivery.objects.update(preflight_at=Now())
    look(delivery)
    assert delivery.warning == ""
    assert look(delivery, NEAR).prepared_hash == delivery.content_hash


def test_a_picture_that_differs_is_said(platform, team, bob):
    delivery = with_picture(BEFORE, team, bob)
    with MediaAsset.objects.get().file.open("wb") as file:
        file.write(b"something else")

    assert "differs from what was approved" in look(delivery).warning
    assert look(delivery, NEAR).prepared_hash == ""
    assert platform.uploads == []


def test_what_the_platform_no_longer_takes_is_said(platform, team, bob, monkeypatch):
    delivery = due_in(BEFORE, team, bob)
    tight = Limits(text=10, count="graphemes")
    monkeypatch.setattr(Parrot, "spec", replace(Parrot.spec, limits=tight))

    look(delivery)

    assert "Parrot takes 10 characters" in delivery.warning
    assert delivery.warning_about == "content"


def test_what_does_not_go_together_is_said_half_an_hour_before(platform, team, bob, monkeypatch):
    wrong = Rejected("A poll needs two answers.", code="poll")
    monkeypatch.setattr(Parrot, "mistake", staticmethod(lambda payload, kind: wrong))
    delivery = look(due_in(BEFORE, team, bob))
    assert delivery.warning == "A poll needs two answers."
    assert delivery.warning_about == "content"


def test_a_platform_that_refuses_a_picture_is_not_asked_each_minute(platform, team, bob):
    platform.prepares = ["400"]
    delivery = look(with_picture(NEAR, team, bob))

    assert delivery.warning == "The text is not allowed."
    assert delivery.preflight_at > timezone.now() + timedelta(minutes=4)


def test_an_approval_that_was_revoked_is_said(platform, team, bob):
    delivery = look(due_in(BEFORE, team, bob))
    Approval.objects.update(revoked_at=timezone.now())

    look(delivery, NEAR)

    assert "no longer approved" in delivery.warning
    assert told() == [("Bob", f"/t/{team.slug}/posts/{delivery.post_id}/")]
    assert delivery.prepared_hash == ""


def test_another_problem_is_told_again_the_same_one_is_not(platform, team, bob):
    delivery = with_picture(BEFORE, team, bob)
    Approval.objects.update(revoked_at=timezone.now())
    look(delivery)
    Delivery.objects.update(preflight_at=Now())
    look(delivery)
    assert len(told()) == 1

    asset = MediaAsset.objects.get()
    asset.file.storage.delete(asset.file.name)
    Delivery.objects.update(preflight_at=Now())
    look(delivery)
    assert len(told()) == 2
    assert "no longer approved" in delivery.warning
    assert "is gone" in delivery.warning
