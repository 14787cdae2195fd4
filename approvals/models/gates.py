"""What a team's gates go by, and the addresses that they have opened."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, TeamQuerySet


class Ruleset(models.Model):
    """What the gates of a team go by. Append-only: a change is a new row, which the team names.

    `document`: by gate, its mode, its options, and the same of single channels (rules.py).
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    document = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Ruleset"].as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"rules {self.pk} of {self.team}"


class Link(models.Model):
    """An address that a team's posts name, and whether it opens something: a day's truth.

    `key` is its digest; it may be too long for an index. `tries`: how often in a row it opened
    nothing; once may be an accident. `look_at`: when somebody looks next; who does pushes it ahead,
    so that nobody else does meanwhile.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Not looked at yet")
        OK = "ok", _("Opens something")
        BROKEN = "broken", _("Opens nothing")
        UNSURE = "unsure", _("Could not be looked at")
        PRIVATE = "private", _("Leads into a network")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=2000)
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    words = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Link"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["look_at"], name="link_to_look_at")]
        constraints = [models.UniqueConstraint(fields=["team", "key"], name="link_once")]

    def __str__(self) -> str:
        return self.url[:80]
