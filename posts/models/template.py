"""What posts begin with: a text with gaps, under a name, in versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, TeamQuerySet
from posts.models.post import Post


class Template(models.Model):
    """`version` is the number of the latest TemplateVersion, which says all the rest; it guards
    against lost updates. Archived ones are kept for what was made from them.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Template"].as_manager()

    class Meta:
        ordering = [Lower("name")]
        constraints = [
            models.UniqueConstraint("team", Lower("name"), name="template_once"),
            models.CheckConstraint(condition=~Q(name=""), name="template_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("posts:template", args=[self.team.slug, self.pk])


class TemplateVersion(models.Model):
    """What a template said at one moment. `document` is outline.py's."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_number")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of template {self.template_id}"


class TemplateUse(models.Model):
    """Which version a post was made from. One row for each such post."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="made_from")
    version = models.ForeignKey(TemplateVersion, on_delete=models.CASCADE, related_name="uses")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"post {self.post_id} from {self.version_id}"
