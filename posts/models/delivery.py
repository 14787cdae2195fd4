"""The commitment to publish one post on one channel, and the permit that sending needs."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, TeamQuerySet
from posts.models.post import Post
from posts.models.revision import Revision
from posts.states import LEASED, DeliveryState
from publishers.models import Channel


class Approval(models.Model):
    """Somebody allowed exactly this content. Without an unrevoked row nothing is sent."""

    class Source(models.TextChoices):
        REVIEW = "review", _("Review")
        NO_REVIEW = "no_review", _("No review required")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="approvals")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=10, choices=Source.choices)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "content_hash"],
                condition=Q(revoked_at=None),
                name="approval_valid_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} for {self.content_hash[:12]}"


class Delivery(models.Model):
    """One row per post and channel. `local_time` and `zone` keep what the author meant.

    `remote_id` and `permalink` are the post's own: in a thread they are there once it is live, and
    its parts still to follow.

    The last columns are the preflight's: when it looks next, whether the channel was closed when it
    last did, the content that waits on the platform, and what would keep it from going out.
    """

    class About(models.TextChoices):
        """What has to be mended so that a warning goes away."""

        CHANNEL = "channel", _("The channel")
        CONTENT = "content", _("The content")
        APPROVAL = "approval", _("The approval")
        PLATFORM = "platform", _("The platform")

    # Of these two, indexes below begin with them.
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="deliveries")
    revision = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    content_hash = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    run_at = models.DateTimeField(null=True, blank=True)
    local_time = models.CharField(max_length=19, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    late_after = models.DurationField(default=timedelta(minutes=30))
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in DeliveryState],
        default=DeliveryState.DRAFT,
    )
    attempt_no = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    client_token = models.UUIDField(default=uuid.uuid4, unique=True)
    handles = models.JSONField(default=dict, blank=True)
    remote_id = models.CharField(max_length=300, null=True, blank=True)  # noqa: DJ001  (unique when present)
    permalink = models.URLField(max_length=600, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    unknown_since = models.DateTimeField(null=True, blank=True)
    checks = models.PositiveSmallIntegerField(default=0)
    absent_reads = models.PositiveSmallIntegerField(default=0)
    check_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=1000, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    preflight_at = models.DateTimeField(db_default=Now())
    preflight_no = models.PositiveIntegerField(default=0, db_default=0)
    preflight_lease_until = models.DateTimeField(null=True, blank=True)
    preflight_closed = models.BooleanField(default=False, db_default=False)
    prepared_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    warning = models.CharField(max_length=1000, blank=True, default="", db_default="")
    warning_about = models.CharField(
        max_length=10, choices=About, blank=True, default="", db_default=""
    )

    objects = TeamQuerySet["Delivery"].as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["channel", "run_at", "id"], name="delivery_due", condition=Q(state="queued")
            ),
            models.Index(
                fields=["lease_until"],
                name="delivery_lease",
                condition=Q(state__in=["claimed", "sending"]),
            ),
            models.Index(
                fields=["check_at"],
                name="delivery_check",
                condition=Q(state__in=["unknown", "accepted"]),
            ),
            # All that a day of the calendar asks for, so that no row has to be looked at.
            models.Index(
                fields=["team", "due_at", "post"],
                include=["channel", "state"],
                name="delivery_planned",
            ),
            models.Index(
                fields=["channel", "due_at", "id"],
                include=["team", "post", "state"],
                name="delivery_in_line",
            ),
            models.Index(
                fields=["published_at"], name="delivery_published", condition=Q(state="published")
            ),
            models.Index(
                fields=["team", "post"],
                name="delivery_trouble",
                condition=Q(state__in=["failed", "missed", "needs_human"]),
            ),
            models.Index(
                fields=["team", "post"],
                name="delivery_in_flight",
                condition=Q(state__in=["accepted", "claimed", "sending", "unknown"]),
            ),
            models.Index(
                fields=["channel", "preflight_closed", "due_at", "preflight_at"],
                name="delivery_preflight",
                condition=Q(state="queued"),
            ),
            models.Index(
                fields=["channel"],
                name="delivery_preflight_lease",
                condition=Q(preflight_lease_until__isnull=False),
            ),
            models.Index(
                fields=["team", "due_at"],
                name="delivery_at_risk",
                condition=Q(state="queued") & ~Q(warning=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "channel"], condition=~Q(state="cancelled"), name="delivery_once"
            ),
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(state__in=["claimed", "sending"]),
                name="delivery_one_in_flight",
            ),
            models.UniqueConstraint(
                fields=["channel", "remote_id"],
                condition=Q(remote_id__isnull=False),
                name="delivery_remote_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in DeliveryState]), name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(s.value for s in LEASED), lease_until__isnull=False)
                | (~Q(state__in=sorted(s.value for s in LEASED)) & Q(lease_until__isnull=True)),
                name="delivery_lease_iff_held",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(remote_id__isnull=False)
                | Q(confirmed_by__isnull=False),
                name="delivery_published_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(due_at__isnull=False, run_at__isnull=False, revision__isnull=False),
                name="delivery_committed_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"post {self.post_id} on channel {self.channel_id}"

    @property
    def at_risk(self) -> bool:
        """It is still to go out, and as things are it would not."""
        return self.state == DeliveryState.QUEUED and bool(self.warning)
