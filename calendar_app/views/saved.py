"""Saved views: the menu that lists them and keeps another, and the page to put them in order."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from accounts.permissions import who_may
from calendar_app.errors import NameTaken, TooManyViews
from calendar_app.filtering import LONGEST_QUERY, PAGES, kept, query_shown
from calendar_app.forms import SavedViewForm
from calendar_app.models import SavedView
from calendar_app.services import saved
from ui.htmx import go, partial, toast

PER_PAGE = 50


@member_can("view")
@require_http_methods(["GET", "POST"])
def views(request: TeamRequest) -> HttpResponse:
    """What there is; a POST keeps the page `view` with what its address asks for, `query`."""
    if request.method == "GET":
        return _shown(request, SavedViewForm())
    form = SavedViewForm(request.POST)
    if len(request.POST.get("query", "")) > LONGEST_QUERY:
        form.add_error(None, _("These are too many filters to keep. Leave some out."))
    if not form.is_valid() or _page(request.POST) is None:
        return _shown(request, form, 422)
    _may_share(request, form)
    try:
        view = saved.save(
            team=request.team,
            by=request.user,
            page=request.POST["view"],
            query=kept(request.team, request.POST.get("query", "")),
            **form.cleaned_data,
        )
    except (NameTaken, TooManyViews) as error:
        form.add_error(None if isinstance(error, TooManyViews) else "name", str(error))
        return _shown(request, form, 409)
    said = _("Saved as “%s”.") % view
    if not request.htmx:
        messages.success(request, said)
        return redirect(view)
    return toast(_shown(request, SavedViewForm()), said)


@member_can("view")
@require_http_methods(["GET", "POST"])
def view(request: TeamRequest, pk: int) -> HttpResponse:
    """Another name, shared or not: for its owner; others read whose it is."""
    found = get_object_or_404(_seen(request), pk=pk)
    own = found.owner_id == request.user.pk
    if request.method == "POST" and not own:
        raise PermissionDenied(_("Only who saved a view may change it."))
    form = SavedViewForm(request.POST or None, initial={"name": found, "shared": found.shared})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        _may_share(request, form, already=found.shared)
        try:
            saved.rename(view=found, **form.cleaned_data)
        except NameTaken as error:
            form.add_error("name", str(error))
            status = 409
        else:
            return go(request, reverse("calendar_app:saved_views", args=[request.team.slug]))
    can_share = request.membership.can("write")
    context = {"form": form, "view": found, "own": own, "can_share": can_share}
    return partial(request, "calendar_app/view.html", "view_form", context, status)


@member_can("view")
@require_POST
def remove(request: TeamRequest, pk: int) -> HttpResponse:
    """By its owner; what is shared also by who manages the team."""
    found = get_object_or_404(_seen(request), pk=pk)
    if found.owner_id != request.user.pk and not request.membership.can("manage"):
        raise PermissionDenied(_("This needs the role %(role)s.") % {"role": who_may("manage")})
    saved.remove(view=found)
    return go(request, reverse("calendar_app:saved_views", args=[request.team.slug]))


def _seen(request: TeamRequest) -> QuerySet[SavedView]:
    seen = SavedView.objects.for_team(request.team).seen_by(request.user)
    return seen.select_related("owner", "team")


def _shown(request: TeamRequest, form: SavedViewForm, status: int = 200) -> HttpResponse:
    """The menu for htmx, with the query of the page that the browser shows."""
    said = request.POST if request.method == "POST" else request.GET
    page = _page(said)
    query = said.get("query", query_shown(request)) if page else ""
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "page_name": PAGES.get(page or "", ""),
        "query": kept(request.team, query) if page else "",
        "views": Paginator(_seen(request), PER_PAGE).get_page(request.GET.get("page")),
        "can_share": request.membership.can("write"),
        "can_manage": request.membership.can("manage"),
    }
    return partial(request, "calendar_app/views.html", "saved_menu", context, status)


def _page(said: QueryDict) -> str | None:
    page = said.get("view", "")
    return page if page in PAGES else None


def _may_share(request: TeamRequest, form: SavedViewForm, *, already: bool = False) -> None:
    if form.cleaned_data["shared"] and not already and not request.membership.can("write"):
        raise PermissionDenied(_("This needs the role %(role)s.") % {"role": who_may("write")})
