"""How a team has its posts reviewed: workflows, their stages, and the people of each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Membership, Team, TeamQuerySet
from approvals.limits import MOST_HOURS
from posts.models import Campaign, Tag
from publishers.models import Channel


class Workflow(models.Model):
    """How posts are reviewed: stages in order, or all `at_once`. It applies to the team, or to some
    campaigns or channels (plan.py says which wins), and with conditions only to posts that meet one
    of them. One that `asks` nobody says that no review is needed.
    """

    class Reach(models.TextChoices):
        TEAM = "team", _("Every post of the team")
        CAMPAIGNS = "campaigns", _("The posts of some campaigns")
        CHANNELS = "channels", _("Posts on some channels")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="workflows")
    name = models.CharField(max_length=80, default="Review")
    active = models.BooleanField(default=True, db_default=True)
    reach = models.CharField(
        max_length=10, choices=Reach.choices, default=Reach.TEAM, db_default=Reach.TEAM
    )
    campaigns = models.ManyToManyField(Campaign, blank=True, related_name="+")
    channels = models.ManyToManyField(Channel, blank=True, related_name="+")
    asks = models.BooleanField(default=True, db_default=True)
    at_once = models.BooleanField(default=False, db_default=False)
    when_link = models.BooleanField(default=False, db_default=False)
    when_media = models.BooleanField(default=False, db_default=False)
    when_fresh = models.BooleanField(default=False, db_default=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    # Before the post's time the answer is wanted, and before that people are reminded; 0 never.
    lead_hours = models.PositiveSmallIntegerField(default=0, db_default=0)
    remind_hours = models.PositiveSmallIntegerField(default=24, db_default=24)
    backup = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Workflow"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reach__in=["team", "campaigns", "channels"]),
                name="workflow_reach_known",
            ),
            models.CheckConstraint(
                condition=Q(lead_hours__lte=MOST_HOURS, remind_hours__lte=MOST_HOURS),
                name="workflow_hours_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """One step of a workflow: `needed` distinct approvals end it, or those of `everybody`."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=80, blank=True, default="", db_default="")
    position = models.PositiveSmallIntegerField(default=1)
    needed = models.PositiveSmallIntegerField(default=1)
    everybody = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "position"], name="stage_position"),
            models.CheckConstraint(condition=Q(needed__gte=1), name="stage_needs_somebody"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.workflow}, stage {self.position}"


class Reviewer(models.Model):
    """A member, everybody of a role, or somebody outside who only ever holds a link."""

    ANY: ClassVar[dict[str, StrOrPromise]] = {
        Membership.Role.EDITOR: _("Any editor"),
        Membership.Role.ADMIN: _("Any admin"),
        Membership.Role.OWNER: _("Any owner"),
    }

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="reviewers")
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    role = models.CharField(
        max_length=10, blank=True, choices=Membership.Role.choices, default="", db_default=""
    )
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "membership"], name="reviewer_once"),
            models.UniqueConstraint(
                fields=["stage", "role"], condition=~Q(role=""), name="reviewer_role_once"
            ),
            models.CheckConstraint(
                condition=Q(membership__isnull=False) | ~Q(email="") | ~Q(role=""),
                name="reviewer_reachable",
            ),
        ]

    def __str__(self) -> str:
        if self.role:
            return str(self.ANY.get(self.role, self.role))
        return self.name or self.email or str(self.membership.user if self.membership else "")
