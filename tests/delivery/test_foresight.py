"""What a preflight knows of a platform: what it allows until then, and how it is."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery.models import Breaker
from posts.models import Delivery, Post
from publishers.models import Channel, RateWindow
from tests.delivery.ahead import due_in, look, with_picture
from tests.factories.delivery import channel_of
from tests.factories.posts import PostFactory

pytestmark = pytest.mark.django_db

BEFORE = 25
NEAR = 8


def window(platform: str, remaining: int, minutes: float, *, channel=None, reserve=0):
    return RateWindow.objects.create(
        platform=platform,
        channel=channel,
        name="quarter",
        limit=10,
        remaining=remaining,
        reserve=reserve,
        resets_at=timezone.now() + timedelta(minutes=minutes),
    )


def looked(delivery: Delivery) -> str:
    return look(delivery).warning


def test_a_quota_that_earlier_posts_use_up_is_said(platform, team, other_team, bob):
    """Of the whole app: other teams' posts take from it too."""
    due_in(BEFORE - 2, other_team, channel=channel_of(other_team, "parrot_app"))
    enough = due_in(BEFORE - 1, team, bob, channel=channel_of(team, "parrot_app"))
    short = due_in(BEFORE, team, bob, channel=channel_of(team, "parrot_app"))
    window("parrot_app", 3, BEFORE + 5, reserve=1)

    look(short)
    enough.refresh_from_db()

    assert enough.warning == ""
    assert "is used up by earlier posts, so it goes out at" in short.warning
    assert short.warning_about == "platform"


@pytest.mark.parametrize(
    ("remaining", "minutes", "said"),
    [(1, BEFORE + 5, False), (0, BEFORE + 5, True), (0, BEFORE - 1, False)],
)
def test_a_channel_has_a_quota_of_its_own(platform, team, bob, remaining, minutes, said):
    channel = channel_of(team, "parrot_own")
    due_in(BEFORE - 2, team, bob, channel=channel_of(team, "parrot_own"))
    delivery = due_in(BEFORE, team, bob, channel=channel)
    window("parrot_own", remaining, minutes, channel=channel)

    assert ("is used up" in looked(delivery)) is said


def test_posts_that_cannot_go_out_take_nothing(platform, team, bob):
    channel = channel_of(team, "parrot_app", paused=True)
    due_in(BEFORE - 2, team, bob, channel=channel)
    delivery = due_in(BEFORE, team, bob, channel=channel_of(team, "parrot_app"))
    window("parrot_app", 1, BEFORE + 5)

    assert looked(delivery) == ""

    Channel.objects.filter(pk=channel.pk).update(paused=False)
    Delivery.objects.update(preflight_at=Now())
    assert "is used up" in looked(delivery)


def test_a_platform_that_is_down_is_spared_and_the_rest_is_looked_at(platform, team, bob):
    delivery = with_picture(NEAR, team, bob)
    retry_at = timezone.now() + timedelta(minutes=1)
    Breaker.objects.create(
        platform="parrot_read", state="open", reason="Down.", failures=9, retry_at=retry_at
    )
    Channel.objects.update(connected_at=timezone.now() - timedelta(days=1))

    look(delivery)
    assert platform.asked == []
    assert (delivery.warning, delivery.prepared_hash) == ("", "")

    Delivery.objects.update(preflight_at=Now())
    look(delivery, 4)
    assert "Parrot has had trouble since" in delivery.warning
    assert platform.asked == []

    Breaker.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    Delivery.objects.update(preflight_at=Now())
    look(delivery)
    assert delivery.warning == ""
    assert platform.uploads == ["A buoy"]
    assert Breaker.objects.get().state == "closed"


def test_what_uploading_meets_is_known_to_the_platforms_breaker(platform, team, bob):
    platform.prepares = ["503", "503"]
    for _ in range(2):
        look(with_picture(NEAR, team, bob))

    assert Breaker.objects.get(platform="parrot_read").failures == 2


def test_every_part_of_a_thread_is_looked_at(platform, team, bob):
    body = "One.\n---\n#" + "x" * 300
    post = PostFactory(team=team, author=bob, stage="scheduled", kind=Post.Kind.THREAD, body=body)

    assert "Part 2 of the thread is 1 over" in looked(due_in(BEFORE, team, bob, post=post))
