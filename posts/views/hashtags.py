"""Groups of hashtags: the page to keep them, and what the composer offers of them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import reading
from posts.errors import PostsError
from posts.forms import first_errors
from posts.hashtagforms import HashtagGroupForm
from posts.models import HashtagGroup
from posts.models.hashtags import LONGEST_TAG
from posts.queries import hashtags as query
from posts.services import hashtags as services
from posts.views import desk
from ui.htmx import partial

PAGE = "posts/hashtags.html"
PICK = "posts/hashtags_pick.html"
PER_PAGE = 50


@member_can("view")
@require_GET
def groups(request: TeamRequest) -> HttpResponse:
    return _show(request)


@member_can("write")
@require_POST
def group_new(request: TeamRequest) -> HttpResponse:
    form = HashtagGroupForm(request.POST)
    if not form.is_valid():
        return _show(request, typed=request.POST, errors=first_errors(form))
    name, tags = form.cleaned_data["name"], form.cleaned_data["tags"]
    try:
        made = services.create(team=request.team, name=name, tags=tags)
    except PostsError as error:
        return _show(request, typed=request.POST, errors=[str(error)], status=409)
    messages.success(request, _("The group “%(name)s” is there.") % {"name": made})
    return redirect("posts:hashtags", team=request.team.slug)


@member_can("write")
@require_POST
def group(request: TeamRequest, group_id: int) -> HttpResponse:
    """Another name, other tags."""
    found, form = _find(request, group_id), HashtagGroupForm(request.POST)
    if not form.is_valid():
        return _show(request, of=found, typed=request.POST, errors=first_errors(form))
    said = form.cleaned_data
    try:
        services.change(
            group=found, name=said["name"], tags=said["tags"], version=said["version"] or 0
        )
    except PostsError as error:
        return _show(request, of=found, typed=request.POST, errors=[str(error)], status=409)
    messages.success(request, _("Saved."))
    return redirect("posts:hashtags", team=request.team.slug)


@member_can("write")
@require_POST
def group_remove(request: TeamRequest, group_id: int) -> HttpResponse:
    found = _find(request, group_id)
    services.remove(group=found)
    words = _("The group “%(name)s” is gone. Posts keep their hashtags.")
    messages.success(request, words % {"name": found})
    return redirect("posts:hashtags", team=request.team.slug)


@member_can("write")
@require_GET
def pick(request: TeamRequest) -> HttpResponse:
    """What there is to insert; as a page, for the `post` that it is for."""
    return _pick(request, request.GET)


@member_can("write")
@require_POST
def add(request: TeamRequest) -> HttpResponse:
    """Put a `group`, or one `tag`, behind the hashtags that the `post` has."""
    post = desk.find(request, reading.number(request.POST.get("post", "")))
    tags = _chosen(request)
    if not tags:
        return _pick(request, request.POST, error=_("Choose a group or a hashtag."), status=422)
    try:
        services.add(post=post, tags=tags, by=request.user)
    except PostsError as error:
        return _pick(request, request.POST, error=str(error), status=409)
    words = ngettext("%(n)s hashtag is in the post.", "%(n)s hashtags are in the post.", len(tags))
    messages.success(request, words % {"n": len(tags)})
    url = reverse("posts:edit", args=[request.team.slug, post.pk])
    return redirect(f"{url}#hashtags")


@member_can("write")
@require_GET
def known(request: TeamRequest) -> HttpResponse:
    """Hashtags that begin with `q`, for the list that opens at a #."""
    letters = request.GET.get("q", "")[:LONGEST_TAG]
    found = query.beginning(request.team, letters) if letters else []
    return JsonResponse({"tags": [{"handle": one.tag, "role": _said(one.posts)} for one in found]})


# -- helpers


def _find(request: TeamRequest, group_id: int) -> HashtagGroup:
    return get_object_or_404(HashtagGroup.objects.for_team(request.team), pk=group_id)


def _chosen(request: TeamRequest) -> list[str]:
    """The tags of the group, if it is still there; or the one tag."""
    pk = reading.number(request.POST.get("group", ""))
    if pk:
        groups = HashtagGroup.objects.for_team(request.team).filter(pk=pk)
        return list(groups.values_list("tags", flat=True).first() or [])
    found, wrong = reading.hashtags(request.POST.get("tag", "")[:LONGEST_TAG])
    return [] if wrong else found[:1]


def _said(posts: int) -> str:
    if not posts:
        return _("in a group")
    return ngettext("%(n)s post", "%(n)s posts", posts) % {"n": posts}


def _pick(
    request: TeamRequest, asked: QueryDict, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "groups": query.groups(request.team),
        "learnt": query.learnt(request.team),
        "post_id": reading.number(asked.get("post", "")),
        "error": error,
        "most": query.SHOWN,
    }
    return partial(request, PICK, "hashtags_list", context, status)


def _show(
    request: TeamRequest,
    *,
    of: HashtagGroup | None = None,
    typed: QueryDict | None = None,
    errors: Sequence[str] = (),
    status: int = 422,
) -> HttpResponse:
    """`of`: the group whose form was refused; without one it is the form of a new group."""
    page = Paginator(query.groups(request.team), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "learnt": query.learnt(request.team),
        "most": query.SHOWN,
        "errors": errors,
        "of": of,
        "typed": typed,
        "may_write": request.membership.can("write"),
    }
    return render(request, PAGE, context, status=status if errors else 200)
