"""Reviewing while signed in: the queue, one review, asking and taking back."""

from functools import partial

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from approvals import queries
from approvals.errors import NobodyToAsk, ReviewClosed
from approvals.forms import AskForm, DecisionForm
from approvals.mail import Files
from approvals.models import Decision, Review
from approvals.services.ask import ask
from approvals.services.decide import withdraw
from approvals.views.answer import take
from posts.errors import NotReady, PostsError
from posts.models import Post
from ui import htmx
from ui.htmx import toast

MINE_AT_ONCE = 50


@member_can("view")
@require_GET
def queue(request: TeamRequest) -> HttpResponse:
    """What waits for me, then what waits for others."""
    mine = queries.waiting_for(request.membership)
    rest = queries.open_reviews(request.team).exclude(pk__in=mine.values("pk"))
    context = {
        "mine": list(mine[:MINE_AT_ONCE]),
        "waiting": mine.count(),
        "page": Paginator(rest, 25).get_page(request.GET.get("page")),
    }
    return htmx.partial(request, "approvals/queue.html", "review_list", context)


@member_can("view")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: TeamRequest, review_id: int) -> HttpResponse:
    found = get_object_or_404(_reviews(request), pk=review_id)
    asked = queries.request_of(found, request.membership)
    form = DecisionForm(request.POST or None)
    status, error = 200, ""
    if request.method == "POST":
        status, error = 403, _("You were not asked to review this post.")
        if asked is not None:
            status, error = take(request, asked, form, via=Decision.Via.PAGE)
        if status == 303:
            return redirect("approvals:review", team=request.team.slug, review_id=found.pk)
        found = get_object_or_404(_reviews(request), pk=review_id)
        asked = queries.request_of(found, request.membership)
    sheet = queries.sheet(found, asked, files=_files(request.team.slug))
    context = {
        "sheet": sheet,
        "form": form,
        "error": error,
        "can_write": request.membership.can("write"),
    }
    return render(request, "approvals/review.html", context, status=status)


def _files(team: str) -> Files:
    whole = partial(_url, "posts:media", team)
    return Files(picture=whole, poster=partial(_url, "posts:media_small", team), video=whole)


def _url(name: str, team: str, asset_id: int) -> str:
    return reverse(name, kwargs={"team": team, "media_id": asset_id})


def _reviews(request: TeamRequest) -> QuerySet[Review]:
    return Review.objects.for_team(request.team).select_related(
        "team", "post__team", "post__author", "revision", "asked_by"
    )


@member_can("write")
@require_POST
def post_review(request: TeamRequest, post_id: int) -> HttpResponse:
    """Send a post for review. htmx gets a toast, a form a redirect to where it came from."""
    post = get_object_or_404(Post.objects.for_team(request.team), pk=post_id)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _refused(request, post, str(form.errors["note"][0]), 422)
    try:
        asked = ask(post=post, by=request.user, note=form.cleaned_data["note"])
    except (NotReady, NobodyToAsk) as error:
        return _refused(request, post, str(error), 422)
    except PostsError as error:
        return _refused(request, post, str(error), 409)
    names = ", ".join(person.name for person in asked.requests.all())
    if request.htmx:
        return toast(
            HttpResponse(status=204),
            _("Sent for review. %(names)s will get a mail.") % {"names": names},
        )
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("posts:post", team=request.team.slug, post_id=post.pk)


def _refused(request: TeamRequest, post: Post, message: str, status: int) -> HttpResponse:
    if request.htmx:
        return toast(HttpResponse(status=status), message, tone="bad")
    context = {"post": post, "message": message, "note": request.POST.get("note", "").strip()}
    return render(request, "approvals/refused.html", context, status=status)


@member_can("write")
@require_POST
def review_withdraw(request: TeamRequest, review_id: int) -> HttpResponse:
    found = get_object_or_404(_reviews(request), pk=review_id)
    try:
        withdraw(review=found, by=request.membership)
    except (ReviewClosed, PostsError) as error:
        return _refused(request, found.post, str(error), 409)
    return redirect("posts:post", team=request.team.slug, post_id=found.post_id)
