"""Talking about a post. Each answer to htmx is the whole list, with the forms that were not sent
marked to stay as they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import rates
from accounts.access import member_can
from accounts.http import TeamRequest
from accounts.permissions import who_may
from posts import reading
from posts.comment_form import CommentForm
from posts.errors import NotTheAuthor, PostsError, TooManyMentions
from posts.forms import first_errors
from posts.models import Comment, Post
from posts.models.comment import MAX_QUOTE, MAX_TEXT
from posts.queries import comments as query
from posts.services import comments as service
from posts.services.comments import Words
from ui import htmx

PAGE = "posts/comments.html"
NEW = "comment-new"
PER_MINUTE = 20


@dataclass(frozen=True)
class Refused:
    """What was typed into which form, and why it was not taken."""

    form: str
    text: str
    external: bool
    on: str
    error: str
    marked: Mapping[str, str]


@member_can("view")
@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: TeamRequest, post_id: int) -> HttpResponse:
    """POST adds a comment, or an answer where `parent` is one."""
    post = _post(request, post_id)
    if request.method != "POST":
        return _show(request, post)
    if not request.membership.can("comment"):
        raise PermissionDenied(_("This needs the role %(role)s.") % {"role": who_may("comment")})
    parent = reading.number(request.POST.get("parent", ""))
    sent = f"answer-{parent}" if parent else NEW
    return _take(
        request,
        post,
        sent,
        lambda words: service.write(post=post, by=request.user, words=words, parent=parent),
    )


@member_can("comment")
@require_POST
def comment(request: TeamRequest, post_id: int, comment_id: int) -> HttpResponse:
    """Change its words, or who may read them."""
    found = _comment(request, post_id, comment_id)
    return _take(
        request,
        found.post,
        f"edit-{found.pk}",
        lambda words: service.edit(comment=found, by=request.user, words=words),
    )


@member_can("comment")
@require_POST
def comment_remove(request: TeamRequest, post_id: int, comment_id: int) -> HttpResponse:
    found = _comment(request, post_id, comment_id)
    return _do(request, found, service.remove)


@member_can("comment")
@require_POST
def comment_resolve(request: TeamRequest, post_id: int, comment_id: int) -> HttpResponse:
    return _do(request, _comment(request, post_id, comment_id), service.resolve)


@member_can("comment")
@require_POST
def comment_reopen(request: TeamRequest, post_id: int, comment_id: int) -> HttpResponse:
    return _do(request, _comment(request, post_id, comment_id), service.reopen)


@member_can("comment")
@require_GET
def mentions(request: TeamRequest) -> HttpResponse:
    """Members whose name begins with `q`, for the list that opens at an @."""
    beginning = request.GET.get("q", "")[:60]
    found = query.suggested(request.team, by=request.user, beginning=beginning)
    return JsonResponse({"people": [{"handle": name, "role": role} for name, role in found]})


# -- helpers


def _post(request: TeamRequest, post_id: int) -> Post:
    return get_object_or_404(Post.objects.for_team(request.team).select_related("team"), pk=post_id)


def _comment(request: TeamRequest, post_id: int, comment_id: int) -> Comment:
    ours = Comment.objects.for_team(request.team).select_related("post__team", "parent")
    return get_object_or_404(ours, pk=comment_id, post=post_id, post__trashed_at=None)


def _take(
    request: TeamRequest, post: Post, sent: str, act: Callable[[Words], object]
) -> HttpResponse:
    """Read the form and act with its words; refused, they stay in the form."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _refuse(request, post, sent, first_errors(form)[0], 422)
    if _too_often(request):
        words = _("That is a lot at once. Wait a minute, then try again.")
        return htmx.toast(_refuse(request, post, sent, words, 429), words, tone="bad")
    try:
        act(form.words)
    except NotTheAuthor as error:
        raise PermissionDenied(str(error)) from error
    except TooManyMentions as error:
        return _refuse(request, post, sent, str(error), 422)
    except PostsError as error:
        return _refuse(request, post, sent, str(error), 409)
    return _done(request, post, sent)


def _do(request: TeamRequest, found: Comment, act: Callable[..., None]) -> HttpResponse:
    if _too_often(request):
        words = _("That is a lot at once. Wait a minute, then try again.")
        return htmx.toast(_show(request, found.post, notice=words, status=429), words, tone="bad")
    try:
        act(comment=found, by=request.user)
    except NotTheAuthor as error:
        raise PermissionDenied(str(error)) from error
    except PostsError as error:
        return _show(request, found.post, notice=str(error), status=409)
    return _done(request, found.post, "")


def _too_often(request: TeamRequest) -> bool:
    """Count one more of this person; whether that is too many within a minute."""
    return rates.wait(f"comments:{request.user.pk}", most=PER_MINUTE, seconds=60) > 0


def _done(request: TeamRequest, post: Post, sent: str) -> HttpResponse:
    if htmx.wants_fragment(request):
        return _show(request, post, sent=sent)
    page = reverse("posts:comments", args=[request.team.slug, post.pk])
    return HttpResponseRedirect(f"{page}#talk")


def _refuse(request: TeamRequest, post: Post, sent: str, error: str, status: int) -> HttpResponse:
    typed = request.POST.get("text", "")[: MAX_TEXT * 2]
    said = request.POST.get("on", "")
    marked = {
        name: request.POST.get(name, "")[:MAX_QUOTE] for name in ("marked", "channel", "near")
    }
    refused = Refused(sent, typed, "external" in request.POST, said, error, marked)
    return _show(request, post, sent=sent, refused=refused, status=status)


def _show(
    request: TeamRequest,
    post: Post,
    *,
    sent: str = "",
    refused: Refused | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    """`sent`: the form that is drawn anew; the page keeps the others as somebody left them."""
    asked = request.POST if request.method == "POST" else request.GET
    before = 0 if sent == NEW else reading.number(asked.get("before", ""))
    talk = query.talk(post, reader=request.user, before=before)
    context = {
        "post": post,
        "talk": talk,
        "before": before or "",
        "sent": sent,
        **_where(request, refused, talk),
        "notice": notice,
        "may_comment": request.membership.can("comment"),
        "swap": htmx.wants_fragment(request),
    }
    return htmx.partial(request, PAGE, "comment_list", context, status)


def _where(
    request: TeamRequest, refused: Refused | None, talk: query.Talk
) -> dict[str, Refused | None]:
    """In its own form, if that is not gone with the thread. A page drawn anew has room for it in
    that of a new comment; in one that stays there may be other words by now.
    """
    if refused is None or refused.form in {NEW, *talk.forms}:
        return {"refused": refused}
    if htmx.wants_fragment(request):
        return {"lost": refused}
    return {"refused": replace(refused, form=NEW)}
