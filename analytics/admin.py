"""What was measured, for administrators: what is thrown away is measured anew while it is young."""

from django.contrib import admin

from posts.models import Reception
from ui.admin import Written


@admin.register(Reception)
class ReceptionAdmin(Written, admin.ModelAdmin[Reception]):
    list_display = ["delivery", "team", "at", "impressions", "engagements", "measured_at"]
    list_filter = ["team", "at"]
    search_fields = ["delivery__remote_id", "team__name"]
    list_select_related = ["team", "delivery"]
