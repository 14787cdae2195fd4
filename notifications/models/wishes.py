"""How a person wants to be told. Without rows, what kinds.py says."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.models.leased import Leased


class Preference(models.Model):
    """Where a person wants a kind by one way otherwise than kinds.py says."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences"
    )
    kind = models.CharField(max_length=60)
    way = models.CharField(max_length=20)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "way"], name="preference_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.way}: {self.wanted}"


class Habits(models.Model):
    """When: the pace of mails, and the hours in which nothing rings, in the person's zone."""

    class Pace(models.TextChoices):
        NOW = "now", _("At once")
        HOURLY = "hourly", _("Once an hour, in one mail")
        DAILY = "daily", _("Once a day, in one mail")
        NEVER = "never", _("Never")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="habits",
    )
    pace = models.CharField(max_length=6, choices=Pace.choices, default=Pace.NOW)
    daily_at = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    urgent_anyway = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(daily_at__lte=23), name="habits_hour_sane"),
            models.CheckConstraint(
                condition=models.Q(pace__in=["now", "hourly", "daily", "never"]),
                name="habits_pace_known",
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="habits_quiet_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pace}"


class Digest(Leased):
    """One mail with everything that was gathered for a person. What it holds never changes, so
    that a repeated one is the same mail.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )

    class Meta:
        indexes = [
            models.Index(fields=["run_at"], name="digest_due", condition=models.Q(state="waiting")),
            models.Index(
                fields=["lease_until"], name="digest_lease", condition=models.Q(state="sending")
            ),
        ]

    def __str__(self) -> str:
        return f"digest: {self.state}"
