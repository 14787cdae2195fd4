"""What an adapter is given: the approved revision, and the same post after a doubtful send."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts import payloads
from posts.models import Post
from tests.factories.posts import DeliveryFactory

pytestmark = pytest.mark.django_db


def test_working_copy_is_not_read():
    delivery = DeliveryFactory(queued=True)
    Post.objects.filter(pk=delivery.post_id).update(body="Something nobody approved")
    delivery.refresh_from_db()
    assert payloads.build(delivery).text == delivery.revision.snapshot["body"]


def test_changed_revision_is_noticed():
    delivery = DeliveryFactory(queued=True)
    channel = delivery.revision.snapshot["channels"][str(delivery.channel_id)]
    channel["text"] = "Something nobody approved"
    with pytest.raises(payloads.TamperedContent):
        payloads.build(delivery)


def test_time_of_a_doubtful_send_stays_with_the_post():
    delivery = DeliveryFactory(queued=True)
    first = payloads.build(delivery)
    delivery.handles = {"created_at": delivery.due_at.isoformat()}
    delivery.due_at = timezone.now() + timedelta(days=1)
    again = payloads.build(delivery)
    assert again.created_at == first.created_at
    assert again.client_token == first.client_token
