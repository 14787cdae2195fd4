"""One post to look at: what it says, where it goes, what became of it, who said yes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import reading
from posts.errors import BadTime, NotReady, PostsError
from posts.forms import TimeForm, first_errors
from posts.models import Post
from posts.queries import post as query
from posts.services import compose, schedule, trash
from posts.states import Stage
from posts.times import Moment
from posts.views.stored import clock
from ui import dates
from ui.htmx import partial, varied, wants_fragment
from ui.spoken import spoken

PAGE = "posts/post.html"
# Beyond every entry there is.
LATEST = 2**62


@member_can("view")
@require_GET
def post(request: TeamRequest, post_id: int) -> HttpResponse:
    """The page; asked by htmx it answers with every part that changes by itself."""
    return _show(request, post_id)


@member_can("view")
@require_GET
def post_activity(request: TeamRequest, post_id: int) -> HttpResponse:
    """What happened before the entry `before`."""
    found = _find(request, post_id)
    before = reading.number(request.GET.get("before", "")) or LATEST
    told, more = query.earlier(found, before)
    context = {"post": found, "timeline": told, "earlier": more}
    return partial(request, "posts/activity.html", "activity_part", context)


@member_can("schedule")
@require_POST
def post_schedule(request: TeamRequest, post_id: int) -> HttpResponse:
    """Choose or move the time. Where the content may go out it is committed, else only planned."""
    found = _find(request, post_id)
    form = TimeForm(request.POST)
    if not form.is_valid():
        return _show(request, post_id, errors=first_errors(form), status=422)
    try:
        moment = form.moment(timezone.get_current_timezone_name())
        words = _plan(request, found, moment)
    except PostsError as error:
        return _trouble(request, post_id, error)
    messages.success(request, f"{words} {spoken(moment.note)}".strip())
    return redirect("posts:post", team=request.team.slug, post_id=post_id)


def _plan(request: TeamRequest, found: Post, moment: Moment) -> str:
    if found.stage == Stage.SCHEDULED:
        schedule.reschedule(post=found, at=moment, by=request.user)
        return _("Moved to %(at)s.") % {"at": dates.written(moment.local, "d M, H:i")}
    waits = found.team.review_required and found.stage != Stage.APPROVED
    if waits or found.stage == Stage.IN_REVIEW:
        schedule.plan(post=found, at=moment, by=request.user)
        words = _("Planned for %(at)s. It goes out once it is approved.")
    else:
        schedule.schedule(post=found, at=moment, by=request.user)
        words = _("Scheduled for %(at)s.")
    return words % {"at": dates.written(moment.local, "d M, H:i")}


@member_can("publish")
@require_POST
def post_publish(request: TeamRequest, post_id: int) -> HttpResponse:
    try:
        schedule.publish_now(post=_find(request, post_id), by=request.user)
    except PostsError as error:
        return _trouble(request, post_id, error)
    messages.success(request, _("On its way. This page shows what becomes of it."))
    return redirect("posts:post", team=request.team.slug, post_id=post_id)


@member_can("schedule")
@require_POST
def post_unschedule(request: TeamRequest, post_id: int) -> HttpResponse:
    try:
        schedule.unschedule(post=_find(request, post_id), by=request.user)
    except PostsError as error:
        return _trouble(request, post_id, error)
    messages.success(request, _("Taken off the schedule. It has no time now."))
    return redirect("posts:post", team=request.team.slug, post_id=post_id)


@member_can("write")
@require_POST
def post_duplicate(request: TeamRequest, post_id: int) -> HttpResponse:
    copy = compose.duplicate(post=_find(request, post_id), by=request.user)
    messages.success(request, _("This is the copy. The original is as it was."))
    return redirect("posts:edit", team=request.team.slug, post_id=copy.pk)


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def post_delete(request: TeamRequest, post_id: int) -> HttpResponse:
    """GET asks, POST does it."""
    found = _find(request, post_id)
    if request.method != "POST":
        return render(request, "posts/delete.html", {"post": found})
    try:
        trash.trash(post=found, by=request.user)
    except PostsError as error:
        return _trouble(request, post_id, error)
    messages.success(request, _("Moved to the trash. Nothing of it will be published."))
    return redirect("home")


# -- helpers


def _find(request: TeamRequest, post_id: int) -> Post:
    return get_object_or_404(Post.objects.for_team(request.team).select_related("team"), pk=post_id)


def _trouble(request: TeamRequest, post_id: int, error: PostsError) -> HttpResponse:
    lines = (
        [spoken(str(p)) for _pk, p in error.problems]
        if isinstance(error, NotReady)
        else [str(error)]
    )
    status = 422 if isinstance(error, NotReady | BadTime) else 409
    return _show(request, post_id, errors=list(dict.fromkeys(lines)), status=status)


def _show(
    request: TeamRequest, post_id: int, *, errors: list[str] | None = None, status: int = 200
) -> HttpResponse:
    found = query.fetch(request.team, post_id)
    if found is None:
        raise Http404
    planned = timezone.localtime(found.planned_at) if found.planned_at else None
    context = {
        "page": query.page(found),
        "post": found,
        "errors": errors or [],
        "typed": request.POST if errors else clock(planned),
        "may": {
            action: request.membership.can(action)
            for action in ("write", "schedule", "publish", "comment", "review")
        },
        "swap": wants_fragment(request),
    }
    template = f"{PAGE}#post_live" if wants_fragment(request) and not errors else PAGE
    return varied(render(request, template, context, status=status))
