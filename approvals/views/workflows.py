"""The team's workflows: which there are, to which posts each applies, and who will be asked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from approvals import outlook
from approvals.errors import ReviewError
from approvals.forms import StageNewForm, WorkflowForm, WorkflowNewForm
from approvals.models import Workflow
from approvals.patterns import PATTERNS
from approvals.services import workflows as services
from posts.models import Post
from ui import htmx


@member_can("manage")
@require_http_methods(["GET", "HEAD", "POST"])
def workflows(request: TeamRequest) -> HttpResponse:
    """All of them, and who would be asked about `?post=`; a POST makes another."""
    form = WorkflowNewForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, 422)
    data = form.cleaned_data
    try:
        made = services.create(
            team=request.team, pattern=PATTERNS[data["pattern"]], name=data["name"]
        )
    except ReviewError as error:
        form.add_error(None, str(error))
        return _page(request, form, 422)
    return redirect("approvals:workflow", team=request.team.slug, workflow_id=made.pk)


def _page(request: TeamRequest, form: WorkflowNewForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "patterns": PATTERNS.values(),
        "workflows": outlook.workflows(request.team),
        **_asked(request),
    }
    return htmx.partial(request, "approvals/workflows.html", "workflows_asked", context, status)


def _asked(request: TeamRequest) -> dict[str, Any]:
    """The posts to choose from, and the outlook of the one that was chosen."""
    choices = outlook.choices(request.team)
    number = request.GET.get("post", "")
    if not number.isdecimal() or len(number) > 18:
        return {"choices": choices}
    found = Post.objects.for_team(request.team).select_related("team", "author")
    chosen = get_object_or_404(found, pk=int(number))
    if chosen not in choices:
        choices = [chosen, *choices]
    return {"choices": choices, "chosen": chosen, "outlook": outlook.outlook(chosen)}


@member_can("manage")
@require_http_methods(["GET", "HEAD", "POST"])
def workflow(request: TeamRequest, workflow_id: int) -> HttpResponse:
    found = get_object_or_404(Workflow.objects.for_team(request.team), pk=workflow_id)
    if request.method != "POST":
        return _form_page(request, found, WorkflowForm(initial=_initial(found), team=request.team))
    form = WorkflowForm(request.POST, team=request.team)
    if not form.is_valid():
        return _form_page(request, found, form, 422)
    services.change(workflow=found, rule=services.Rule(**form.cleaned_data))
    return redirect("approvals:workflows", team=request.team.slug)


def _initial(found: Workflow) -> dict[str, Any]:
    yes = {True: "yes", False: "no"}
    return {
        **{name: getattr(found, name) for name in services.FLAGS},
        "asks": yes[found.asks],
        "at_once": yes[found.at_once],
        "backup": found.backup_id,
        "campaigns": found.campaigns.all(),
        "channels": found.channels.all(),
        "tags": ", ".join(str(tag) for tag in found.tags.all()),
    }


def _form_page(
    request: TeamRequest, found: Workflow, form: WorkflowForm, status: int = 200
) -> HttpResponse:
    context = {
        "workflow": found,
        "form": form,
        "stages": outlook.stages().filter(workflow=found),
        "adding": StageNewForm(auto_id="new_%s"),
    }
    return render(request, "approvals/workflow.html", context, status=status)


@member_can("manage")
@require_POST
def workflow_remove(request: TeamRequest, workflow_id: int) -> HttpResponse:
    found = get_object_or_404(Workflow.objects.for_team(request.team), pk=workflow_id)
    services.remove(workflow=found)
    return redirect("approvals:workflows", team=request.team.slug)


@member_can("manage")
@require_GET
def reviewers(request: TeamRequest) -> HttpResponse:
    """Where this page was before there were several workflows."""
    return redirect("approvals:workflows", team=request.team.slug)
