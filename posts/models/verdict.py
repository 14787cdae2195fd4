"""What the quality gates found in one version of a post. Never changed: the database refuses."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.models.post import Post
from posts.models.revision import Revision
from publishers.models import Channel


class Verdict(models.Model):
    """One finding, or that a gate found nothing. Those of one look share `at`. `rules`: which of
    the team's held; None: the usual. `words` are English, said by ui/spoken.py to who reads them.
    """

    class Outcome(models.TextChoices):
        PASSED = "passed", _("Passed")
        WARNED = "warned", _("Look at it")
        BLOCKED = "blocked", _("Stops it")
        SKIPPED = "skipped", _("Not looked at")

    class When(models.TextChoices):
        REVIEW = "review", _("Before review")
        SCHEDULE = "schedule", _("Before scheduling")
        AHEAD = "ahead", _("In the hour before it is due")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="verdicts")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="verdicts")
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    gate = models.CharField(max_length=20)
    outcome = models.CharField(max_length=7, choices=Outcome)
    words = models.CharField(max_length=500, blank=True)
    when = models.CharField(max_length=8, choices=When)
    rules = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["post", "-at"], name="verdict_of_post")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=["warned", "blocked"]) | ~Q(words=""),
                name="verdict_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.outcome}: {self.words[:60]}"
