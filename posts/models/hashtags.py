"""Hashtags that a team uses together, under a name."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Team, TeamQuerySet

MOST_TAGS = 30
LONGEST_TAG = 100


class HashtagGroup(models.Model):
    """`tags` without their marks, each once whatever its capitals. `version` counts changes."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="hashtag_groups")
    name = models.CharField(max_length=60)
    tags = ArrayField(models.CharField(max_length=LONGEST_TAG))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["HashtagGroup"].as_manager()

    class Meta:
        ordering = [Lower("name")]
        constraints = [
            models.UniqueConstraint("team", Lower("name"), name="hashtag_group_once"),
            models.CheckConstraint(condition=~Q(name=""), name="hashtag_group_named"),
            models.CheckConstraint(
                condition=Q(tags__len__gte=1, tags__len__lte=MOST_TAGS), name="hashtag_group_sized"
            ),
        ]

    def __str__(self) -> str:
        return self.name
