"""What was tried, which ticks are alive, what people decided, what a restored database forgot.

The delivery itself is of posts.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, TeamQuerySet
from posts.models import Delivery
from publishers.models import Channel


class Attempt(models.Model):
    """One intent to make the call that publishes, committed before the call.

    Written once and closed once: the database refuses every other change. Without an outcome the
    call may be on the wire, or its process died with the answer.
    """

    class Outcome(models.TextChoices):
        OK = "ok", _("Published")
        ACCEPTED = "accepted", _("Accepted, being processed")
        NOT_SENT = "not_sent", _("Not sent")
        REJECTED = "rejected", _("Refused")
        RECONNECT = "reconnect", _("Signed out")
        AMBIGUOUS = "ambiguous", _("No clear answer")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    item = models.PositiveSmallIntegerField(default=0)
    attempt_no = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    idempotent = models.BooleanField()
    worker = models.CharField(max_length=100)
    intent_at = models.DateTimeField()
    outcome = models.CharField(  # noqa: DJ001  (none yet is not an outcome)
        max_length=10, choices=Outcome.choices, null=True, blank=True
    )
    status = models.PositiveSmallIntegerField("HTTP status", null=True, blank=True)
    detail = models.CharField(max_length=1000, blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["attempt_no", "item"]
        indexes = [models.Index(fields=["intent_at"], name="attempt_begun")]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "item", "attempt_no"], name="attempt_once"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, ended_at__isnull=True)
                | Q(outcome__isnull=False, ended_at__isnull=False),
                name="attempt_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.attempt_no} of delivery {self.delivery_id}"


class Heartbeat(models.Model):
    """When a tick last did its work. The fallback publisher and the health page read it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"


class Undo(models.Model):
    """The way back from what one person decided about some deliveries, for a few minutes."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    decisions = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Undo"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "created_at"], name="undo_age")]

    def __str__(self) -> str:
        return f"undo of {len(self.decisions)} by {self.by}"


class Tally(models.Model):
    """What delivery/tally.py has added up of all attempts and publications until `until`."""

    name = models.CharField(max_length=40, primary_key=True)
    until = models.DateTimeField(null=True, blank=True)
    sums = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"


class Rewind(models.Model):
    """The database turned out to be older than what was sent, or came here from elsewhere.

    Nothing is published until `done_at`. What may have gone out meanwhile is then in doubt since
    `noticed_at`: that is its `unknown_since`. `since` is the last call this database still knew.
    """

    noticed_at = models.DateTimeField(unique=True)
    since = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0)
    doubted = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-noticed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["done_at"],
                condition=Q(done_at=None),
                nulls_distinct=False,
                name="rewind_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"rewind noticed at {self.noticed_at:%Y-%m-%d %H:%M:%S}"


class Stray(models.Model):
    """A call that may have published a post of which this database knows nothing.

    Kept as the journal has it: the rows behind its numbers may be gone, or be others' by now.
    """

    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField()
    delivery_no = models.BigIntegerField()
    post_no = models.BigIntegerField()
    item = models.PositiveSmallIntegerField(default=0)
    attempt_no = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    account = models.CharField(max_length=240)
    noticed_at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = TeamQuerySet["Stray"].as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["team", "-at"], name="stray_open", condition=Q(noted_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery_no", "item", "attempt_no", "at"], name="stray_once"
            )
        ]

    def __str__(self) -> str:
        return f"call for delivery {self.delivery_no} at {self.at:%Y-%m-%d %H:%M:%S}"


class Erased(models.Model):
    """An attempt that went with its delivery, as the database notes by itself: it is not lost."""

    delivery_no = models.BigIntegerField(db_index=True)
    item = models.PositiveSmallIntegerField()
    attempt_no = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"erased attempt {self.attempt_no} of delivery {self.delivery_no}"


class Outage(models.Model):
    """A time in which nothing was published: neither path's tick was heard."""

    began_at = models.DateTimeField(unique=True)
    ended_at = models.DateTimeField(db_index=True)
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M} to {self.ended_at:%Y-%m-%d %H:%M}"


class OutageNotice(models.Model):
    """That a team was told of an outage, once; `waiting` are its deliveries that were named."""

    outage = models.ForeignKey(Outage, on_delete=models.CASCADE, related_name="notices")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    waiting = models.JSONField(default=list)

    objects = TeamQuerySet["OutageNotice"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outage", "team"], name="outage_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.team} told of {self.outage}"


class Notice(models.Model):
    """What people were told about one delivery of one time, so that nobody hears it twice. Where it
    is in doubt, `due_at` is since when.

    `steps` counts what was said; `next_at` is when the next is due, none when all was said.
    """

    class Kind(models.TextChoices):
        LATE = "late", _("It is late")
        UNSURE = "unsure", _("A person has to look")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    due_at = models.DateTimeField()
    steps = models.PositiveSmallIntegerField(default=1)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "kind", "due_at"], name="notice_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="notice_next", condition=Q(next_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: delivery {self.delivery_id}"


class Breaker(models.Model):
    """Whether a platform is spared: after many failures in a row nothing is sent for a while.

    `failures` in a row, on `channels` (ids); `openings` one soon after the other, which makes the
    pauses longer. Open, it waits until `retry_at`; then half open it lets one delivery through.
    `turn` grows with each claim that had to be alone: the probe, and the last of a budget.
    """

    class State(models.TextChoices):
        CLOSED = "closed", _("Closed: deliveries go out")
        OPEN = "open", _("Open: deliveries wait")
        HALF_OPEN = "half_open", _("Half open: one delivery tries")

    platform = models.CharField(max_length=30, primary_key=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CLOSED)
    since = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    channels = models.JSONField(default=list, blank=True)
    openings = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    turn = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["platform"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", retry_at=None)
                | Q(state__in=["open", "half_open"], retry_at__isnull=False),
                name="breaker_open_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.state}"
