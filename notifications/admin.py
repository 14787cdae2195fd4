"""The administrator's view of the outbox: what was told, by which way, and what did not arrive."""

from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications import outbox
from notifications.models import LiveEvent, Message, Sending
from ui.admin import Written


@admin.register(Message)
class MessageAdmin(Written, admin.ModelAdmin[Message]):
    list_display = ["kind", "user", "email", "team", "created_at", "read_at"]
    list_filter = ["kind", "created_at", "read_at"]
    list_select_related = ["user", "team"]
    search_fields = ["user__email", "email", "team__name"]
    exclude: ClassVar[list[str]] = ["sealed"]


@admin.register(Sending)
class SendingAdmin(Written, admin.ModelAdmin[Sending]):
    list_display = ["message", "way", "state", "attempts", "run_at", "sent_at", "error"]
    list_filter = ["state", "way", "message__kind", "run_at"]
    list_select_related = ["message__user"]
    search_fields = ["message__user__email", "message__email", "error"]
    actions = ["send_again"]

    @admin.action(description="Send again", permissions=["view"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Sending]) -> None:
        """Only what failed; what waits or is being sent is left alone."""
        count = sum(outbox.send_again(sending) for sending in chosen)
        messages.success(request, f"{count} will be sent again.")


@admin.register(LiveEvent)
class LiveEventAdmin(Written, admin.ModelAdmin[LiveEvent]):
    list_display = ["topic", "team", "at"]
    list_filter = ["at"]
    list_select_related = ["team"]
    search_fields = ["topic", "team__name"]
