"""Settings of a team: how it works, who is in it, who is invited."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permissions, queries
from accounts.access import member_can
from accounts.errors import AccountsError, NotAllowed
from accounts.forms import (
    HolidaysForm,
    InvitationForm,
    RetriesForm,
    RoleForm,
    TeamForm,
    assignable_roles,
)
from accounts.http import TeamRequest
from accounts.models import Invitation
from accounts.services import invitations, teams
from ui.htmx import partial, wants_fragment

MEMBERS_PER_PAGE = 50
SETTINGS = "accounts/team_settings.html"


@member_can("manage")
@require_http_methods(["GET", "POST"])
def team_settings(request: TeamRequest) -> HttpResponse:
    form = TeamForm(request.POST if request.method == "POST" else None, instance=request.team)
    if form.is_valid():
        teams.keep_settings(team=request.team, fields=form.Meta.fields)
        messages.success(request, _("Settings saved"))
        return _back(request)
    if form.is_bound:
        request.team.refresh_from_db(fields=form.Meta.fields)
    return _page(request, status=422 if form.is_bound else 200, form=form)


@member_can("manage")
@require_http_methods(["GET", "POST"])
def team_retries(request: TeamRequest) -> HttpResponse:
    """Saves; asked by htmx while somebody chooses, it says what the choice would mean."""
    return _chosen(request, RetriesForm, "retries_form", "retries_example")


@member_can("manage")
@require_http_methods(["GET", "POST"])
def team_holidays(request: TeamRequest) -> HttpResponse:
    """Saves; asked by htmx while somebody chooses a country, it offers the regions of it."""
    return _chosen(request, HolidaysForm, "holidays_form", "holiday_region")


@member_can("manage")
@require_POST
def member_role(request: TeamRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(queries.members(request.team), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, problem=_("That is not a role."))
    role = form.cleaned_data["role"]
    try:
        teams.change_role(membership=membership, role=role, by=request.membership)
    except AccountsError as refused:
        return _refuse(request, refused)
    named = {"name": membership.user, "role": permissions.said(role)}
    messages.success(request, _("%(name)s is now %(role)s") % named)
    return _back(request)


@member_can("manage")
@require_POST
def member_remove(request: TeamRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(queries.members(request.team), pk=pk)
    try:
        teams.remove_member(membership=membership, by=request.membership)
    except AccountsError as refused:
        return _refuse(request, refused)
    messages.success(request, _("%(name)s was removed") % {"name": membership.user})
    return _back(request) if membership.pk != request.membership.pk else redirect("home")


@member_can("manage")
@require_POST
def invitation_new(request: TeamRequest) -> HttpResponse:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, invitation_form=form)
    try:
        invitations.invite(team=request.team, by=request.membership, **form.cleaned_data)
    except NotAllowed as refused:
        raise PermissionDenied(str(refused)) from refused
    except AccountsError as refused:
        form.add_error("email", str(refused))
        return _page(request, status=422, invitation_form=form)
    messages.success(request, _("Invited %(email)s") % {"email": form.cleaned_data["email"]})
    return _back(request)


@member_can("manage")
@require_POST
def invitation_resend(request: TeamRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk)
    try:
        invitations.resend(invitation=invitation, by=request.membership)
    except AccountsError as refused:
        return _refuse(request, refused)
    messages.success(request, _("A new link is on its way to %(to)s") % {"to": invitation.email})
    return _back(request)


@member_can("manage")
@require_POST
def invitation_revoke(request: TeamRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk)
    try:
        invitations.revoke(invitation=invitation, by=request.membership)
    except AccountsError as refused:
        return _refuse(request, refused)
    messages.success(
        request, _("The invitation of %(to)s no longer works") % {"to": invitation.email}
    )
    return _back(request)


def _invitation(request: TeamRequest, pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.for_team(request.team), pk=pk)


def _refuse(request: TeamRequest, refused: AccountsError) -> HttpResponse:
    if isinstance(refused, NotAllowed):
        raise PermissionDenied(str(refused)) from refused
    return _page(request, status=409, problem=str(refused))


def _chosen(
    request: TeamRequest, kind: type[RetriesForm | HolidaysForm], name: str, fragment: str
) -> HttpResponse:
    """A part of the settings: GET answers with its `fragment` and keeps nothing."""
    posted = request.method == "POST"
    form = kind(request.POST if posted else request.GET, instance=request.team)
    if not posted:
        answer = partial(request, SETTINGS, fragment, {name: form})
        return answer if wants_fragment(request) else _back(request)
    if form.is_valid():
        teams.keep_settings(team=request.team, fields=form.Meta.fields)
        messages.success(request, _("Settings saved"))
        return _back(request)
    request.team.refresh_from_db(fields=form.Meta.fields)
    return _page(request, status=422, **{name: form})


def _back(request: TeamRequest) -> HttpResponse:
    return redirect("accounts:team_settings", team=request.team.slug)


def _page(request: TeamRequest, *, status: int, **forms: Any) -> HttpResponse:
    members = Paginator(queries.members(request.team), MEMBERS_PER_PAGE)
    context = {
        "form": TeamForm(instance=request.team),
        "retries_form": RetriesForm(instance=request.team),
        "holidays_form": HolidaysForm(instance=request.team),
        "invitation_form": InvitationForm(),
        "members": members.get_page(request.GET.get("page")),
        "invitations": list(queries.waiting_invitations(request.team)),
        "roles": assignable_roles(request.membership),
        **forms,
    }
    return render(request, SETTINGS, context, status=status)
