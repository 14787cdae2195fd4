"""Posts with pictures on every platform, from half an hour before to their second, by processes."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from notifications.models import Message
from posts.models import Delivery
from publishers.models import Channel, Grant
from publishers.sandbox.ledger import posts
from publishers.sandbox.models import Account, Call, Credential, Does
from tests.factories.posts import (
    DeliveryFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
)
from tests.faults import world
from tests.processes import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.integration]

SECOND = timedelta(seconds=1)


@pytest.fixture
def running(stack, settings, tmp_path):
    """Its pictures lie where this test puts them."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return stack(children=("web", "publisher"), data=tmp_path, env=world.environment())


@pytest.fixture
def deliveries(team, bob):
    """One for each platform, with two pictures and somebody mentioned, due in 25 minutes."""
    at = timezone.now() + timedelta(minutes=25)
    return [_delivery(team, bob, number, at) for number in range(len(world.PLATFORMS))]


def _delivery(team, author, number: int, at) -> Delivery:
    said = f"Buoy {number} reports. Thanks, @fault{number}.sandbox.test"
    post = PostFactory(team=team, author=author, stage="scheduled", body=said)
    for _ in range(2):
        PostMediaFactory(post=post, asset=MediaAssetFactory(team=team))
    return DeliveryFactory(
        queued=True, post=post, channel=world.channel(team, number), due_at=at, run_at=at
    )


def bring_near(**left: float) -> None:
    at = timezone.now() + timedelta(**left)
    Delivery.objects.update(due_at=at, run_at=at, preflight_at=Now())


def all_looked_at() -> bool:
    return not Delivery.objects.filter(preflight_no=0).exists()


def all_prepared() -> bool:
    return not Delivery.objects.filter(prepared_hash="").exists()


def test_at_their_second_one_call_is_left_on_every_platform(deliveries, running):
    wait_until(all_looked_at, 60, "the first look")
    assert not Call.objects.filter(does=Does.UPLOAD).exists()

    bring_near(minutes=8)
    wait_until(all_prepared, 60, "the preparation")
    assert Call.objects.filter(does=Does.UPLOAD).exists()
    assert not posts().exists()

    bring_near(seconds=5)
    due = Delivery.objects.values_list("due_at", flat=True)[0]
    wait_until(world.all_published, 60, "the end of every delivery")

    around = Call.objects.filter(at__gte=due - SECOND, at__lte=due + SECOND)
    for delivery in Delivery.objects.select_related("channel"):
        calls = around.filter(platform=delivery.channel.platform)
        assert [call.does for call in calls] == [Does.PUBLISH], list(calls)
    assert not Call.objects.filter(at__gt=due, does=Does.UPLOAD).exists()
    assert all(one.accepted_at >= due for one in posts())
    assert all(one.pictures.count() == 2 for one in posts())


def test_a_revoked_token_is_told_with_the_way_to_connect_again(deliveries, running, team, bob):
    wait_until(all_looked_at, 60, "the first look")
    account = Account.objects.get(platform="x", handle="fault0.sandbox.test")
    Credential.objects.filter(account=account).update(revoked_at=timezone.now())

    # Ten minutes before, the platform was last heard half an hour ago.
    ago = timezone.now() - timedelta(minutes=30)
    Channel.objects.update(connected_at=ago, checked_at=ago)
    Grant.objects.update(refreshed_at=ago)
    bring_near(minutes=8)
    said = Message.objects.filter(kind="delivery_at_risk", user=bob)
    wait_until(said.exists, 60, "the message to the author")

    [delivery] = Delivery.objects.exclude(warning="")
    assert delivery.channel.platform == "x"
    assert delivery.channel.state == Channel.State.RECONNECT
    assert "must be connected again under Channels" in delivery.warning
    assert said.get().data["url"] == f"/t/{team.slug}/channels/"
    assert delivery.due_at > timezone.now()
    wait_until(lambda: Delivery.objects.exclude(prepared_hash="").count() == 2, 60, "the others")
