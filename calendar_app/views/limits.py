"""How many posts each column of the board should have at most: for who manages the team."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.forms import LimitsForm
from calendar_app.models import StageLimit
from calendar_app.services.limits import set_limits
from calendar_app.views.drawn import board_url
from ui.htmx import partial, toast


@member_can("manage")
@require_http_methods(["GET", "POST"])
def board_limits(request: TeamRequest) -> HttpResponse:
    """In a dialog of the board, or on a page of their own."""
    known = StageLimit.objects.for_team(request.team).values_list("column", "most")
    form = LimitsForm(request.POST if request.method == "POST" else None, initial=dict(known))
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "board": board_url(request)}
        status = 422 if form.is_bound else 200
        page = "calendar_app/limits.html"
        response = partial(request, page, "limits_form", context, status)
        if request.htmx and form.is_bound:
            response.headers["HX-Retarget"] = "#move-dialog-body"
            response.headers["HX-Reswap"] = "innerHTML"
        return response
    set_limits(team=request.team, most=form.cleaned_data)
    if request.htmx:
        return toast(HttpResponse(), _("Limits saved."))
    messages.success(request, _("Limits saved."))
    return redirect(board_url(request))
