"""One delivery with its attempts and its history, and what a person may decide about it."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from delivery.forms import LiveForm, TimeForm, first_error
from delivery.queries import jobs, records, risks, weather
from delivery.queries.folds import folded
from delivery.services import bulk
from delivery.services.bulk import Answer
from delivery.views.answers import decides, undo_url
from delivery.views.list import LIST, may
from posts.errors import BadTime
from posts.models import Delivery
from posts.queries.parts import Item, listed
from ui import dates
from ui.htmx import go, partial, toast, wants_fragment
from ui.spoken import spoken

ONE = "delivery/delivery.html"


@member_can("view")
@require_GET
def delivery(request: TeamRequest, pk: int) -> HttpResponse:
    """The page; by htmx its sheet, or with `as=row` the line that the post's page shows."""
    name = "delivery_row" if request.GET.get("as") == "row" else "delivery_sheet"
    return partial(request, ONE, name, _about(request, _delivery(request, pk)))


@member_can("publish")
@decides
def delivery_retry(request: TeamRequest, pk: int) -> HttpResponse:
    """What may be live needs `looked`, which only the button that asks for it sends."""
    looked = "looked" in request.POST
    return _decide(request, pk, _("It goes out now"), bulk.retry, looked=looked)


@member_can("publish")
@decides
def delivery_cancel(request: TeamRequest, pk: int) -> HttpResponse:
    """Also what only waits for its time."""
    return _decide(request, pk, _("It will not be published"), bulk.cancel)


@member_can("publish")
@decides
def delivery_drop(request: TeamRequest, pk: int) -> HttpResponse:
    """Give up what did not go out. What may still go out is cancelled instead."""
    return _decide(request, pk, _("Dropped"), bulk.drop)


@member_can("publish")
@decides
def delivery_stop(request: TeamRequest, pk: int) -> HttpResponse:
    """Of a thread what is live is enough."""
    return _decide(request, pk, _("It ends here"), bulk.stop)


@member_can("publish")
@decides
def delivery_confirm(request: TeamRequest, pk: int) -> HttpResponse:
    form = LiveForm(request.POST)
    if not form.is_valid():
        shown = {"form": form, "error": first_error(form)}
        return _shown(request, _delivery(request, pk), shown, status=422)
    permalink = form.cleaned_data["permalink"]
    return _decide(request, pk, _("Noted as live"), bulk.mark_published, permalink=permalink)


@member_can("publish")
@decides
def delivery_reschedule(request: TeamRequest, pk: int) -> HttpResponse:
    form = TimeForm(request.POST)
    if not form.is_valid():
        shown = {"time_form": form, "error": first_error(form)}
        return _shown(request, _delivery(request, pk), shown, status=422)
    moment = form.moment(timezone.get_current_timezone_name())
    at = dates.written(moment.local, "D j M, H:i")
    said = spoken(moment.note) or _("It goes out on %(time)s") % {"time": at}
    return _decide(request, pk, said, bulk.reschedule, form, at=moment)


def _decide(
    request: TeamRequest,
    pk: int,
    words: str,
    act: Callable[..., Answer],
    typed: TimeForm | None = None,
    **given: Any,
) -> HttpResponse:
    """Act, and show the row as it is then; when somebody was first, say so with 409.

    `typed`: the form that a time came from. What is wrong with the time is said there.
    """
    _delivery(request, pk)
    try:
        answer = act(team=request.team, ids=[pk], by=request.user, **given)
    except BadTime as refused:
        if typed is None:
            return _refused(request, pk, str(refused), 422)
        typed.refuse(str(refused))
        return _refused(request, pk, str(refused), 422, time_form=typed)
    if answer.refused:
        return _refused(request, pk, answer.refused[0].words, 409)
    if wants_fragment(request):
        shown = _shown(request, _delivery(request, pk), {})
        return toast(shown, words, undo_url=undo_url(request, answer))
    messages.success(request, words)
    return go(request, reverse("delivery:delivery", args=[request.team.slug, pk]))


def _refused(request: TeamRequest, pk: int, words: str, status: int, **more: Any) -> HttpResponse:
    answer = _shown(request, _delivery(request, pk), {"error": words, **more}, status)
    return toast(answer, words, tone="bad") if wants_fragment(request) else answer


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
    [job] = jobs.jobs([row], weather.spared(), by=request.user)
    query = urlsplit(request.headers.get("HX-Current-URL", "")).query
    return {
        # Of the list that a line was asked from.
        "query": query,
        "wanted": bool(query),
        "job": job,
        "delivery": row,
        "attempts": job.attempts,
        "log": job.log,
        "parts": _parts(row),
        "history": folded(
            records.history(row), lambda one: (one["words"], one["who"], one["reason"])
        ),
        "mend_url": risks.mend_url(row),
        "form": LiveForm(),
        "time_form": TimeForm(),
        **may(request),
    }


def _parts(row: Delivery) -> Sequence[Item]:
    if row.revision is None:
        return []
    return listed(row, row.revision.snapshot, list(row.parts.all()))


def _delivery(request: TeamRequest, pk: int) -> Delivery:
    rows = jobs.deliveries_of(request.team).select_related("team", "revision")
    return get_object_or_404(rows, pk=pk)
