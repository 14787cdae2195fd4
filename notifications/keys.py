"""Telling people that their API keys end soon. Called by tasks.py."""

from datetime import timedelta

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import languages
from accounts.models import ApiKey
from notifications.services import tell
from ui import dates

AHEAD = timedelta(days=7)
MOST = 100


def warn() -> int:
    """A week before; whoever made one for a few days knows it."""
    now = timezone.now()
    lasts = ExpressionWrapper(F("expires_at") - F("created_at"), output_field=DurationField())
    ending = ApiKey.objects.annotate(lasts=lasts).filter(
        revoked_at=None,
        warned_at=None,
        expires_at__gt=now,
        expires_at__lt=now + AHEAD,
        lasts__gt=AHEAD + timedelta(days=1),
    )
    told = ending.select_related("team", "membership__user").order_by("expires_at")[:MOST]
    return sum(_warn(key) for key in told)


@transaction.atomic
def _warn(key: ApiKey) -> bool:
    """Once: another process may be at it."""
    mine = ApiKey.objects.filter(pk=key.pk, warned_at=None, revoked_at=None)
    if key.expires_at is None or not mine.update(warned_at=timezone.now()):
        return False
    user = key.membership.user
    with override(languages.of_mail(user)):
        ends = dates.placed(key.expires_at, "j F, H:i", key.team.zone)
    url = reverse("accounts:api_keys", kwargs={"team": key.team.slug})
    tell(
        kind="key_ends", team=key.team, user=user, data={"key": key.name, "ends": ends, "url": url}
    )
    return True
