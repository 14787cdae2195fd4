"""Deliveries that are not due yet, and time that passes for them alone."""

from datetime import timedelta

from django.utils import timezone

from delivery import preflight, turns
from posts.models import Delivery
from publishers.models import Channel, Grant
from tests.factories.delivery import due_delivery
from tests.factories.posts import MediaAssetFactory, PostMediaFactory

# Minutes before it is due: within the half hour of the looks, within the ten of the uploads.
BEFORE = 25
NEAR = 8


def due_in(minutes: float, team, author=None, **fields) -> Delivery:
    return due_delivery(team, author, seconds=minutes * 60, **fields)


def move(delivery: Delivery, minutes: float) -> None:
    """As if time had passed until it is due in so many minutes. What ends then comes nearer too."""
    delivery.refresh_from_db()
    passed = delivery.due_at - timezone.now() - timedelta(minutes=minutes)
    Delivery.objects.filter(pk=delivery.pk).update(
        due_at=delivery.due_at - passed,
        run_at=delivery.run_at - passed,
        preflight_at=delivery.preflight_at - passed,
    )
    for grant in Grant.objects.filter(channel=delivery.channel):
        ends = grant.expires_at and grant.expires_at - passed
        Grant.objects.filter(pk=grant.pk).update(
            expires_at=ends, refreshed_at=grant.refreshed_at - passed
        )
    Channel.objects.filter(pk=delivery.channel_id).update(
        connected_at=delivery.channel.connected_at - passed
    )
    delivery.refresh_from_db()


def look(delivery: Delivery, minutes: float | None = None) -> Delivery:
    if minutes is not None:
        move(delivery, minutes)
    for turn in turns.take():
        preflight.run(turn)
    delivery.refresh_from_db()
    return delivery


def with_picture(minutes: float, team, author) -> Delivery:
    pictured = PostMediaFactory.build(post=None, asset=MediaAssetFactory(team=team), alt="A buoy")
    return due_in(minutes, team, author, pictures=[pictured])
