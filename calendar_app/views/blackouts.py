"""Days without posts: the list, one more, one less."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.forms import BlackoutForm
from posts.errors import PostsError
from posts.models import Blackout
from posts.services import blackouts as services
from ui.htmx import partial

PER_PAGE = 50


@member_can("view")
@require_GET
def blackouts(request: TeamRequest) -> HttpResponse:
    return _page(request, BlackoutForm(), 200)


@member_can("manage")
@require_POST
def blackout_add(request: TeamRequest) -> HttpResponse:
    form = BlackoutForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        made = services.add(team=request.team, **form.cleaned_data)
    except PostsError as error:
        form.add_error(None, str(error))
        return _page(request, form, 409)
    messages.success(request, _("“%(name)s” is on the calendar.") % {"name": made})
    return redirect("calendar_app:blackouts", team=request.team.slug)


@member_can("manage")
@require_POST
def blackout_remove(request: TeamRequest, pk: int) -> HttpResponse:
    blackout = get_object_or_404(Blackout.objects.for_team(request.team), pk=pk)
    services.remove(blackout=blackout)
    messages.success(request, _("“%(name)s” is off the calendar.") % {"name": blackout})
    return redirect("calendar_app:blackouts", team=request.team.slug)


def _page(request: TeamRequest, form: BlackoutForm, status: int) -> HttpResponse:
    page = Paginator(Blackout.objects.for_team(request.team), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "form": form, "may_manage": request.membership.can("manage")}
    return partial(request, "calendar_app/blackouts.html", "blackouts_list", context, status)
