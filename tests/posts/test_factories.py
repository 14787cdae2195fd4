"""The factories make rows that the database and the adapters accept."""

import hashlib

import pytest

from posts import content
from posts.states import DeliveryState
from tests.factories.posts import DeliveryFactory, MediaAssetFactory, PostFactory, PostMediaFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


def test_queued_delivery_is_approved_for_what_the_post_says():
    delivery = DeliveryFactory(queued=True)
    assert delivery.state == DeliveryState.QUEUED
    assert delivery.content_hash == content.digest(content.snapshot(delivery.post))
    assert delivery.post.approvals.filter(content_hash=delivery.content_hash).count() == 1
    assert delivery.run_at == delivery.due_at


def test_two_channels_share_one_approval(team):
    a, b = ChannelFactory(team=team), ChannelFactory(team=team)
    post = PostFactory(team=team, channels=[a, b])
    one = DeliveryFactory(queued=True, post=post, channel=a)
    two = DeliveryFactory(queued=True, post=post, channel=b)
    assert one.content_hash == two.content_hash
    assert post.approvals.count() == 1


def test_picture_is_stored_as_its_digest_says(team):
    asset = MediaAssetFactory(team=team)
    with asset.file.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == asset.sha256
    use = PostMediaFactory(asset=asset, post=PostFactory(team=team))
    assert use.post.pictures.get().asset == asset
