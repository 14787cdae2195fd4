"""A team's webhooks: where they go, what they hear, and what was answered."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from notifications import queries, webhooks
from notifications.forms import EndpointForm, ReplayForm
from notifications.models import Endpoint

PER_PAGE = 25


@member_can("manage")
@require_http_methods(["GET", "POST"])
def endpoints(request: TeamRequest) -> HttpResponse:
    form = EndpointForm(
        request.POST if request.method == "POST" else None, initial={"style": "generic"}
    )
    if form.is_valid():
        try:
            made, secret = webhooks.add(team=request.team, by=request.user, **form.cleaned_data)
        except webhooks.TooMany:
            most = webhooks.MOST_ENDPOINTS
            form.add_error(None, _("A team has %(n)s webhooks at most.") % {"n": most})
        else:
            return _page(request, made, secret=secret)
    context = {"form": form, "endpoints": list(queries.endpoints(request.team))}
    status = 422 if form.is_bound else 200
    return render(request, "notifications/webhooks.html", context, status=status)


@member_can("manage")
@require_http_methods(["GET", "POST"])
def endpoint(request: TeamRequest, pk: int) -> HttpResponse:
    """The address and the secret are not shown again."""
    row = _mine(request, pk)
    if request.method != "POST":
        return _page(request, row)
    form = EndpointForm(request.POST, known=True)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    webhooks.change(row, **form.cleaned_data)
    messages.success(request, _("Saved"))
    return _back(request, row)


@member_can("manage")
@require_POST
def rotate(request: TeamRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    secret = webhooks.rotate(row)
    return _page(request, _mine(request, pk), secret=secret)


@member_can("manage")
@require_POST
def test(request: TeamRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    webhooks.test(row)
    messages.success(request, _("A test is on its way. Its answer will stand below."))
    return _back(request, row)


@member_can("manage")
@require_POST
def pause(request: TeamRequest, pk: int) -> HttpResponse:
    """And back: what is paused goes on."""
    row = _mine(request, pk)
    if row.pause:
        webhooks.resume(row)
        messages.success(request, _("It goes on"))
    else:
        webhooks.pause(row)
        messages.success(request, _("Paused. What happens meanwhile is not kept for it."))
    return _back(request, row)


@member_can("manage")
@require_POST
def replay(request: TeamRequest, pk: int) -> HttpResponse:
    row, form = _mine(request, pk), ReplayForm(request.POST)
    if not form.is_valid() or not any(form.cleaned_data.values()):
        return HttpResponseBadRequest(_("Choose one call, or a time."))
    hours = form.cleaned_data["hours"]
    since = timezone.now() - timedelta(hours=hours) if hours else None
    count = webhooks.replay(row, call=form.cleaned_data["call"] or 0, since=since)
    said = ngettext("%(n)d event is sent again", "%(n)d events are sent again", count)
    messages.success(request, said % {"n": count})
    return _back(request, row)


@member_can("manage")
@require_POST
def remove(request: TeamRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    webhooks.remove(row)
    messages.success(request, _("%(name)s was removed") % {"name": row.name})
    return redirect("notifications:webhooks", team=request.team.slug)


def _mine(request: TeamRequest, pk: int) -> Endpoint:
    return get_object_or_404(Endpoint.objects.for_team(request.team), pk=pk)


def _back(request: TeamRequest, row: Endpoint) -> HttpResponse:
    return redirect("notifications:webhook", team=request.team.slug, pk=row.pk)


def _page(
    request: TeamRequest,
    row: Endpoint,
    *,
    form: EndpointForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    known = {"name": row.name, "style": row.style, "events": row.events}
    context = {
        "endpoint": row,
        "form": form or EndpointForm(initial=known, known=True),
        "replay": ReplayForm(auto_id="replay_%s", initial={"hours": 24}),
        "secret": secret,
        "page": Paginator(queries.log(row), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "notifications/webhook.html", context, status=status)
