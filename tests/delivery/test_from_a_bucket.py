"""A picture that lies in a bucket goes out as one on the disk, or not at all and once only."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from delivery import dispatcher, worker
from posts.models import Delivery, PostMedia
from posts.services import media
from publishers.sandbox.models import RemotePost
from tests.factories.delivery import due_delivery
from tests.factories.posts import picture
from tests.faults.world import channel

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def delivery(bucket, live_server, settings, team, bob):
    settings.SITE_URL = live_server.url
    settings.SANDBOX_URL = f"{live_server.url}/sandbox"
    sent = SimpleUploadedFile("buoy.jpg", picture())
    asset = media.store(team=team, by=bob, upload=sent)
    shown = PostMedia(asset=asset, position=0, alt="A yellow buoy")
    return due_delivery(team, bob, channel=channel(team, 0), pictures=[shown])


def publish(delivery: Delivery) -> Delivery:
    Delivery.objects.filter(pk=delivery.pk).update(run_at=timezone.now())
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    return delivery


def test_it_goes_out(delivery):
    assert publish(delivery).state == "published"
    [shown] = RemotePost.objects.get().pictures.all()
    asset = delivery.post.pictures.get().asset
    assert shown.digest == asset.sha256
    assert hashlib.sha256(asset.file.open().read()).hexdigest() == asset.sha256


def test_where_the_bucket_does_not_answer_it_is_tried_again(delivery, away, settings):
    there = settings.STORAGES
    away()
    with pytest.raises(OSError, match="EndpointConnectionError"):
        publish(delivery)
    delivery.refresh_from_db()
    assert delivery.state == "queued"
    assert not RemotePost.objects.exists()
    settings.STORAGES = there
    assert publish(delivery).state == "published"
    assert RemotePost.objects.count() == 1
