"""Deliveries, attempts, breakers and heartbeats for administrators. State is read; services act."""

from collections import defaultdict
from collections.abc import Callable, Collection

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delivery.models import (
    Attempt,
    Breaker,
    Heartbeat,
    Notice,
    Outage,
    OutageNotice,
    Rewind,
    Stray,
    Undo,
)
from delivery.services import breakers, bulk
from delivery.services import instance as installation
from delivery.services.bulk import Answer
from posts.errors import PostsError
from posts.models import Delivery
from publishers import instance as ownership
from publishers.models import Instance
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


class Decides:
    """Actions here publish and cancel in every team, so that looking does not allow them."""

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Delivery)
class DeliveryAdmin(Decides, ReadOnly, admin.ModelAdmin[Delivery]):
    list_display = ["id", "team", "post", "channel", "state", "due_at", "attempt_no", "problem"]
    list_filter = ["state", "channel__platform", "team"]
    search_fields = ["post__title", "post__body", "channel__handle", "channel__name", "remote_id"]
    date_hierarchy = "due_at"
    list_select_related = ["team", "post", "channel"]
    inlines = [AttemptInline]
    actions = ["retry", "requeue", "hold", "mark_published", "cancel"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("post__team", "channel")

    @admin.action(description=_("Retry now"), permissions=["decide"])
    def retry(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        self._each_team(request, rows, lambda team, ids, by: bulk.retry(team=team, ids=ids, by=by))

    @admin.action(description=_("Requeue, one a minute on each channel"), permissions=["decide"])
    def requeue(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        self._each_team(request, rows, lambda team, ids, by: bulk.pace(team=team, ids=ids, by=by))

    @admin.action(description=_("Hold: pause their channels"), permissions=["decide"])
    def hold(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        channels = {row.channel_id: row.channel for row in rows}
        for channel in channels.values():
            pause(channel, paused=True)
        held = _("Paused %(n)d channels.") % {"n": len(channels)}
        self.message_user(request, held, messages.SUCCESS)

    @admin.action(description=_("Mark as published"), permissions=["decide"])
    def mark_published(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        self._each_team(
            request, rows, lambda team, ids, by: bulk.mark_published(team=team, ids=ids, by=by)
        )

    @admin.action(description=_("Drop: never publish them"), permissions=["decide"])
    def cancel(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        self._each_team(request, rows, lambda team, ids, by: bulk.cancel(team=team, ids=ids, by=by))

    def _each_team(
        self,
        request: HttpRequest,
        rows: QuerySet[Delivery],
        act: Callable[[Team, Collection[int], User], Answer],
    ) -> None:
        """Everything that was chosen, team by team; what could not be done is said."""
        if not isinstance(request.user, User):
            return
        chosen: defaultdict[Team, list[int]] = defaultdict(list)
        for row in rows:
            chosen[row.team].append(row.pk)
        done = 0
        for team, ids in chosen.items():
            try:
                answer = act(team, ids, request.user)
            except PostsError as refused:
                self.message_user(request, f"{team}: {refused}", messages.WARNING)
                continue
            done += answer.done
            for result in answer.refused:
                self.message_user(
                    request, f"{result.delivery_id}: {result.words}", messages.WARNING
                )
        self.message_user(request, _("Done for %(n)d.") % {"n": done}, messages.SUCCESS)


@admin.register(Attempt)
class AttemptAdmin(ReadOnly, admin.ModelAdmin[Attempt]):
    list_display = ["delivery", "attempt_no", "intent_at", "outcome", "status", "detail"]
    list_filter = ["outcome", "idempotent"]
    search_fields = ["remote_id", "detail", "=delivery__id"]
    date_hierarchy = "intent_at"
    list_select_related = ["delivery"]


@admin.register(Undo)
class UndoAdmin(ReadOnly, admin.ModelAdmin[Undo]):
    list_display = ["id", "team", "by", "created_at", "used_at"]
    list_filter = ["team"]
    search_fields = ["by__email"]
    date_hierarchy = "created_at"
    list_select_related = ["team", "by"]


@admin.register(Breaker)
class BreakerAdmin(Decides, ReadOnly, admin.ModelAdmin[Breaker]):
    list_display = ["platform", "state", "since", "reason", "failures", "openings", "retry_at"]
    list_filter = ["state"]
    search_fields = ["platform", "reason"]
    actions = ["close"]

    @admin.action(description=_("Close: send to it again at once"), permissions=["decide"])
    def close(self, request: HttpRequest, rows: QuerySet[Breaker]) -> None:
        if not isinstance(request.user, User):
            return
        closed = 0
        for row in rows:
            if breakers.close(platform=row.platform, by=request.user):
                self.log_change(request, row, _("Closed by hand."))
                closed += 1
        self.message_user(request, _("%(n)d closed.") % {"n": closed}, messages.SUCCESS)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly, admin.ModelAdmin[Heartbeat]):
    list_display = ["name", "at", "detail"]
    search_fields = ["name"]


@admin.register(Rewind)
class RewindAdmin(ReadOnly, admin.ModelAdmin[Rewind]):
    list_display = ["noticed_at", "since", "calls", "doubted", "done_at"]


@admin.register(Stray)
class StrayAdmin(ReadOnly, admin.ModelAdmin[Stray]):
    list_display = ["at", "team", "account", "delivery_no", "attempt_no", "noted_at", "noted_by"]
    list_filter = ["noted_at", "team"]
    list_select_related = ["team", "noted_by"]
    search_fields = ["account", "=delivery_no"]
    date_hierarchy = "at"


@admin.register(Instance)
class InstanceAdmin(ReadOnly, admin.ModelAdmin[Instance]):
    """Whose database this is. Where it is not ours, nothing is published until one is chosen."""

    list_display = ["key", "since", "is_ours"]
    actions = ["confirm_home", "confirm_copy"]

    @admin.display(boolean=True, description=_("This installation's"))
    def is_ours(self, row: Instance) -> bool:
        return row.key == ownership.own()

    @admin.action(
        description=_("This is the database's new home: publish from here"), permissions=["view"]
    )
    def confirm_home(self, request: HttpRequest, rows: QuerySet[Instance]) -> None:
        if self._is_open(request, rows):
            installation.move_here()
            self.message_user(request, _("This is its home now."), messages.SUCCESS)

    @admin.action(
        description=_("This is a copy: disconnect all channels here"), permissions=["view"]
    )
    def confirm_copy(self, request: HttpRequest, rows: QuerySet[Instance]) -> None:
        if self._is_open(request, rows):
            number = installation.make_copy()
            words = _("This is a copy now. Channels disconnected here: %(n)d.") % {"n": number}
            self.message_user(request, words, messages.SUCCESS)

    def _is_open(self, request: HttpRequest, rows: QuerySet[Instance]) -> bool:
        """Only administrators decide, and only while there is something to decide."""
        if not getattr(request.user, "is_superuser", False):
            self.message_user(request, _("Only an administrator decides this."), messages.ERROR)
            return False
        if all(self.is_ours(row) for row in rows):
            self.message_user(request, _("It is this installation's already."), messages.WARNING)
            return False
        return True


class OutageNoticeInline(ReadOnly, admin.TabularInline[OutageNotice, Outage]):
    model = OutageNotice
    fields = ["team", "waiting"]
    extra = 0


@admin.register(Outage)
class OutageAdmin(ReadOnly, admin.ModelAdmin[Outage]):
    list_display = ["began_at", "ended_at", "told_at"]
    date_hierarchy = "began_at"
    inlines = [OutageNoticeInline]


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin[Notice]):
    list_display = ["delivery", "kind", "due_at", "steps", "next_at"]
    list_filter = ["kind"]
    search_fields = ["=delivery__id"]
    list_select_related = ["delivery"]
