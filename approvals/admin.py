"""The review's rows for administrators. Decisions and links are evidence: read, never written."""

from django.contrib import admin

from approvals.models import (
    Decision,
    Link,
    Opening,
    Review,
    Reviewer,
    ReviewRequest,
    Round,
    Ruleset,
    Stage,
    Workflow,
)
from ui.admin import ReadOnly, Written


class ReviewerInline(admin.TabularInline[Reviewer, Stage]):
    model = Reviewer
    extra = 1
    autocomplete_fields = ["membership"]


@admin.register(Workflow)
class WorkflowAdmin(admin.ModelAdmin[Workflow]):
    list_display = ["name", "team", "active", "reach", "created_at"]
    list_filter = ["active", "reach", "team"]
    autocomplete_fields = ["campaigns", "channels", "tags", "backup"]
    search_fields = ["name", "team__name"]


@admin.register(Stage)
class StageAdmin(admin.ModelAdmin[Stage]):
    list_display = ["workflow", "name", "position", "needed", "everybody"]
    list_filter = ["workflow__team"]
    search_fields = ["workflow__name"]
    inlines = [ReviewerInline]


@admin.register(Review)
class ReviewAdmin(ReadOnly, admin.ModelAdmin[Review]):
    list_display = ["post", "team", "state", "asked_by", "asked_at", "ended_at"]
    list_filter = ["state", "team"]
    search_fields = ["post__title", "asked_by__email"]
    list_select_related = ["post", "team", "asked_by"]


@admin.register(Round)
class RoundAdmin(ReadOnly, admin.ModelAdmin[Round]):
    list_display = ["review", "workflow", "name", "needed", "began_at", "ended_at"]
    search_fields = ["workflow", "name", "review__post__title"]
    list_select_related = ["review__post"]


@admin.register(ReviewRequest)
class ReviewRequestAdmin(ReadOnly, admin.ModelAdmin[ReviewRequest]):
    list_display = ["name", "email", "review", "expires_at", "used_at", "revoked_at"]
    list_filter = ["for_member"]
    search_fields = ["name", "email", "review__post__title"]
    exclude = ["token_hash", "former_hash", "receipt_hash"]
    list_select_related = ["review__post"]


@admin.register(Opening)
class OpeningAdmin(ReadOnly, admin.ModelAdmin[Opening]):
    list_display = ["request", "network", "agent", "at"]
    search_fields = ["request__name", "request__email", "network"]
    list_select_related = ["request"]


@admin.register(Decision)
class DecisionAdmin(ReadOnly, admin.ModelAdmin[Decision]):
    list_display = ["name", "kind", "via", "review", "at"]
    list_filter = ["kind", "via"]
    search_fields = ["name", "comment", "review__post__title"]
    list_select_related = ["review__post"]


@admin.register(Ruleset)
class RulesetAdmin(ReadOnly, admin.ModelAdmin[Ruleset]):
    list_display = ["id", "team", "by", "at"]
    list_filter = ["team"]
    list_select_related = ["team", "by"]


@admin.register(Link)
class LinkAdmin(Written, admin.ModelAdmin[Link]):
    list_display = ["url", "team", "state", "words", "looked_at", "look_at"]
    list_filter = ["state", "team"]
    search_fields = ["url"]
    list_select_related = ["team"]
