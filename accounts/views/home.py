"""The front door: where a person lands, moves between teams and makes a new one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import queries
from accounts.access import public, signed_in
from accounts.forms import NewTeamForm
from accounts.http import UserRequest
from accounts.models import Team
from accounts.services import teams

LAST_TEAM = "team"


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("account_login")
    mine = list(queries.teams_of(request.user))
    if not mine:
        return redirect("accounts:team_create")
    last = request.session.get(LAST_TEAM)
    return to_board(next((team for team in mine if team.slug == last), mine[0]))


@signed_in
@require_POST
def switch(request: UserRequest) -> HttpResponse:
    wanted = request.POST.get("team")
    for team in queries.teams_of(request.user):
        if team.slug == wanted:
            return settle_in(request, team)
    raise Http404


@signed_in
@require_http_methods(["GET", "POST"])
def team_create(request: UserRequest) -> HttpResponse:
    form = NewTeamForm(
        request.POST if request.method == "POST" else None,
        initial={"time_zone": request.user.time_zone or "UTC"},
    )
    if form.is_valid():
        return settle_in(request, teams.create_team(**form.cleaned_data, by=request.user))
    status = 422 if form.is_bound else 200
    return render(request, "accounts/team_create.html", {"form": form}, status=status)


def settle_in(request: UserRequest, team: Team) -> HttpResponse:
    """To the team's board, and there again next time."""
    request.session[LAST_TEAM] = team.slug
    return to_board(team)


def to_board(team: Team) -> HttpResponse:
    return redirect(reverse("calendar_app:board", kwargs={"team": team.slug}))
