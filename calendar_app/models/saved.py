"""A page of posts with its filters, kept under a name."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, TeamQuerySet, User


class SavedViewQuerySet(TeamQuerySet["SavedView"]):
    def seen_by(self, user: User) -> Self:
        """That person's own, and what the team shares."""
        return self.filter(Q(owner=user) | Q(shared=True))


class SavedView(models.Model):
    """`page` is the name of its address, `query` what stands behind the question mark there."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=60)
    page = models.CharField(max_length=10)
    query = models.CharField(max_length=4000, blank=True)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint("team", "owner", Lower("name"), name="saved_view_name_once"),
            models.UniqueConstraint(
                "team", Lower("name"), condition=Q(shared=True), name="saved_view_shared_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        page = reverse(f"calendar_app:{self.page}", kwargs={"team": self.team.slug})
        return f"{page}?{self.query}" if self.query else page
