"""The quality gates: the page behind the team's settings, one form for each."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from approvals import rules
from approvals.gateforms import GateForm
from approvals.gates.registry import GATES
from approvals.services.rules import set_gate
from publishers.models import Channel


@member_can("manage")
@require_http_methods(["GET", "HEAD", "POST"])
def gates(request: TeamRequest) -> HttpResponse:
    """All of them; a POST changes the one that it names."""
    if request.method != "POST":
        return _page(request)
    gate = GATES.get(request.POST.get("gate", ""))
    if gate is None:
        messages.warning(request, _("There is no such gate. Choose one of these."))
        return _page(request, status=422)
    said = rules.document_of(request.team).get(gate.slug, {})
    channels = list(Channel.objects.for_team(request.team))
    form = GateForm(request.POST, gate=gate, channels=channels, said=said)
    if not form.is_valid():
        return _page(request, form, 422)
    set_gate(team=request.team, gate=gate, said=form.said, by=request.user)
    messages.success(request, _("Saved. It holds from now on."))
    page = reverse("approvals:gates", kwargs={"team": request.team.slug})
    return redirect(f"{page}#gate-{gate.slug}")


def _page(request: TeamRequest, refused: GateForm | None = None, status: int = 200) -> HttpResponse:
    document = rules.document_of(request.team)
    channels = list(Channel.objects.for_team(request.team))
    forms = [
        refused
        if refused and refused.gate is gate
        else GateForm(None, gate=gate, channels=channels, said=document.get(slug, {}))
        for slug, gate in GATES.items()
    ]
    return render(request, "approvals/gates.html", {"forms": forms}, status=status)
