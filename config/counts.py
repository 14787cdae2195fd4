"""The numbers beside the navigation, read again by open pages when the team's posts move."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest


@member_can("view")
@require_GET
def counts(request: TeamRequest) -> HttpResponse:
    return render(request, "ui/_counts.html")
