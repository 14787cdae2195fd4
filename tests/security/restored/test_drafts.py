"""A restore made a draft of what was in review: what becomes of it from here on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import instance
from posts.errors import BeingPublished
from posts.models import Delivery
from posts.states import DeliveryState, Stage
from tests.approvals.answering import answer
from tests.delivery.forgotten import look
from tests.security.restored.backup import asked_again, rewritten, send_what_is_due, stage_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lapsed(past, platform, settings):
    """Published by an answer that the backup does not know; the platform lost it, too."""
    settings.DELIVERY_QUIET_SECONDS = settings.DELIVERY_READ_GAP_SECONDS = 0
    assert answer(past.ruth).status_code == 302
    send_what_is_due()
    platform.posts.clear()
    past.restore()
    assert instance.locked() is None
    assert stage_of(past.post) == Stage.DRAFTING
    return past


def looked_up_in_vain() -> None:
    Delivery.objects.update(unknown_since=timezone.now() - timedelta(days=1))
    for _ in range(3):
        look()
    assert Delivery.objects.get().state == DeliveryState.QUEUED


def test_new_words_go_out_once_in_place_of_those_that_were_looked_up(lapsed, bob, platform):
    with pytest.raises(BeingPublished):
        rewritten(lapsed.post, bob)
    looked_up_in_vain()

    rewritten(lapsed.post, bob)

    row = Delivery.objects.get()
    assert (row.state, row.revision, row.content_hash) == (DeliveryState.DRAFT, None, "")
    assert stage_of(lapsed.post) == Stage.DRAFTING
    asked_again(lapsed, bob)
    assert send_what_is_due() == 0
    assert answer(lapsed.ruth).status_code == 302
    send_what_is_due()
    assert [post["text"] for post in platform.posts] == ["Shorter."]
    assert stage_of(lapsed.post) == Stage.DONE
