"""Templates: the list of them, and the form in which one is written."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import outline as outlines
from posts import reading
from posts.errors import Outdated, PostsError
from posts.models import Post, Template
from posts.queries import templates as query
from posts.queries.post import platform_name
from posts.services import templates as services
from posts.templateforms import TemplateForm, wanted
from publishers.models import Channel
from ui.htmx import partial

PAGE = "posts/templates.html"
FORM = "posts/template_form.html"
PER_PAGE = 24


@member_can("view")
@require_GET
def templates(request: TeamRequest) -> HttpResponse:
    asked = wanted(request.GET)
    found = query.found(request.team, asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": query.rows(request.team, list(page.object_list)),
        "wanted": asked,
        "categories": query.categories(request.team),
        "may_write": request.membership.can("write"),
    }
    return partial(request, PAGE, "templates_list", context)


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def template_new(request: TeamRequest) -> HttpResponse:
    """Empty, or with what the post `?post=` says."""
    if request.method != "POST":
        return _show(request, TemplateForm(team=request.team, begun=_begun(request)))
    form = TemplateForm(request.POST, team=request.team)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        made = services.create(team=request.team, by=request.user, outline=form.outline)
    except PostsError as error:
        form.add_error(None, str(error))
        return _show(request, form, status=409)
    messages.success(request, _("The template “%(name)s” is there.") % {"name": made})
    return redirect("posts:template", team=request.team.slug, template_id=made.pk)


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: TeamRequest, template_id: int) -> HttpResponse:
    found = _find(request, template_id)
    if request.method != "POST":
        form = TemplateForm(team=request.team, begun=query.outline(found))
        return _show(request, form, template=found, version=found.version)
    form = TemplateForm(request.POST, team=request.team)
    if not form.is_valid():
        version = reading.number(request.POST.get("version", ""))
        return _show(request, form, template=found, version=version, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        services.save(template=found, outline=form.outline, version=version, by=request.user)
    except Outdated as error:
        return _conflict(request, form, found, error)
    except PostsError as error:
        form.add_error(None, str(error))
        return _show(request, form, template=found, version=version, status=409)
    messages.success(request, _("Saved."))
    return redirect("posts:template", team=request.team.slug, template_id=found.pk)


@member_can("write")
@require_POST
def template_fields(request: TeamRequest) -> HttpResponse:
    """The placeholders of what is typed; stores nothing."""
    form = TemplateForm(request.POST, team=request.team)
    return render(request, f"{FORM}#template_gaps", {"form": form})


# -- helpers


def _find(request: TeamRequest, template_id: int) -> Template:
    rows = Template.objects.for_team(request.team).select_related("team")
    return get_object_or_404(rows, pk=template_id)


def _begun(request: TeamRequest) -> outlines.Outline:
    if "post" not in request.GET:
        return outlines.Outline()
    posts = Post.objects.for_team(request.team).prefetch_related("variants", "tags")
    return query.outline_of(get_object_or_404(posts, pk=reading.number(request.GET["post"])))


def _conflict(
    request: TeamRequest, form: TemplateForm, found: Template, error: Outdated
) -> HttpResponse:
    """What is stored now, and how the form differs; sent again it becomes the next version."""
    found.refresh_from_db()
    names = {c.pk: platform_name(c) for c in Channel.objects.for_team(request.team)}
    changes = query.changes(query.outline(found), form.outline, names)
    return _show(
        request,
        form,
        template=found,
        version=found.version,
        conflict={"words": str(error), "changes": changes},
        status=409,
    )


def _show(request: TeamRequest, form: TemplateForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "categories": query.categories(request.team), **more}
    return render(request, FORM, context, status=status)
