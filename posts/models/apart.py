"""Which posts the calendar has to look at one by one: nearly all go out when they are planned."""

from django.db import models

from accounts.models import Team, TeamQuerySet
from posts.models.post import Post


class Apart(models.Model):
    """A moment at which a post is planned, or goes out on a channel, where not all of that is one
    moment, or nothing of it is to go out.

    The database alone writes these rows (migration 0033), whoever changes the times of a post. One
    that is left over does no harm: what it says of its post is looked up again. So they refer to
    it without holding it.
    """

    team = models.ForeignKey(
        Team, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    post = models.ForeignKey(
        Post, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    at = models.DateTimeField()

    objects = TeamQuerySet["Apart"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "at"], include=["post"], name="apart_planned")]

    def __str__(self) -> str:
        return f"{self.post_id} at {self.at}"
