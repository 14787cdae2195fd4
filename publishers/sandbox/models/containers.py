"""Posts that are filled first and published afterwards."""

from typing import Literal

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from publishers.sandbox.models.accounts import Account
from publishers.sandbox.models.media import Picture
from publishers.sandbox.models.posts import RemotePost

type State = Literal["working", "ready", "published", "ended", "failed"]


class Container(models.Model):
    """What a post will be: `asked` as it was sent. `problem`: why it will never be one.

    `children` are the containers of what stands side by side in it, by their order in `asked`.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="containers")
    remote_id = models.CharField(max_length=200)
    asked = models.JSONField(default=dict)
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, blank=True)
    children: "models.ManyToManyField[Container, models.Model]" = models.ManyToManyField(
        "self", symmetrical=False, related_name="parents", blank=True
    )
    post = models.ForeignKey(RemotePost, models.SET_NULL, null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="sandbox_container_id"),
        ]

    def __str__(self) -> str:
        return self.remote_id

    @property
    def state(self) -> State:
        """As its slowest child is."""
        if self.post_id:
            return "published"
        if self.expires_at <= timezone.now():
            return "ended"
        if self.problem:
            return "failed"
        found = {child.state for child in self.children.all()}
        if self.picture is not None:
            mine: dict[str, State] = {"processing": "working", "failed": "failed"}
            found.add(mine.get(self.picture.state, "ready"))
        worst: tuple[State, ...] = ("failed", "ended", "working")
        return next((state for state in worst if state in found), "ready")
