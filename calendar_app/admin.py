"""Saved views, for administrators: they may be thrown away."""

from django.contrib import admin

from calendar_app.models import SavedView
from ui.admin import Written


@admin.register(SavedView)
class SavedViewAdmin(Written, admin.ModelAdmin[SavedView]):
    list_display = ["name", "team", "owner", "page", "query", "shared", "created_at"]
    list_filter = ["shared", "page", "team"]
    search_fields = ["name", "query", "owner__email", "team__name"]
    list_select_related = ["team", "owner"]
