"""The deliveries page, one delivery with its attempts, and what a person may decide about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from delivery.forms import LiveForm
from delivery.queries import jobs, overview, records
from posts.errors import IllegalMove, PostsError
from posts.models import Delivery
from posts.services import deliveries as services
from posts.states import TROUBLED
from ui.htmx import go, partial, toast, wants_fragment

PER_PAGE = 40
LIST = "delivery/list.html"
ONE = "delivery/delivery.html"


@member_can("view")
@require_GET
def deliveries(request: TeamRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    if show and show not in {**jobs.SECTIONS, **jobs.LANES}:
        raise Http404
    frame = overview.overview(request.team)
    context: dict[str, Any] = {"overview": frame, "pulse": records.pulse(), "show": show}
    if show:
        rows = Paginator(jobs.deliveries(request.team, show), PER_PAGE)
        page = rows.get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "jobs": [jobs.job(row) for row in page],
            "title": jobs.title(show),
        }
    else:
        context["sections"] = overview.sections(request.team, frame.counts)
    return partial(request, LIST, "delivery_list", context | _may(request))


@member_can("view")
@require_GET
def delivery(request: TeamRequest, pk: int) -> HttpResponse:
    """The page; by htmx its sheet, or with `as=row` the line that the post's page shows."""
    row = _delivery(request, pk)
    name = "delivery_row" if request.GET.get("as") == "row" else "delivery_sheet"
    return partial(request, ONE, name, _about(request, row))


@member_can("publish")
@require_POST
def delivery_retry(request: TeamRequest, pk: int) -> HttpResponse:
    def retry(row: Delivery) -> str:
        services.resend(delivery=row, by=request.user)
        return _("It goes out now")

    return _decide(request, pk, retry)


@member_can("publish")
@require_POST
def delivery_cancel(request: TeamRequest, pk: int) -> HttpResponse:
    def cancel(row: Delivery) -> str:
        services.cancel(delivery=row, by=request.user)
        return _("It will not be published on %(channel)s") % {"channel": row.channel}

    return _decide(request, pk, cancel)


@member_can("publish")
@require_POST
def delivery_drop(request: TeamRequest, pk: int) -> HttpResponse:
    """Give up what did not go out. What may still go out is cancelled instead."""

    def drop(row: Delivery) -> str:
        if row.state not in TROUBLED:
            raise IllegalMove(_("Somebody decided about it already."))
        services.cancel(delivery=row, by=request.user)
        return _("Dropped")

    return _decide(request, pk, drop)


@member_can("publish")
@require_POST
def delivery_confirm(request: TeamRequest, pk: int) -> HttpResponse:
    form = LiveForm(request.POST)
    if not form.is_valid():
        row = _delivery(request, pk)
        return _shown(request, row, {"form": form, "error": _first_error(form)}, status=422)

    def confirm(row: Delivery) -> str:
        permalink = form.cleaned_data["permalink"]
        services.confirm_live(delivery=row, by=request.user, permalink=permalink)
        return _("Noted as live")

    return _decide(request, pk, confirm)


def _decide(request: TeamRequest, pk: int, act: Callable[[Delivery], str]) -> HttpResponse:
    """Act, and show the row as it is then; when somebody was first, say so with 409."""
    row = _delivery(request, pk)
    try:
        words = act(row)
    except PostsError as refused:
        fresh = _delivery(request, pk)
        answer = _shown(request, fresh, {"error": str(refused)}, status=409)
        return toast(answer, str(refused), tone="bad") if wants_fragment(request) else answer
    if wants_fragment(request):
        return toast(_shown(request, _delivery(request, pk), {}), words)
    messages.success(request, words)
    return go(request, reverse("delivery:delivery", args=[request.team.slug, pk]))


def _shown(
    request: TeamRequest, row: Delivery, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    """By htmx the piece that was asked from: a line of the list, or the sheet of the page."""
    sheet = request.headers.get("HX-Target", "").startswith("delivery-sheet")
    context = _about(request, row) | more
    if wants_fragment(request) and not sheet:
        return render(request, f"{LIST}#delivery_job", context, status=status)
    return partial(request, ONE, "delivery_sheet", context, status)


def _about(request: TeamRequest, row: Delivery) -> dict[str, Any]:
    return {
        "job": jobs.job(row),
        "delivery": row,
        "attempts": records.attempts(row),
        "history": records.history(row),
        "form": LiveForm(),
        **_may(request),
    }


def _may(request: TeamRequest) -> dict[str, Any]:
    may = request.membership.can
    return {"may_publish": may("publish"), "may_connect": may("connect")}


def _delivery(request: TeamRequest, pk: int) -> Delivery:
    rows = Delivery.objects.for_team(request.team).select_related(
        "post__team", "channel", "team", "confirmed_by"
    )
    return get_object_or_404(rows, pk=pk)


def _first_error(form: LiveForm) -> str:
    return str(next(iter(form.errors.values()))[0])
