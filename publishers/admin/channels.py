"""Channels, grants and consents for administrators: states and secrets are looked at, not typed."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from publishers import services
from publishers.models import Channel, Grant, OAuthState, RateWindow
from ui.admin import ReadOnly, Written


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin[Channel]):
    list_display = ["handle", "platform", "team", "state", "paused", "problem", "checked_at"]
    list_filter = ["platform", "state", "paused", "kind"]
    list_select_related = ["team"]
    search_fields = ["handle", "name", "remote_id", "team__name", "team__slug"]
    readonly_fields = [
        "team",
        "platform",
        "remote_id",
        "kind",
        "host",
        "handle",
        "avatar_url",
        "state",
        "problem",
        "paused",
        "next_slot_at",
        "connected_by",
        "connected_at",
        "checked_at",
    ]
    fields = ["name", *readonly_fields]
    actions = ["pause", "resume", "disconnect"]
    date_hierarchy = "connected_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A channel comes from the account's own consent."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Channel | None = None) -> bool:
        """What was published there stays known: disconnect instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:
        obj.save(update_fields=form.changed_data)

    @admin.action(
        description=_("Hold: publish nothing on the selected channels"), permissions=["change"]
    )
    def pause(self, request: HttpRequest, queryset: QuerySet[Channel]) -> None:
        for channel in queryset:
            services.pause(channel, paused=True)
        self._say(request, queryset.count())

    @admin.action(
        description=_("Resume publishing on the selected channels"), permissions=["change"]
    )
    def resume(self, request: HttpRequest, queryset: QuerySet[Channel]) -> None:
        for channel in queryset:
            services.pause(channel, paused=False)
        self._say(request, queryset.count())

    @admin.action(
        description=_("Disconnect the selected channels and erase their tokens"),
        permissions=["change"],
    )
    def disconnect(self, request: HttpRequest, queryset: QuerySet[Channel]) -> None:
        for channel in queryset:
            services.disconnect(channel)
        self._say(request, queryset.count())

    def _say(self, request: HttpRequest, number: int) -> None:
        words = ngettext("%(number)d channel changed", "%(number)d channels changed", number)
        self.message_user(request, words % {"number": number}, messages.SUCCESS)


@admin.register(Grant)
class GrantAdmin(ReadOnly, admin.ModelAdmin[Grant]):
    """When and for what, never the tokens."""

    list_display = ["channel", "version", "expires_at", "refreshed_at", "refresh_lease_until"]
    list_filter = ["channel__platform"]
    list_select_related = ["channel"]
    search_fields = ["channel__handle", "channel__name", "channel__team__slug"]
    fields = [
        "channel",
        "family",
        "version",
        "scopes",
        "expires_at",
        "refreshed_at",
        "refresh_lease_until",
    ]


@admin.register(OAuthState)
class OAuthStateAdmin(ReadOnly, admin.ModelAdmin[OAuthState]):
    list_display = ["platform", "team", "user", "created_at", "used_at"]
    list_filter = ["platform"]
    list_select_related = ["team", "user"]
    search_fields = ["team__slug", "user__email"]
    fields = ["platform", "team", "user", "reconnects", "created_at", "used_at"]
    date_hierarchy = "created_at"


@admin.register(RateWindow)
class RateWindowAdmin(Written, admin.ModelAdmin[RateWindow]):
    """Without its row a rate is full again: throw away what a platform said wrongly."""

    list_display = [
        "platform",
        "name",
        "channel",
        "remaining",
        "limit",
        "reserve",
        "resets_at",
        "said",
        "noted_at",
    ]
    list_filter = ["platform", "name", "said", ("channel", admin.EmptyFieldListFilter)]
    list_select_related = ["channel"]
    search_fields = ["platform", "channel__handle", "channel__name", "channel__team__slug"]
    date_hierarchy = "resets_at"
