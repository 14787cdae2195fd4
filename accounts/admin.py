"""The administrator's view of people, teams and invitations; one signs in as everywhere else."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import AuthenticatorAdmin as ReadableAuthenticatorAdmin
from allauth.mfa.models import Authenticator
from allauth.socialaccount.admin import SocialApp, SocialToken
from allauth.usersessions.admin import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ApiKey, AuditEntry, Invitation, Membership, Team, User
from ui.admin import ReadOnly, Written

admin.site.site_header = "Drumbeat"
admin.site.site_title = "Drumbeat"
admin.site.index_title = "Administration"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # Django's way in


class NewUserForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ["email", "name"]


class TeamsOfUser(admin.TabularInline[Membership, User]):
    model = Membership
    extra = 0
    autocomplete_fields = ["team"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    list_display = ["email", "name", "is_active", "is_staff", "last_login", "date_joined"]
    list_filter = ["is_active", "is_staff", "is_superuser", "date_joined"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [TeamsOfUser]
    add_form = NewUserForm
    fieldsets = [
        (None, {"fields": ["email", "password", "name"]}),
        ("Settings", {"fields": ["language", "time_zone", "theme", "density"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "password1", "password2"]})]


class MembersOfTeam(admin.TabularInline[Membership, Team]):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin[Team]):
    list_display = ["name", "slug", "time_zone", "review_required", "created_at"]
    list_filter = ["review_required", "allow_self_approval", "created_at"]
    search_fields = ["name", "slug"]
    readonly_fields = ["created_at"]
    inlines = [MembersOfTeam]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    list_display = ["user", "team", "role", "created_at"]
    list_filter = ["role", "created_at"]
    list_select_related = ["user", "team"]
    search_fields = ["user__email", "user__name", "team__name", "team__slug"]
    autocomplete_fields = ["user", "team"]
    readonly_fields = ["created_at"]


@admin.register(Invitation)
class InvitationAdmin(Written, admin.ModelAdmin[Invitation]):
    """Made and renewed on the team's page, which checks rights; here they are read and revoked."""

    list_display = [
        "email",
        "team",
        "role",
        "invited_by",
        "expires_at",
        "accepted_at",
        "revoked_at",
    ]
    list_filter = ["role", "expires_at", "accepted_at", "revoked_at"]
    list_select_related = ["team", "invited_by"]
    search_fields = ["email", "team__name", "invited_by__email"]
    exclude = ["token_hash"]
    actions = ["revoke"]

    @admin.action(description="Revoke", permissions=["delete"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        waiting = chosen.filter(accepted_at=None, revoked_at=None)
        count = waiting.update(revoked_at=timezone.now())
        messages.success(request, f"{count} revoked.")


@admin.register(ApiKey)
class ApiKeyAdmin(Written, admin.ModelAdmin[ApiKey]):
    """Made on the team's page; here they are found by their beginning, and revoked."""

    list_display = ["name", "prefix", "team", "membership", "expires_at", "revoked_at"]
    list_filter = ["expires_at", "revoked_at"]
    list_select_related = ["team", "membership__user", "membership__team"]
    search_fields = ["name", "prefix", "team__name", "membership__user__email"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.action(description="Revoke", permissions=["delete"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        count = chosen.filter(revoked_at=None).update(revoked_at=timezone.now())
        messages.success(request, f"{count} revoked.")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin[AuditEntry]):
    """Of all teams, and of none: failed sign-ins are only here."""

    list_display = ["at", "team_id", "actor_name", "verb", "subject", "via", "ip"]
    list_filter = ["kind", "via", "at"]
    search_fields = ["actor_name", "subject", "=verb"]
    show_full_result_count = False


admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(Written, ReadableAuthenticatorAdmin):  # type: ignore[misc]  # untyped
    """Second factors: taken away for somebody who lost them, never read."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    exclude = ["data"]


# Single sign-on is set up in the environment, and its tokens are not kept: nothing to show.
admin.site.unregister([SocialApp, SocialToken, UserSession])


@admin.register(UserSession)
class UserSessionAdmin(admin.ModelAdmin[Any]):
    """Where people are signed in. The key of a session would sign in whoever reads it."""

    list_display = ["user", "ip", "user_agent", "created_at", "last_seen_at"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name", "ip"]
    exclude = ["session_key"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
