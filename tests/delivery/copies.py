"""A database that was copied, and one that forgot a call."""

from django.utils import timezone

from delivery import instance
from delivery.models import Stray
from publishers.models import Instance
from tests.factories.delivery import channel_of


def copied() -> None:
    Instance.objects.update_or_create(defaults={"key": "another"})
    instance.forget()


def strayed(team) -> Stray:
    channel = channel_of(team)
    return Stray.objects.create(
        team=team, channel=channel, at=timezone.now(), delivery_no=7, post_no=8, attempt_no=1,
        content_hash="a" * 64, account=channel.account, noticed_at=timezone.now(),
    )  # fmt: skip
