"""Reviewing while signed in: one review, and taking it back."""

from functools import partial

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from accounts.models import Membership
from approvals import queries
from approvals.errors import ReviewClosed, ReviewError
from approvals.forms import DecisionForm
from approvals.mail import Files
from approvals.models import Decision, Review, ReviewRequest
from approvals.queries import Sheet
from approvals.services.decide import withdraw
from approvals.services.delegating import candidates, delegate
from approvals.views.answer import status_of, take
from approvals.views.asking import refused
from posts import reading
from posts.errors import PostsError
from posts.models import Post
from ui import htmx


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
            return _answered(request, found)
        found = get_object_or_404(_reviews(request), pk=review_id)
        asked = queries.request_of(found, request.membership)
    sheet = _sheet(request, found, asked)
    context = {
        "sheet": sheet,
        "form": form,
        "error": error,
        "can_write": request.membership.can("write"),
        "may_comment": request.membership.can("comment"),
        "others": candidates(found) if _may_hand_on(sheet) else [],
    }
    return render(request, "approvals/review.html", context, status=status)


@member_can("review")
@require_GET
def post_answer(request: TeamRequest, post_id: int) -> HttpResponse:
    """The review of a post in a dialog of the page that shows it; its form goes to the review's own
    page, which decides, and leads back. Without htmx: that page itself.
    """
    post = get_object_or_404(Post.objects.for_team(request.team), pk=post_id)
    found = _reviews(request).filter(post=post).last()
    at = reverse("posts:post", args=[request.team.slug, post.pk])
    if found is not None:
        at = reverse("approvals:review", args=[request.team.slug, found.pk])
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(at)
    asked = queries.request_of(found, request.membership) if found else None
    context = {
        "post": post,
        "sheet": _sheet(request, found, asked) if found else None,
        "action": at,
        "next": request.htmx.current_url_abs_path or "",
    }
    return htmx.varied(render(request, "approvals/answer.html", context))


def _answered(request: TeamRequest, review: Review) -> HttpResponse:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        said = _("Your answer to “%(title)s” is recorded.") % {"title": review.post}
        messages.success(request, said)
        return HttpResponseRedirect(target)
    return redirect("approvals:review", team=request.team.slug, review_id=review.pk)


def _sheet(request: TeamRequest, review: Review, asked: ReviewRequest | None) -> Sheet:
    files = _files(request.team.slug)
    return queries.sheet(review, asked, files=files, known=request.membership)


def _files(team: str) -> Files:
    whole = partial(_url, "posts:media", team)
    return Files(picture=whole, poster=partial(_url, "posts:media_small", team), video=whole)


def _url(name: str, team: str, asset_id: int) -> str:
    return reverse(name, kwargs={"team": team, "media_id": asset_id})


def _reviews(request: TeamRequest) -> QuerySet[Review]:
    asked = ReviewRequest.objects.select_related("stands_for", "membership")
    return (
        Review.objects.for_team(request.team)
        .select_related("team", "post__team", "post__author", "revision", "asked_by")
        .prefetch_related("rounds", Prefetch("requests", asked))
    )


@member_can("write")
@require_POST
def review_withdraw(request: TeamRequest, review_id: int) -> HttpResponse:
    found = get_object_or_404(_reviews(request), pk=review_id)
    try:
        withdraw(review=found, by=request.membership)
    except (ReviewClosed, PostsError) as error:
        return refused(request, found.post, str(error), 409)
    return redirect("posts:post", team=request.team.slug, post_id=found.post_id)


@member_can("review")
@require_POST
def review_delegate(request: TeamRequest, review_id: int) -> HttpResponse:
    """To a member of the team; who was not asked has nothing to hand on."""
    found = get_object_or_404(_reviews(request), pk=review_id)
    asked = queries.request_of(found, request.membership)
    if asked is None:
        return refused(request, found.post, _("You were not asked to review this post."), 403)
    people = Membership.objects.for_team(request.team).select_related("user")
    to = people.filter(pk=reading.number(request.POST.get("to", ""))).first()
    if to is None:
        return refused(request, found.post, _("Choose who answers in your place."), 422)
    try:
        delegate(request=asked, to=to)
    except ReviewError as error:
        return refused(request, found.post, str(error), status_of(error))
    return redirect("approvals:review", team=request.team.slug, review_id=found.pk)


def _may_hand_on(sheet: Sheet) -> bool:
    return sheet.state == "open" and sheet.request is not None and not sheet.request.stands_for_id
