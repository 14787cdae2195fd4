"""The sandbox's tables in the admin: to look at, and to tidy up."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from publishers.sandbox.models import (
    Account,
    Call,
    ClientApp,
    Credential,
    Fault,
    HookCall,
    Mail,
    Picture,
    RemotePost,
    Upload,
)


class Facts(admin.ModelAdmin[Any]):
    """What happened is not edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin[Account]):
    list_display = ["handle", "platform", "kind", "name", "remote_id"]
    list_filter = ["platform", "kind"]
    search_fields = ["handle", "name", "remote_id"]
    autocomplete_fields = ["administrators"]


@admin.register(Credential)
class CredentialAdmin(Facts):
    list_display = ["account", "kind", "scopes", "issued_at", "expires_at", "used_at", "revoked_at"]
    list_filter = ["kind", "account__platform"]
    search_fields = ["account__handle"]
    exclude = ["value"]


@admin.register(Picture)
class PictureAdmin(Facts):
    list_display = ["remote_id", "account", "mime", "size", "created_at"]
    list_filter = ["account__platform", "mime"]
    search_fields = ["remote_id", "digest", "alt"]
    exclude = ["data"]


@admin.register(RemotePost)
class RemotePostAdmin(Facts):
    list_display = ["remote_id", "account", "text", "accepted_at", "deleted_at"]
    list_filter = ["account__platform"]
    search_fields = ["remote_id", "text"]
    date_hierarchy = "accepted_at"


@admin.register(Fault)
class FaultAdmin(admin.ModelAdmin[Fault]):
    list_display = ["account", "kind", "does", "parameter", "remaining"]
    list_filter = ["kind", "does"]
    search_fields = ["account__handle"]


@admin.register(Call)
class CallAdmin(Facts):
    list_display = ["at", "method", "path", "status", "fault", "account"]
    list_filter = ["platform", "does", "status"]
    search_fields = ["path", "error", "account__handle"]


@admin.register(Mail)
class MailAdmin(Facts):
    list_display = ["subject", "sender", "recipients", "caught_at"]
    search_fields = ["subject", "text"]


@admin.register(Upload)
class UploadAdmin(Facts):
    list_display = ["remote_id", "account", "mime", "size", "received", "created_at", "expires_at"]
    list_filter = ["account__platform"]
    search_fields = ["remote_id"]


@admin.register(HookCall)
class HookCallAdmin(Facts):
    list_display = ["at", "account", "kind", "forged", "status"]
    list_filter = ["kind", "forged", "status"]
    search_fields = ["account__handle"]


@admin.register(ClientApp)
class ClientAppAdmin(Facts):
    list_display = ["client_id", "platform", "name", "created_at"]
    list_filter = ["platform"]
    exclude = ["client_secret"]
