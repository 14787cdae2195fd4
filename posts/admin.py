"""Posts and what belongs to them, for administrators: content and state are read, services act.

Deliveries are the delivery room's pages.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from posts.errors import PostsError
from posts.models import (
    Activity,
    Approval,
    BulkAct,
    Campaign,
    Folder,
    HashtagGroup,
    Import,
    ImportRow,
    MediaAsset,
    Post,
    PostMedia,
    Rendition,
    Revision,
    Tag,
    Template,
    TemplateVersion,
    Upload,
    Variant,
)
from posts.services import deliveries, review, trash
from posts.services.commitment import open_deliveries
from ui.admin import ReadOnly


class VariantInline(ReadOnly, admin.TabularInline[Variant, Post]):
    model = Variant
    fields = ["channel", "text", "media", "options"]
    extra = 0


class PictureInline(ReadOnly, admin.TabularInline[PostMedia, Post]):
    model = PostMedia
    fields = ["position", "asset", "alt", "focal_x", "focal_y"]
    extra = 0


class InTrash(admin.SimpleListFilter):
    title = _("trash")
    parameter_name = "trash"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not in the trash")), ("yes", _("In the trash"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(trashed_at__isnull=self.value() == "no")


@admin.register(Post)
class PostAdmin(ReadOnly, admin.ModelAdmin[Post]):
    list_display = ["__str__", "team", "stage", "author", "planned_at", "version", "updated_at"]
    list_filter = ["stage", InTrash, "kind", "source", "team"]
    search_fields = ["title", "body", "author__email", "team__name", "campaign__name"]
    list_select_related = ["team", "author"]
    date_hierarchy = "created_at"
    inlines = [VariantInline, PictureInline]
    actions = ["withdraw", "cancel_deliveries", "put_away", "take_out"]

    @admin.action(
        description=_("Withdraw: back to drafting, approvals revoked"), permissions=["view"]
    )
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self._each(request, queryset, lambda post, by: review.withdraw(post=post, by=by))

    @admin.action(description=_("Cancel what is not published yet"), permissions=["view"])
    def cancel_deliveries(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self._each(request, queryset, _cancel_open)

    @admin.action(description=_("Move to the trash"), permissions=["view"])
    def put_away(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self._each(request, queryset, lambda post, by: trash.trash(post=post, by=by))

    @admin.action(description=_("Take out of the trash"), permissions=["view"])
    def take_out(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        self._each(request, queryset, lambda post, by: trash.take_out(post=post, by=by))

    def _each(
        self, request: HttpRequest, queryset: QuerySet[Post], do: Callable[[Post, User], object]
    ) -> None:
        """One post that refuses does not stop the others; it says why."""
        done = 0
        for post in queryset.select_related("team"):
            try:
                do(post, request.user)  # type: ignore[arg-type]  # the admin lets only users in
            except PostsError as error:
                self.message_user(request, f"{post}: {error}", messages.WARNING)
            else:
                done += 1
        words = ngettext("%(n)s post changed.", "%(n)s posts changed.", done) % {"n": done}
        self.message_user(request, words, messages.SUCCESS if done else messages.INFO)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The trash keeps the history; deleting would not."""
        return False


def _cancel_open(post: Post, by: User) -> None:
    for delivery in open_deliveries(post):
        deliveries.cancel(delivery=delivery, by=by)


@admin.register(Variant)
class VariantAdmin(ReadOnly, admin.ModelAdmin[Variant]):
    list_display = ["post", "channel", "text"]
    list_filter = ["channel__platform", "post__team"]
    search_fields = ["text", "post__title", "channel__handle", "channel__name"]
    list_select_related = ["post", "channel"]


@admin.register(Revision)
class RevisionAdmin(ReadOnly, admin.ModelAdmin[Revision]):
    list_display = ["post", "number", "author", "created_at", "content_hash"]
    list_filter = ["post__team"]
    search_fields = ["post__title", "content_hash", "author__email"]
    list_select_related = ["post", "author"]
    date_hierarchy = "created_at"


@admin.register(Approval)
class ApprovalAdmin(ReadOnly, admin.ModelAdmin[Approval]):
    list_display = ["post", "source", "granted_name", "created_at", "not_before", "revoked_at"]
    list_filter = ["source", ("revoked_at", admin.EmptyFieldListFilter), "post__team"]
    search_fields = ["post__title", "content_hash", "granted_name"]
    list_select_related = ["post"]
    date_hierarchy = "created_at"


