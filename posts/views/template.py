"""One template: what it says, what was made from it, its versions; and a post from it."""

import secrets
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
from posts.errors import PostsError
from posts.models import Template, TemplateVersion
from posts.queries import templates as query
from posts.queries.post import platform_name
from posts.services import templates as services
from posts.templateforms import UseForm
from publishers.models import Channel
from ui.htmx import partial

PAGE = "posts/template.html"
VERSION = "posts/template_version.html"
USE = "posts/template_use.html"
PER_PAGE = 20
POSTS = 8


@member_can("view")
@require_GET
def template(request: TeamRequest, template_id: int) -> HttpResponse:
    found = _find(request, template_id)
    pages = Paginator(query.versions(found), PER_PAGE)
    [row] = query.rows(request.team, [found])
    context = {
        "template": found,
        "row": row,
        "channels": _channels(request, row.outline),
        "page": pages.get_page(request.GET.get("page")),
        "posts": query.made(found)[:POSTS],
        "may_write": request.membership.can("write"),
    }
    return partial(request, PAGE, "template_page", context)


@member_can("write")
@require_POST
def template_archive(request: TeamRequest, template_id: int) -> HttpResponse:
    found = _find(request, template_id)
    try:
        services.archive(template=found)
    except PostsError as error:
        return _refuse(request, found, error)
    words = _("“%(name)s” is archived. It can be brought back at any time.")
    messages.success(request, words % {"name": found})
    return redirect("posts:templates", team=request.team.slug)


@member_can("write")
@require_POST
def template_unarchive(request: TeamRequest, template_id: int) -> HttpResponse:
    found = _find(request, template_id)
    try:
        services.take_out(template=found)
    except PostsError as error:
        return _refuse(request, found, error)
    messages.success(request, _("“%(name)s” is back.") % {"name": found})
    return redirect("posts:template", team=request.team.slug, template_id=found.pk)


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def template_use(request: TeamRequest, template_id: int) -> HttpResponse:
    """Ask what stands in the gaps; then there is a draft, to be written on."""
    found = _find(request, template_id)
    if found.archived_at:
        return _refuse(request, found, services.archived(found))
    asked = reading.number(request.POST.get("number", "")) or found.version
    version = get_object_or_404(found.versions.select_related("template__team"), number=asked)
    outline = outlines.read(version.document)
    initial = {"token": secrets.token_hex(16), "number": version.number}
    posted = request.POST if request.method == "POST" else None
    form = UseForm(posted, outline=outline, initial=initial)
    if posted is None or not form.is_valid():
        return _ask(request, version, outline, form, 200 if posted is None else 422)
    draft = services.draft_of(request.team, outline, form.values)
    token = form.cleaned_data["token"] or secrets.token_hex(16)
    try:
        post = services.use(version=version, draft=draft, token=token, by=request.user)
    except PostsError as error:
        return _refuse(request, found, error)
    messages.success(request, _("Made from “%(name)s”. Now it is yours.") % {"name": found})
    return redirect("posts:edit", team=request.team.slug, post_id=post.pk)


@member_can("view")
@require_GET
def template_version(request: TeamRequest, template_id: int, number: int) -> HttpResponse:
    """One version beside the one before it, or with `?with=0` beside the latest."""
    found = _find(request, template_id)
    shown = get_object_or_404(found.versions.select_related("author"), number=number)
    now = request.GET.get("with") == "0"
    other = found.versions.filter(number=found.version if now else shown.number - 1).first()
    before = outlines.read(other.document) if other else outlines.Outline()
    after = outlines.read(shown.document)
    names = {c.pk: platform_name(c) for c in Channel.objects.for_team(request.team)}
    context = {
        "template": found,
        "shown": shown,
        "first": other is None,
        "now": now,
        "changes": query.changes(before, after, names),
        "may_write": request.membership.can("write"),
    }
    return partial(request, VERSION, "template_diff", context)


@member_can("write")
@require_POST
def template_version_restore(request: TeamRequest, template_id: int, number: int) -> HttpResponse:
    found = _find(request, template_id)
    get_object_or_404(found.versions, number=number)
    version = reading.number(request.POST.get("version", ""))
    try:
        services.restore(template=found, number=number, version=version, by=request.user)
    except PostsError as error:
        return _refuse(request, found, error)
    messages.success(request, _("Version %(number)s is back, as a new one.") % {"number": number})
    return redirect("posts:template", team=request.team.slug, template_id=found.pk)


# -- helpers


def _find(request: TeamRequest, template_id: int) -> Template:
    rows = Template.objects.for_team(request.team).select_related("team")
    return get_object_or_404(rows, pk=template_id)


def _channels(request: TeamRequest, outline: outlines.Outline) -> list[tuple[Channel, str]]:
    """Those that posts from it go to and that are still there, with the text they have alone."""
    rows = Channel.objects.for_team(request.team).filter(pk__in=outline.channels)
    return [(channel, outline.channels[channel.pk] or "") for channel in rows]


def _ask(
    request: TeamRequest,
    version: TemplateVersion,
    outline: outlines.Outline,
    form: UseForm,
    status: int,
) -> HttpResponse:
    context: dict[str, Any] = {
        "template": version.template,
        "version": version,
        "outline": outline,
        "channels": _channels(request, outline),
        "form": form,
    }
    return render(request, USE, context, status=status)


def _refuse(request: TeamRequest, found: Template, error: PostsError) -> HttpResponse:
    at = found.get_absolute_url()
    return render(request, "409.html", {"reason": str(error), "at": at}, status=409)
