"""The team's audit log: to look through, to take away, and how long it is kept."""

from itertools import chain

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, trail
from accounts.access import member_can
from accounts.auditforms import DAYS, RetentionForm, wanted_of
from accounts.http import TeamRequest
from accounts.services import teams
from accounts.verbs import KINDS
from ui.handout import handed_out

PAGE = "accounts/audit.html"


@member_can("manage")
@require_GET
def audit_log(request: TeamRequest) -> HttpResponse:
    return _page(request, RetentionForm(team=request.team))


@member_can("manage")
@require_POST
def audit_export(request: TeamRequest) -> HttpResponseBase:
    """What the query of the address asks for. Taking it away is an entry itself."""
    wanted = wanted_of(request.GET)
    asked = {"who": wanted.who, "kind": wanted.kind, "about": wanted.about, "days": wanted.days}
    after = {name: value for name, value in asked.items() if value}
    audit.write("audit.export", team=request.team.pk, after=after)
    rows = chain([trail.HEADINGS], trail.lines(request.team, wanted))
    name = f"{request.team.slug}-audit-{timezone.localdate()}"
    return handed_out(request, "csv", name=name, rows=rows)


@member_can("manage")
@require_POST
def audit_retention(request: TeamRequest) -> HttpResponse:
    form = RetentionForm(request.POST, team=request.team)
    if not form.is_valid():
        return _page(request, form, status=422)
    request.team.audit_days = form.cleaned_data["audit_days"]
    teams.keep_settings(team=request.team, fields=["audit_days"])
    messages.success(request, _("Settings saved"))
    return redirect("accounts:audit", team=request.team.slug)


def _page(request: TeamRequest, form: RetentionForm, status: int = 200) -> HttpResponse:
    wanted = wanted_of(request.GET)
    place = trail.parse_place(request.GET.get("after", ""))
    query = request.GET.copy()
    query.pop("after", None)
    found = trail.page(request.team, wanted, place)
    only = next((row.subject for row in found.rows if wanted.about), "")
    context = {
        "found": found,
        "wanted": wanted,
        "later": place is not None,
        "next": str(found.more) if found.more else "",
        "only": only or (f"{wanted.about[0]} {wanted.about[1]}" if wanted.about else ""),
        "about": "{}:{}".format(*wanted.about) if wanted.about else "",
        "people": trail.people(request.team, wanted.who),
        "kinds": list(KINDS.items()),
        "days": list(DAYS.items()),
        "asked": query.urlencode(),
        "form": form,
    }
    return render(request, PAGE, context, status=status)
