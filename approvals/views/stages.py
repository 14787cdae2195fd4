"""The stages of a workflow, and the people of a stage."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from approvals.errors import ReviewError
from approvals.forms import ReviewerForm, StageForm, StageNewForm
from approvals.models import Reviewer, Stage, Workflow
from approvals.services import reviewers as people
from approvals.services import workflows as services


def _stages(request: TeamRequest) -> QuerySet[Stage]:
    mine = Stage.objects.filter(workflow__team=request.team)
    return mine.select_related("workflow__team")


@member_can("manage")
@require_POST
def stages(request: TeamRequest, workflow_id: int) -> HttpResponse:
    """Another stage, after the others."""
    found = get_object_or_404(Workflow.objects.for_team(request.team), pk=workflow_id)
    form = StageNewForm(request.POST)
    if form.is_valid():
        try:
            made = services.add_stage(workflow=found, name=form.cleaned_data["name"])
        except ReviewError as error:
            form.add_error("name", str(error))
        else:
            return redirect("approvals:stage", team=request.team.slug, stage_id=made.pk)
    context = {"workflow": found, "adding": form}
    return render(request, "approvals/stage_new.html", context, status=422)


@member_can("manage")
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: TeamRequest, stage_id: int) -> HttpResponse:
    """Its rule and its people; a POST changes the rule."""
    found = get_object_or_404(_stages(request), pk=stage_id)
    if request.method != "POST":
        return _page(request, found)
    form = StageForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    data = {name: value for name, value in form.cleaned_data.items() if name != "rule"}
    try:
        services.change_stage(stage=found, **data)
    except ReviewError as error:
        form.add_error("needed", str(error))
        return _page(request, found, form, status=422)
    return redirect("approvals:workflow", team=request.team.slug, workflow_id=found.workflow_id)


def _page(
    request: TeamRequest,
    found: Stage,
    form: StageForm | None = None,
    adding: ReviewerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rule = "all" if found.everybody else "number" if found.needed > 1 else "any"
    known = {"name": found.name, "needed": found.needed, "position": found.position, "rule": rule}
    context = {
        "stage": found,
        "form": form or StageForm(initial=known),
        "adding": adding or ReviewerForm(team=request.team, auto_id="add_%s"),
        "people": found.reviewers.select_related("membership__user").order_by("id"),
    }
    return render(request, "approvals/stage.html", context, status=status)


@member_can("manage")
@require_POST
def stage_reviewers(request: TeamRequest, stage_id: int) -> HttpResponse:
    """One more person, role or address."""
    found = get_object_or_404(_stages(request), pk=stage_id)
    form = ReviewerForm(request.POST, team=request.team, auto_id="add_%s")
    if not form.is_valid():
        return _page(request, found, adding=form, status=422)
    try:
        people.add(team=request.team, stage=found, **form.cleaned_data)
    except ReviewError as error:
        form.add_error(None, str(error))
        return _page(request, found, adding=form, status=422)
    return redirect("approvals:stage", team=request.team.slug, stage_id=found.pk)


@member_can("manage")
@require_POST
def reviewer_remove(request: TeamRequest, reviewer_id: int) -> HttpResponse:
    mine = Reviewer.objects.filter(stage__workflow__team=request.team).select_related("stage")
    found = get_object_or_404(mine, pk=reviewer_id)
    people.remove(team=request.team, reviewer=found)
    return redirect("approvals:stage", team=request.team.slug, stage_id=found.stage_id)


@member_can("manage")
@require_POST
def stage_remove(request: TeamRequest, stage_id: int) -> HttpResponse:
    found = get_object_or_404(_stages(request), pk=stage_id)
    services.remove_stage(stage=found)
    return redirect("approvals:workflow", team=request.team.slug, workflow_id=found.workflow_id)
