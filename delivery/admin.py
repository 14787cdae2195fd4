"""Deliveries, attempts and heartbeats for administrators. State is read; services act."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from delivery.models import Attempt, Heartbeat
from posts.errors import PostsError
from posts.models import Delivery
from posts.services import deliveries as services
from publishers.services import pause
from ui.admin import ReadOnly


class AttemptInline(ReadOnly, admin.TabularInline[Attempt, Delivery]):
    model = Attempt
    fields = [
        "attempt_no",
        "item",
        "intent_at",
        "outcome",
        "status",
        "detail",
        "remote_id",
        "ended_at",
    ]
    extra = 0


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin[Delivery]):
    list_display = ["id", "team", "post", "channel", "state", "due_at", "attempt_no", "problem"]
    list_filter = ["state", "channel__platform", "team"]
    search_fields = ["post__title", "post__body", "channel__handle", "channel__name", "remote_id"]
    date_hierarchy = "due_at"
    list_select_related = ["team", "post", "channel"]
    inlines = [AttemptInline]
    actions = ["retry", "hold", "cancel"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("post__team", "channel")

    @admin.action(description=_("Send again: failed, missed or in doubt"), permissions=["view"])
    def retry(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        self._each(request, rows, lambda row, by: services.resend(delivery=row, by=by))

    @admin.action(description=_("Hold: pause their channels"), permissions=["view"])
    def hold(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        self._each(request, rows, lambda row, by: pause(row.channel, paused=True))

    @admin.action(description=_("Cancel"), permissions=["view"])
    def cancel(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        self._each(request, rows, lambda row, by: services.cancel(delivery=row, by=by))

    def _each(
        self,
        request: HttpRequest,
        rows: QuerySet[Delivery],
        act: Callable[[Delivery, User], None],
    ) -> None:
        if not isinstance(request.user, User):
            return
        done = 0
        for row in rows:
            try:
                act(row, request.user)
                done += 1
            except PostsError as refused:
                self.message_user(request, f"{row}: {refused}", messages.WARNING)
        self.message_user(request, _("Done for %(n)d.") % {"n": done}, messages.SUCCESS)


@admin.register(Attempt)
class AttemptAdmin(ReadOnly, admin.ModelAdmin[Attempt]):
    list_display = ["delivery", "attempt_no", "intent_at", "outcome", "status", "detail"]
    list_filter = ["outcome", "idempotent"]
    search_fields = ["remote_id", "detail", "=delivery__id"]
    date_hierarchy = "intent_at"
    list_select_related = ["delivery"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly, admin.ModelAdmin[Heartbeat]):
    list_display = ["name", "at", "detail"]
    search_fields = ["name"]
