"""Earlier versions of a post: what changed in each, and bringing one back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import content, reading
from posts.errors import PostsError
from posts.models import Post
from posts.queries.history import changes
from posts.queries.post import platform_name
from posts.services import compose
from publishers.models import Channel
from ui.htmx import partial


@member_can("view")
@require_GET
def revision(request: TeamRequest, post_id: int, number: int) -> HttpResponse:
    """One version beside the one before it, or beside `?with=` another; 0 is what is there now."""
    post = _find(request, post_id)
    shown = get_object_or_404(post.revisions.select_related("author"), number=number)
    default = shown.number - 1
    other = reading.number(request.GET["with"]) if request.GET.get("with") else default
    before = content.snapshot(post) if other == 0 and "with" in request.GET else None
    if before is None:
        previous = post.revisions.filter(number=other).first()
        before = previous.snapshot if previous else None
    names = {str(c.pk): platform_name(c) for c in Channel.objects.for_team(request.team)}
    context = {
        "post": post,
        "shown": shown,
        "other": other,
        "first": before is None,
        "outdated": post.content_hash != shown.content_hash,
        "changes": changes(before or _nothing(shown.snapshot), shown.snapshot, names),
        "numbers": post.revisions.values_list("number", flat=True)[:100],
        "may_write": request.membership.can("write"),
    }
    return partial(request, "posts/revision.html", "revision_diff", context)


@member_can("write")
@require_POST
def revision_restore(request: TeamRequest, post_id: int, number: int) -> HttpResponse:
    post = _find(request, post_id)
    get_object_or_404(post.revisions, number=number)
    version = reading.number(request.POST.get("version", ""))
    try:
        compose.restore(post=post, number=number, version=version, by=request.user)
    except PostsError as error:
        context = {"reason": str(error), "at": request.path.removesuffix("restore/")}
        return render(request, "409.html", context, status=409)
    messages.success(
        request,
        _("Version %(number)s is back. What was there before is in the list too.")
        % {"number": number},
    )
    return redirect("posts:post", team=request.team.slug, post_id=post_id)


def _find(request: TeamRequest, post_id: int) -> Post:
    posts = Post.objects.for_team(request.team).select_related("team", "campaign")
    return get_object_or_404(posts, pk=post_id)


def _nothing(document: content.Snapshot) -> content.Snapshot:
    """What the first version is compared with: an empty page."""
    return {**document, "title": "", "body": "", "hashtags": [], "media": [], "channels": {}}
