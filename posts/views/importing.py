"""Bringing in many posts at once: the file, its columns, what would come of it, and what did."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import tasks
from posts.errors import PostsError, UploadRefused
from posts.importforms import ColumnsForm, FileForm
from posts.models import Import
from posts.queries import exporting
from posts.queries import imports as query
from posts.services import importer
from posts.services.known import channels_of
from ui.formulas import harmless
from ui.handout import handed_out
from ui.htmx import partial

PER_PAGE = 30
PAGE = "posts/import.html"
Step = Import.Step


@member_can("write")
@require_GET
def imports(request: TeamRequest) -> HttpResponse:
    """What was brought in before, newest first."""
    page = Paginator(query.imports(request.team), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "imports": query.of_page(page)}
    return partial(request, "posts/imports.html", "import_list", context)


@member_can("write")
@require_http_methods(["GET", "POST"])
def import_new(request: TeamRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "posts/import_new.html", {"form": FileForm()})
    form, status = FileForm(request.POST, request.FILES), 422
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            importing = importer.take_in(
                team=request.team, by=request.user, file=file, size=file.size, name=file.name
            )
            return redirect("posts:import_columns", request.team.slug, importing.pk)
        except UploadRefused as refused:
            form.add_error("file", str(refused))
            status = refused.status
    return render(request, "posts/import_new.html", {"form": form}, status=status)


@member_can("write")
@require_http_methods(["GET", "POST"])
def import_columns(request: TeamRequest, import_id: int) -> HttpResponse:
    """What each column is; saved, every row is looked at."""
    importing = _find(request, import_id)
    if importing.step not in (Step.MAPPING, Step.CHECKED):
        return _answer(request, importing, 200 if request.method == "GET" else 409)
    targets = query.targets(list(channels_of(request.team).values()))
    posted = request.POST if request.method == "POST" else None
    form = ColumnsForm(posted, importing=importing, targets=targets)
    if form.is_valid():
        cleaned = form.cleaned_data
        return _go_on(
            request,
            importing,
            lambda: importer.map_columns(
                importing=importing,
                chosen=form.chosen,
                zone=cleaned["zone"],
                month_first=cleaned["slashes"] == "month",
            ),
        )
    rows = list(zip(form.columns, importer.samples(importing), strict=True))
    context = {"importing": importing, "form": form, "columns": rows}
    status = 422 if form.is_bound else 200
    return render(request, "posts/import_columns.html", context, status=status)


@member_can("write")
@require_GET
def import_page(request: TeamRequest, import_id: int) -> HttpResponse:
    """Where it stands. Asked by htmx it answers with the part that changes by itself."""
    importing = _find(request, import_id)
    if importing.step == Step.MAPPING:
        return redirect("posts:import_columns", request.team.slug, importing.pk)
    return _answer(request, importing)


@member_can("write")
@require_POST
def import_confirm(request: TeamRequest, import_id: int) -> HttpResponse:
    importing = _find(request, import_id)
    mark = request.POST.get("mark", "")
    return _go_on(
        request,
        importing,
        lambda: importer.confirm(importing=importing, by=request.user, mark=mark),
    )


@member_can("write")
@require_POST
def import_stop(request: TeamRequest, import_id: int) -> HttpResponse:
    importing = _find(request, import_id)
    return _go_on(request, importing, lambda: importer.stop(importing=importing))


@member_can("write")
@require_http_methods(["GET", "POST"])
def import_undo(request: TeamRequest, import_id: int) -> HttpResponse:
    """GET asks, POST does it."""
    importing = _find(request, import_id)
    if request.method == "GET":
        context = {"importing": importing, "standing": query.standing(importing)}
        return render(request, "posts/import_undo.html", context)
    return _go_on(request, importing, lambda: importer.undo(importing=importing, by=request.user))


@member_can("write")
@require_POST
def import_discard(request: TeamRequest, import_id: int) -> HttpResponse:
    importing = _find(request, import_id)
    try:
        importer.discard(importing=importing)
    except PostsError as error:
        return _refused(request, importing, error)
    messages.success(request, _("Discarded. Nothing was made of it."))
    return redirect("posts:imports", request.team.slug)


# -- files


@member_can("write")
@require_GET
def import_template(request: TeamRequest, ending: str) -> HttpResponseBase:
    """Headings that an import knows, and two rows to write over."""
    channels = list(channels_of(request.team).values())[:2]
    names = ", ".join(exporting.name_of(channel) for channel in channels)
    day, zone = timezone.localdate() + timedelta(days=7), request.team.time_zone
    rows = [
        list(exporting.COLUMNS),
        [_("What the post says"), _("A name for the team"), names, day.isoformat(), "09:30", zone,
         _("first tag, second tag"), "", request.user.email, "", "", ""],
        [_("An idea for later"), *[""] * 9, "idea", ""],
    ]  # fmt: skip
    return handed_out(request, ending, name="import-template", rows=rows)


@member_can("write")
@require_GET
def import_left_out(request: TeamRequest, import_id: int) -> HttpResponseBase:
    """To mend and bring in again: each row with what is wrong with it."""
    importing = _find(request, import_id)
    rows = ([harmless(cell) for cell in row] for row in query.wrong_rows(importing))
    return handed_out(request, "csv", name=f"import-{importing.pk}-left-out", rows=rows)


# -- helpers


def _find(request: TeamRequest, import_id: int) -> Import:
    return get_object_or_404(query.of_team(request.team), pk=import_id)


def _go_on(request: TeamRequest, importing: Import, act: Callable[[], None]) -> HttpResponse:
    """One step further, and a worker is woken for it."""
    try:
        act()
    except PostsError as error:
        return _refused(request, importing, error)
    tasks.import_soon(importing.pk)
    return redirect("posts:import", request.team.slug, importing.pk)


def _refused(request: TeamRequest, importing: Import, error: PostsError) -> HttpResponse:
    return _answer(request, _find(request, importing.pk), 409, str(error))


def _answer(
    request: TeamRequest, importing: Import, status: int = 200, error: str = ""
) -> HttpResponse:
    standing = query.standing(importing)
    shown = query.shown(standing, request.GET.get("show", ""))
    page, lines = query.lines(importing, shown, request.GET.get("page"))
    context = {
        "importing": importing,
        "standing": standing,
        "mark": importer.mark_of(importing),
        "tabs": query.tabs(standing),
        "shown": shown,
        "asked": "show" in request.GET,
        "page": page,
        "lines": lines,
        "error": error,
        "may_schedule": request.membership.can("schedule"),
    }
    return partial(request, PAGE, "import_live", context, status)
