"""What platforms told us by themselves, for administrators."""

from django.contrib import admin

from publishers.models import HookEvent
from ui.admin import Written


@admin.register(HookEvent)
class HookEventAdmin(Written, admin.ModelAdmin[HookEvent]):
    """Thrown away, an event is taken for new when the platform says it again."""

    list_display = ["heard_at", "platform", "kind", "account", "post", "words"]
    list_filter = ["platform", "kind"]
    search_fields = ["account", "post", "event_id"]
    date_hierarchy = "heard_at"
