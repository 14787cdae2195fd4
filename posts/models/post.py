"""The post as people write it, and how it differs per channel."""

import string
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import MD5, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, TeamQuerySet
from posts.states import Stage
from publishers.models import Channel

# What parts words, as in the database's function post_words: PostgreSQL alone would keep "and/or"
# and addresses whole, and reads ' & | ! ( ) : * < > in a question as operators.
_BETWEEN = (
    string.punctuation
    + "«»“”„\u2018\u2019\u201a…\u2013—·•、。\uff01\uff1f\uff0c\uff1a\uff1b\uff08\uff09「」"
)
# Indexed, and written by the database whenever a title or a body is. No field, since pages would
# read it along with each of their posts.
WORDS = RawSQL("words", (), output_field=SearchVectorField())
# Of a post, a template or a file.
MOST_TAGS, LONGEST_TAG = 20, 40


def words(text: str) -> list[str]:
    """What to look up in WORDS for a question."""
    return text.translate(str.maketrans(_BETWEEN, " " * len(_BETWEEN))).split()


class Tag(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_TAG)

    objects = TeamQuerySet["Tag"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("team", Lower("name"), name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)

    objects = TeamQuerySet["Campaign"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("team", Lower("name"), name="campaign_once")]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(TeamQuerySet["Post"]):
    def for_team(self, team: Team) -> Self:
        """Without what is in the trash."""
        return super().for_team(team).filter(trashed_at=None)

    def ever_of(self, team: Team) -> Self:
        """Also what is in the trash."""
        return super().for_team(team)


class Post(models.Model):
    """The working copy. `version` counts saves and guards against lost updates; `content_hash` is
    the digest of what would be published now (content.py); `planned_at` only an intention: the
    commitment is each delivery's `due_at`.
    """

    class Kind(models.TextChoices):
        POST = "post", _("Post")
        ARTICLE = "article", _("Article")
        THREAD = "thread", _("Thread")
        CAROUSEL = "carousel", _("Carousel")
        VIDEO = "video", _("Video")
        STORY = "story", _("Story")

    class Source(models.TextChoices):
        MANUAL = "manual", _("Written here")
        TEMPLATE = "template", _("Template")
        IMPORT = "import", _("Import")
        API = "api", _("API")
        ASSISTANT = "assistant", _("Assistant")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="posts")
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True, max_length=100_000)
    summary = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.POST)
    hashtags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="posts")
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.SET_NULL)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="posts_written"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="posts_assigned",
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.MANUAL)
    source_reference = models.CharField(max_length=200, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    planned_zone = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    time_sensitive = models.BooleanField(default=False)
    stage = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in Stage], default=Stage.DRAFTING
    )
    version = models.PositiveIntegerField(default=1)
    content_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    trashed_at = models.DateTimeField(null=True, blank=True)
    channels = models.ManyToManyField(Channel, through="Variant", related_name="posts")

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [
            # Of these all is found in the index: they are read and counted by the thousand.
            models.Index(
                fields=["team", "stage", "-updated_at", "-id"],
                name="post_board",
                condition=models.Q(trashed_at=None),
            ),
            models.Index(
                fields=["team", "planned_at", "id"],
                name="post_planned",
                condition=models.Q(trashed_at=None),
            ),
            # The review queue, soonest first.
            models.Index(
                fields=["team", "planned_at", "id"],
                name="post_in_review",
                condition=models.Q(trashed_at=None, stage="in_review"),
            ),
            models.Index(fields=["team", "-updated_at", "-id"], name="post_touched"),
            # The lanes of the board.
            models.Index(
                fields=["team", "assignee", "stage", "-updated_at", "-id"],
                name="post_by_assignee",
                condition=models.Q(trashed_at=None),
            ),
            models.Index(
                fields=["team", "campaign", "stage", "-updated_at", "-id"],
                name="post_by_campaign",
                condition=models.Q(trashed_at=None),
            ),
            # What an empty form has made, asked by each autosave of it.
            models.Index(
                fields=["team", "author", "source_reference"],
                name="post_by_form",
                condition=~models.Q(source_reference=""),
            ),
            # Whether the same words are there already; they may be too long for an index. Not by
            # team: before there are statistics, a plan would go through all of it for each row.
            models.Index(MD5("body"), name="post_same_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage__in=[s.value for s in Stage]), name="post_stage_known"
            )
        ]

    def __str__(self) -> str:
        return self.title or self.body[:60] or f"Post {self.pk}"


class Variant(models.Model):
    """A post on one channel: its own text, pictures and options where they differ from the post's.

    `text` None takes the post's body and hashtags; `media` None takes the post's pictures, else the
    asset ids in order.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="variants")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="variants")
    text = models.TextField(null=True, blank=True, max_length=100_000)  # noqa: DJ001  (None means "as the post")
    media = ArrayField(models.BigIntegerField(), null=True, blank=True)
    first_comment = models.TextField(blank=True, max_length=10_000)
    options = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["channel__platform", "channel_id"]
        indexes = [
            # Whether a channel's own words are there already, as post_same_words for the others.
            models.Index(MD5("text"), name="variant_text", condition=models.Q(text__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["post", "channel"], name="variant_once")]

    def __str__(self) -> str:
        return f"{self.post_id} on {self.channel_id}"
