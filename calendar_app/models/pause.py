"""A channel whose queue rests: as long as the row is there, none of its slots is given away."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team, TeamQuerySet
from publishers.models import Channel


class QueuePause(models.Model):
    """What is scheduled still goes out; Channel.paused is what holds that."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="queue_pause")
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    since = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["QueuePause"].as_manager()

    def __str__(self) -> str:
        return self.reason or f"queue of {self.channel_id}"
