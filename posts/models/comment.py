"""What people say about a post, in threads of one level."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Team, TeamQuerySet
from posts.models.media import MediaAsset
from posts.models.post import Post
from publishers.models import Channel

MAX_TEXT = 4000
MAX_QUOTE = 200


class Comment(models.Model):
    """A comment, or with a `parent` the answer to one. Only comments are resolved.

    `text` holds mentions by membership id (posts/mentions.py) and is empty once deleted. An
    `external` one is shown to reviewers outside the team, an answer only below such a comment.
    `told`: the users who have had a message about it.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(blank=True)
    external = models.BooleanField(default=False)
    # What it is about: a paragraph of the shared text, or of a channel's own, with its number; or a
    # picture. Its words stay when those of the post change.
    quote = models.CharField(max_length=MAX_QUOTE, blank=True, default="", db_default="")
    place = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Of marked words: where they begin in that paragraph. Without it all of the paragraph is meant.
    begins = models.PositiveIntegerField(null=True, blank=True)
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asset = models.ForeignKey(
        MediaAsset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    mentions = ArrayField(models.BigIntegerField(), default=list, blank=True)
    told = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = TeamQuerySet["Comment"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["post", "-id"], name="comment_threads", condition=Q(parent=None))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | Q(resolved_at=None), name="comment_answer_unresolved"
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) & ~Q(text="") | Q(deleted_at__isnull=False, text=""),
                name="comment_says_something",
            ),
            models.CheckConstraint(
                condition=Q(begins=None) | ~Q(quote=""), name="comment_marks_words"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60] or f"Comment {self.pk}"
