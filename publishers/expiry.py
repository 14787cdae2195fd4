"""Access that ends and cannot be renewed by itself: whoever can sign in again hears days ahead.

Called by a tick.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import languages
from notifications.services import tell
from publishers import instance
from publishers.models import Channel, Grant
from publishers.services import who_can_connect
from ui import dates

# Days before the end, first to last; each is told once.
STEPS = (7, 3, 1)
MOST = 100


def warn() -> int:
    """How many channels were told of. A new sign-in begins anew."""
    if instance.foreign():
        return 0
    now = timezone.now()
    return sum(_warn(days, now) for days in sorted(STEPS))


def _warn(days: int, now: datetime) -> int:
    ending = Grant.objects.filter(
        Q(warned_days=None) | Q(warned_days__gt=days),
        channel__state=Channel.State.CONNECTED,
        refresh_token="",
        expires_at__gt=now,
        expires_at__lt=now + timedelta(days=days),
    )
    told = 0
    for grant in ending.select_related("channel__team").order_by("expires_at")[:MOST]:
        with transaction.atomic():
            # Another process may be at it; a newer sign-in has another version.
            seen = Grant.objects.filter(
                pk=grant.pk, version=grant.version, warned_days=grant.warned_days
            )
            if seen.update(warned_days=days):
                _tell(grant)
                told += 1
    return told


def _tell(grant: Grant) -> None:
    channel = grant.channel
    assert grant.expires_at is not None
    url = reverse("publishers:channels", args=[channel.team.slug])
    for user in who_can_connect(channel.team):
        with override(languages.of_mail(user)):
            ends = dates.placed(grant.expires_at, "j F, H:i", channel.team.zone)
        data = {"channel": str(channel), "ends": ends, "url": url}
        tell(kind="channel_ends", team=channel.team, user=user, data=data)
