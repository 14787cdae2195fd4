"""Who reviews: the page behind the team's settings."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from approvals.errors import ReviewError
from approvals.forms import NeededForm, ReviewerForm
from approvals.models import Reviewer
from approvals.services import reviewers as services


@member_can("manage")
@require_http_methods(["GET", "POST"])
def reviewers(request: TeamRequest) -> HttpResponse:
    """The reviewers; a POST adds one."""
    form = ReviewerForm(request.POST or None, team=request.team)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        services.add(team=request.team, **form.cleaned_data)
    except ReviewError as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    return redirect("approvals:reviewers", team=request.team.slug)


@member_can("manage")
@require_POST
def reviewer_remove(request: TeamRequest, reviewer_id: int) -> HttpResponse:
    mine = Reviewer.objects.filter(stage__workflow__team=request.team)
    services.remove(team=request.team, reviewer=get_object_or_404(mine, pk=reviewer_id))
    return redirect("approvals:reviewers", team=request.team.slug)


@member_can("manage")
@require_POST
def reviewers_needed(request: TeamRequest) -> HttpResponse:
    form = NeededForm(request.POST)
    if not form.is_valid():
        return _page(request, ReviewerForm(team=request.team), form, 422)
    try:
        services.need(team=request.team, count=form.cleaned_data["needed"])
    except ReviewError as error:
        form.add_error("needed", str(error))
        return _page(request, ReviewerForm(team=request.team), form, 422)
    return redirect("approvals:reviewers", team=request.team.slug)


def _page(
    request: TeamRequest, form: ReviewerForm, needed: NeededForm | None = None, status: int = 200
) -> HttpResponse:
    stage = services.stage_of(request.team)
    people = stage.reviewers.select_related("membership__user").order_by("id") if stage else []
    context = {
        "form": form,
        "needed": needed or NeededForm(initial={"needed": stage.needed if stage else 1}),
        "people": people,
    }
    return render(request, "approvals/reviewers.html", context, status=status)
