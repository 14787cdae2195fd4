"""What this room keeps, for administrators: it may be thrown away, and is changed on its pages."""

from django.contrib import admin

from calendar_app.models import Feed, QueuePause, SavedView, Slot, StageLimit
from ui.admin import Written


@admin.register(SavedView)
class SavedViewAdmin(Written, admin.ModelAdmin[SavedView]):
    list_display = ["name", "team", "owner", "page", "query", "shared", "created_at"]
    list_filter = ["shared", "page", "team"]
    search_fields = ["name", "query", "owner__email", "team__name"]
    list_select_related = ["team", "owner"]


@admin.register(Feed)
class FeedAdmin(Written, admin.ModelAdmin[Feed]):
    """Without the nonce: whoever knows it reads the calendar."""

    list_display = ["user", "team", "mine", "created_at", "read_at"]
    fields = ["user", "team", "mine", "created_at", "read_at"]
    list_filter = ["team"]
    search_fields = ["user__email", "team__name"]
    list_select_related = ["team", "user"]


@admin.register(Slot)
class SlotAdmin(Written, admin.ModelAdmin[Slot]):
    list_display = ["channel", "team", "weekday", "at"]
    list_filter = ["weekday", "team"]
    search_fields = ["channel__handle", "team__name"]
    list_select_related = ["team", "channel"]


@admin.register(QueuePause)
class QueuePauseAdmin(Written, admin.ModelAdmin[QueuePause]):
    list_display = ["channel", "team", "reason", "by", "since"]
    list_filter = ["team"]
    search_fields = ["channel__handle", "reason", "team__name"]
    list_select_related = ["team", "channel", "by"]


@admin.register(StageLimit)
class StageLimitAdmin(Written, admin.ModelAdmin[StageLimit]):
    list_display = ["column", "team", "most"]
    list_filter = ["column", "team"]
    search_fields = ["team__name"]
    list_select_related = ["team"]
