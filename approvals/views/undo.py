"""Taking one's answer back while signed in."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from approvals import queries
from approvals.models import Decision, Review
from approvals.views.answer import take_back


@member_can("review")
@require_POST
def review_undo(request: TeamRequest, review_id: int) -> HttpResponse:
    found = Review.objects.for_team(request.team).select_related("post__team", "post__author")
    review = get_object_or_404(found, pk=review_id)
    asked = queries.request_of(review, request.membership)
    if asked is None:
        raise PermissionDenied(_("You were not asked to review this post."))
    status, error = take_back(request, asked, via=Decision.Via.PAGE)
    at = reverse("approvals:review", args=[request.team.slug, review.pk])
    if status == 303:
        return redirect(at)
    return render(request, "409.html", {"reason": error, "at": at}, status=status)
