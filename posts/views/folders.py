"""The folders of the library: one page with a form for each."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts.errors import NameTaken, PostsError
from posts.filing import FolderForm
from posts.forms import first_errors
from posts.models import Folder
from posts.queries import library as query
from posts.services import folders

PAGE = "posts/folders.html"
PER_PAGE = 50


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: TeamRequest) -> HttpResponse:
    """POST makes a folder."""
    if request.method != "POST":
        return _show(request)
    form = FolderForm(request.POST)
    if not form.is_valid():
        return _show(request, errors=first_errors(form), typed=request.POST.get("name", ""))
    try:
        made = folders.create(team=request.team, name=form.cleaned_data["name"])
    except PostsError as error:
        typed = form.cleaned_data["name"]
        return _show(request, errors=[str(error)], typed=typed)
    messages.success(request, _("The folder “%(name)s” is there.") % {"name": made})
    return redirect("posts:library_folders", team=request.team.slug)


@member_can("write")
@require_POST
def rename(request: TeamRequest, folder_id: int) -> HttpResponse:
    folder, form = _find(request, folder_id), FolderForm(request.POST)
    if not form.is_valid():
        return _show(request, errors=first_errors(form))
    try:
        folders.rename(folder=folder, name=form.cleaned_data["name"])
    except NameTaken as error:
        return _show(request, errors=[str(error)])
    messages.success(request, _("Saved."))
    return redirect("posts:library_folders", team=request.team.slug)


@member_can("write")
@require_POST
def remove(request: TeamRequest, folder_id: int) -> HttpResponse:
    folder = _find(request, folder_id)
    folders.remove(folder=folder)
    words = _("The folder “%(name)s” is gone. Its files are in the library as before.")
    messages.success(request, words % {"name": folder})
    return redirect("posts:library_folders", team=request.team.slug)


def _find(request: TeamRequest, folder_id: int) -> Folder:
    return get_object_or_404(Folder.objects.for_team(request.team), pk=folder_id)


def _show(request: TeamRequest, *, errors: Sequence[str] = (), typed: str = "") -> HttpResponse:
    counted = query.counted_folders(request.team)
    page = Paginator(counted, PER_PAGE).get_page(request.GET.get("page", "")[:9])
    context = {"page": page, "errors": errors, "typed": typed}
    return render(request, PAGE, context, status=422 if errors else 200)
