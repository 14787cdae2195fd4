"""What was handed over to go with posts, whole or in pieces."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from publishers.sandbox.models.accounts import Account

# What is larger is kept in a file beside the row.
ROW_BYTES = 5_000_000


class Picture(models.Model):
    """A picture, a video or a PDF. It may exist before its bytes do, where the id comes first.

    Its bytes are in `data`, or when there are many in the file `kept` (files.py), or are gone and
    `digest` (SHA-256) and `size` tell of them. It is worked on until `ready_at`; whether that
    `failed` shows only then. `poster`: what stands for a video before it plays.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        PROCESSING = "processing"
        READY = "ready"
        FAILED = "failed"

    account = models.ForeignKey(Account, models.CASCADE, related_name="pictures")
    remote_id = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, blank=True)
    mime = models.CharField(max_length=50, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    data = models.BinaryField(null=True, blank=True)
    kept = models.CharField(max_length=64, blank=True)
    alt = models.TextField(blank=True)
    poster = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    failed = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="sandbox_picture_id"),
        ]

    def __str__(self) -> str:
        return self.remote_id

    @property
    def is_video(self) -> bool:
        return self.mime.startswith("video/")

    @property
    def is_document(self) -> bool:
        return self.mime == "application/pdf"

    @property
    def data_is_kept(self) -> bool:
        return 0 < self.size <= ROW_BYTES or bool(self.kept)

    @property
    def state(self) -> State:
        if self.ready_at and self.ready_at > timezone.now():
            return self.State.PROCESSING
        if self.failed:
            return self.State.FAILED
        return self.State.READY if self.digest else self.State.WAITING

    @property
    def length(self) -> str:
        """How long it runs, as people read it; empty where that is not known."""
        minutes, seconds = divmod(round(self.seconds), 60)
        return f"{minutes}:{seconds:02}" if self.seconds else ""


class Upload(models.Model):
    """A file that comes in pieces, into the file `kept`, until all of its bytes are there.

    `received` are [first, end) in bytes, in order and apart; `said` what the client told of it.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="uploads")
    remote_id = models.CharField(max_length=200)
    mime = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField()
    received = models.JSONField(default=list)
    said = models.JSONField(default=dict)
    kept = models.CharField(max_length=64)
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="sandbox_upload_id"),
        ]

    def __str__(self) -> str:
        return self.remote_id

    @property
    def missing(self) -> int | None:
        """The first byte that is not there yet; None: all are."""
        end = self.received[0][1] if self.received and self.received[0][0] == 0 else 0
        return end if end < self.size else None
