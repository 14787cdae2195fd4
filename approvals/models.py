"""Who is asked, what they were shown, and what they said."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team, TeamQuerySet
from posts.models import Post, Revision


class Workflow(models.Model):
    """How a team reviews: stages in order. A team without one asks its owners and admins."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="workflows")
    name = models.CharField(max_length=80, default="Review")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Workflow"].as_manager()

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """One round of a workflow; `needed` distinct approvals end it."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField(default=1)
    needed = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "position"], name="stage_position"),
            models.CheckConstraint(condition=Q(needed__gte=1), name="stage_needs_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow}, stage {self.position}"


class Reviewer(models.Model):
    """A member, or somebody outside who only ever holds a link."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="reviewers")
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "membership"], name="reviewer_once"),
            models.CheckConstraint(
                condition=Q(membership__isnull=False) | ~Q(email=""), name="reviewer_reachable"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.membership.user if self.membership else "")


class Review(models.Model):
    """One revision of one post, put before people. It counts only for `content_hash`."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        APPROVED = "approved", _("Approved")
        CHANGES = "changes", _("Changes requested")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reviews")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    needed = models.PositiveSmallIntegerField(default=1)
    note = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Review"].as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [models.Index(fields=["team", "state", "asked_at"], name="review_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(state="open"), name="review_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.post}"


class ReviewRequest(models.Model):
    """One person asked, and that person's link. Only the link's digest is kept."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="requests")
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Set when a member was asked: a request whose member has left the team decides nothing.
    for_member = models.BooleanField(default=False)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name} on {self.review_id}"

    @property
    def answer_by(self) -> datetime:
        """When the answer is wanted: in time for the post. The link itself lives longer."""
        planned = self.review.post.planned_at
        in_time = planned is not None and planned > timezone.now()
        return min(planned, self.expires_at) if planned and in_time else self.expires_at


class Decision(models.Model):
    """What somebody decided about exactly one content. Append-only: the database refuses change."""

    class Kind(models.TextChoices):
        APPROVE = "approve", _("Approved")
        CHANGES = "changes", _("Asked for changes")

    class Via(models.TextChoices):
        PAGE = "page", _("Signed in")
        EMAIL = "email", _("E-mail link")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="decisions")
    request = models.ForeignKey(ReviewRequest, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    via = models.CharField(max_length=10, choices=Via.choices)
    name = models.CharField(max_length=120)
    comment = models.TextField(blank=True, max_length=5000)
    content_hash = models.CharField(max_length=64)
    ip = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request"], name="decision_once_per_request")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"

    @property
    def binds_from(self) -> datetime:
        """Until then nothing goes out: a decision by mail can be taken back for a moment."""
        by_mail = self.via == self.Via.EMAIL
        return self.at + timedelta(seconds=settings.APPROVAL_COOLING_SECONDS if by_mail else 0)


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
