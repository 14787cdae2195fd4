"""A file of posts on its way in: the file's row, and one row for each of its lines."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, TeamQuerySet
from posts.models.post import Post


class Import(models.Model):
    """`headings` as the file has them; `columns` says for each what it is (services/columns.py).

    `zone` is whose clock a line without a zone means, `month_first` how dates with slashes are
    read. Its step says who moves it next: a person, or a worker that takes its lines in turn.
    """

    class Step(models.TextChoices):
        MAPPING = "mapping", _("Columns to choose")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    AT_WORK = (Step.CHECKING, Step.RUNNING, Step.UNDOING)

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=200)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    zone = models.CharField(max_length=64)
    month_first = models.BooleanField(default=False)
    step = models.CharField(max_length=8, choices=Step.choices, default=Step.MAPPING)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Import"].as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["team", "-id"], name="import_of_team"),
            models.Index(
                fields=["id"],
                name="import_at_work",
                condition=Q(step__in=["checking", "running", "undoing"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    step__in=[
                        "mapping", "checking", "checked", "running", "done", "undoing", "undone",
                    ]
                ),
                name="import_step_known",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def at_work(self) -> bool:
        return self.step in self.AT_WORK


class ImportRow(models.Model):
    """One line of the file. `number` as a spreadsheet counts, the headings being 1.

    `problems` and `notes` are lists of [column, sentence]. `fingerprint` is the same for lines that
    would make the same post. `commits`: it is scheduled at once; `asks`: once it is made, the
    approvals room sends it for review and takes the mark away. `version` and `seen` are the post's
    version and its latest activity when it was made: whoever touched it since moved one of them.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not looked at yet")
        READY = "ready", _("Ready")
        BAD = "bad", _("To mend")
        DUPLICATE = "duplicate", _("There already")
        MADE = "made", _("Made")
        UNDONE = "undone", _("In the trash")
        KEPT = "kept", _("Kept")

    importing = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.WAITING)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    commits = models.BooleanField(default=False)
    asks = models.BooleanField(default=False)
    post = models.OneToOneField(
        Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)
    seen = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["importing", "number"], name="import_row_once"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        "waiting", "ready", "bad", "duplicate", "made", "undone", "kept",
                    ]
                ),
                name="import_outcome_known",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["importing", "outcome", "number"], name="import_row_outcome"),
            models.Index(fields=["importing", "fingerprint"], name="import_row_same"),
            models.Index(
                fields=["id"],
                name="import_row_asks",
                condition=Q(asks=True, outcome="made"),
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of {self.importing_id}"
