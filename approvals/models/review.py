"""Who is asked, what they were shown, and what they said."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team, TeamQuerySet
from posts.models import Post, Revision


class Review(models.Model):
    """One revision of one post, put before people. It counts only for `content_hash`."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        APPROVED = "approved", _("Approved")
        CHANGES = "changes", _("Changes requested")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reviews")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    # Of all rounds together. Alone it counts only where a review has no rounds, from before them.
    needed = models.PositiveSmallIntegerField(default=1)
    note = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # The time of the post that came while it was still in review: told about once.
    held_for = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Review"].as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["team", "state", "asked_at"], name="review_queue"),
            models.Index(
                fields=["team", "-ended_at", "-id"],
                name="review_decided",
                condition=Q(state__in=["approved", "changes", "rejected"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(state="open"), name="review_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.post}"

    @property
    def status(self) -> str:
        """The design's word for it."""
        return {"open": "review", "withdrawn": "draft"}.get(self.state, self.state)


class Round(models.Model):
    """A stage as it was when the post was sent for review, with the people it asks, so that later
    changes of the workflow leave it alone. Those of one track follow each other, tracks run
    at once.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="rounds")
    track = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    workflow = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=80, blank=True)
    needed = models.PositiveSmallIntegerField(default=1)
    people = models.JSONField(default=list)
    backup = models.JSONField(null=True, blank=True)
    lead = models.DurationField(default=timedelta(0))
    remind = models.DurationField(default=timedelta(0))
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # The times of the post for which people were reminded, and the backup was asked.
    reminded_for = models.DateTimeField(null=True, blank=True)
    late_for = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["track", "position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "track", "position"], name="round_place"),
            models.CheckConstraint(condition=Q(needed__gte=1), name="round_needs_somebody"),
        ]
        indexes = [
            models.Index(
                fields=["review"],
                name="round_waiting",
                condition=Q(began_at__isnull=False, ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"round {self.track}.{self.position} of {self.review_id}"

    @property
    def addresses(self) -> set[str]:
        return {str(person["email"]).lower() for person in self.people}

    @property
    def waits(self) -> bool:
        return self.began_at is not None and self.ended_at is None

    def due_by(self, planned: datetime) -> datetime:
        """When its answer is wanted: so long before the post's time, or then, where it began later.

        `due` asks the database the same.
        """
        early = planned - self.lead
        return early if self.began_at is not None and early > self.began_at else planned


def due(planned: F) -> Case:
    """Of rounds; `planned` is where the time of the post stands."""
    early = ExpressionWrapper(planned - F("lead"), output_field=DateTimeField())
    when = When(began_at__lt=early, then=early)
    return Case(when, default=planned, output_field=DateTimeField())


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
    # Of the link before a reminder brought a new one: both open the same page.
    former_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    # And of the link in the latest receipt, which leads to where the answer can be taken back.
    receipt_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    # Of somebody who was asked and handed it on: this one's answer counts in their place.
    stands_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="handed"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["former_hash"], name="request_former", condition=~Q(former_hash="")
            ),
            models.Index(
                fields=["receipt_hash"], name="request_receipt", condition=~Q(receipt_hash="")
            ),
            models.Index(
                fields=["membership", "review"],
                name="request_waiting",
                condition=Q(used_at=None, revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.review_id}"

    @property
    def hashes(self) -> tuple[str, ...]:
        return self.token_hash, self.former_hash, self.receipt_hash

    @property
    def signs_in(self) -> bool:
        """The team wants its members to sign in, so that the link alone opens nothing for them."""
        return self.for_member and self.review.team.links_sign_in

    @property
    def place(self) -> str:
        """The address whose answer this is."""
        return (self.stands_for or self).email.lower()

    @property
    def answer_by(self) -> datetime:
        """When the answer is wanted: in time for the post. The link itself lives longer."""
        planned, now = self.review.post.planned_at, timezone.now()
        if planned is None or planned <= now:
            return self.expires_at
        rounds = [one for one in self.review.rounds.all() if one.waits]
        mine = [one.due_by(planned) for one in rounds if self.place in one.addresses]
        due = min(mine, default=planned)
        return min(due if due > now else planned, self.expires_at)


class Opening(models.Model):
    """A link was opened from this network for the first time. Evidence, and no more than that: mail
    scanners and phones open links too. The database refuses change.
    """

    request = models.ForeignKey(ReviewRequest, on_delete=models.CASCADE, related_name="openings")
    network = models.CharField(max_length=50)
    agent = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["request_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "network"], name="opening_once_per_network")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} from {self.network}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> Self:
        """What people said last, unless that was to take it back."""
        return self.filter(followed_by=None).exclude(kind=Decision.Kind.WITHDRAWN)


class Decision(models.Model):
    """What somebody decided about exactly one content. Append-only: the database refuses change.

    Of one request each `follows` the one before: an answer, that it was taken back, another answer.
    """

    class Kind(models.TextChoices):
        APPROVE = "approve", _("Approved")
        CHANGES = "changes", _("Asked for changes")
        REJECT = "reject", _("Rejected")
        WITHDRAWN = "withdrawn", _("Taken back")

    ANSWERS = [(one, one.label) for one in (Kind.APPROVE, Kind.CHANGES, Kind.REJECT)]
    # Each alone ends the review, and says why.
    REFUSALS = frozenset({Kind.CHANGES, Kind.REJECT})

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
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(follows=None), name="decision_first_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="withdrawn") | Q(follows__isnull=False),
                name="decision_withdraws_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"

    @property
    def status(self) -> str:
        """The design's word for it."""
        words = {"approve": "approved", "reject": "rejected", "withdrawn": "draft"}
        return words.get(self.kind, self.kind)

    @property
    def binds_from(self) -> datetime:
        """Until then nothing goes out: a decision by mail can be taken back for a moment."""
        by_mail = self.via == self.Via.EMAIL
        return self.at + timedelta(seconds=settings.APPROVAL_COOLING_SECONDS if by_mail else 0)