@admin.register(MediaAsset)
class MediaAssetAdmin(admin.ModelAdmin[MediaAsset]):
    list_display = ["__str__", "team", "mime", "width", "height", "seconds", "bytes", "created_at"]
    list_filter = ["kind", "mime", "team"]
    search_fields = ["name", "alt", "sha256", "uploaded_by__email"]
    list_select_related = ["team"]
    readonly_fields = [
        "team",
        "sha256",
        "file",
        "thumbnail",
        "kind",
        "mime",
        "width",
        "height",
        "focal_x",
        "focal_y",
        "seconds",
        "bytes",
        "uploaded_by",
        "folder",
        "created_at",
        "deleted_at",
    ]
    fields = ["name", "alt", *readonly_fields]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Pictures come in through the upload, which cleans them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: MediaAsset, form: Any, change: bool) -> None:
        obj.save(update_fields=form.changed_data)


@admin.register(Rendition)
class RenditionAdmin(ReadOnly, admin.ModelAdmin[Rendition]):
    list_display = ["asset", "key", "mime", "width", "height", "bytes", "tried_at", "created_at"]
    list_filter = [("sha256", admin.EmptyFieldListFilter), "mime", "asset__team"]
    search_fields = ["asset__name", "key", "sha256"]
    list_select_related = ["asset"]
    date_hierarchy = "created_at"


@admin.register(PostMedia)
class PostMediaAdmin(ReadOnly, admin.ModelAdmin[PostMedia]):
    list_display = ["post", "position", "asset", "alt", "focal_x", "focal_y"]
    list_filter = ["post__team"]
    search_fields = ["post__title", "alt", "asset__name"]
    list_select_related = ["post", "asset"]


class NamedAdmin[M: Model](admin.ModelAdmin[M]):
    list_display = ["name", "team"]
    list_filter = ["team"]
    search_fields = ["name", "team__name"]
    list_select_related = ["team"]

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> list[str]:
        """A name never moves to another team: its posts would not follow."""
        return ["team"] if obj else []

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        obj.save(update_fields=form.changed_data if change else None)


@admin.register(Tag)
class TagAdmin(NamedAdmin[Tag]):
    pass


@admin.register(Campaign)
class CampaignAdmin(NamedAdmin[Campaign]):
    pass


@admin.register(Folder)
class FolderAdmin(NamedAdmin[Folder]):
    pass


@admin.register(Upload)
class UploadAdmin(ReadOnly, admin.ModelAdmin[Upload]):
    list_display = ["name", "team", "by", "received", "size", "asset", "touched_at"]
    list_filter = ["team"]
    search_fields = ["name", "by__email"]
    list_select_related = ["team", "by", "asset"]
    date_hierarchy = "created_at"


@admin.register(Activity)
class ActivityAdmin(ReadOnly, admin.ModelAdmin[Activity]):
    list_display = ["at", "team", "post", "kind", "actor_name", "data"]
    list_filter = ["kind", "team"]
    search_fields = ["post__title", "actor_name", "actor__email", "kind"]
    list_select_related = ["team", "post"]
    date_hierarchy = "at"


@admin.register(Import)
class ImportAdmin(ReadOnly, admin.ModelAdmin[Import]):
    list_display = ["name", "team", "by", "step", "total", "created_at", "ended_at"]
    list_filter = ["step", "team"]
    search_fields = ["name", "by__email", "team__name"]
    list_select_related = ["team", "by"]
    date_hierarchy = "created_at"


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnly, admin.ModelAdmin[ImportRow]):
    list_display = ["importing", "number", "outcome", "planned_at", "post"]
    list_filter = ["outcome", "importing__team"]
    search_fields = ["importing__name", "post__title"]
    list_select_related = ["importing", "post"]


@admin.register(BulkAct)
class BulkActAdmin(ReadOnly, admin.ModelAdmin[BulkAct]):
    list_display = ["said", "team", "by", "kind", "created_at", "undone_at"]
    list_filter = ["kind", "team"]
    search_fields = ["said", "by__email", "team__name"]
    list_select_related = ["team", "by"]


@admin.register(HashtagGroup)
class HashtagGroupAdmin(ReadOnly, admin.ModelAdmin[HashtagGroup]):
    list_display = ["name", "team", "tags", "version"]
    list_filter = ["team"]
    search_fields = ["name", "team__name"]
    list_select_related = ["team"]


@admin.register(Template)
class TemplateAdmin(ReadOnly, admin.ModelAdmin[Template]):
    list_display = ["name", "team", "category", "version", "updated_at", "archived_at"]
    list_filter = [("archived_at", admin.EmptyFieldListFilter), "team"]
    search_fields = ["name", "category", "team__name"]
    list_select_related = ["team"]
    date_hierarchy = "created_at"


@admin.register(TemplateVersion)
class TemplateVersionAdmin(ReadOnly, admin.ModelAdmin[TemplateVersion]):
    list_display = ["template", "number", "author", "created_at"]
    list_filter = ["template__team"]
    search_fields = ["template__name", "author__email"]
    list_select_related = ["template", "author"]
    date_hierarchy = "created_at"
