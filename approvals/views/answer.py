"""Turning a posted decision into the service's call, and a refusal into a status."""

from django.http import HttpRequest

from accounts.places import address
from approvals.errors import (
    CommentMissing,
    LinkExpired,
    LinkUsed,
    NotAReviewer,
    NotPossible,
    ReviewError,
)
from approvals.forms import DecisionForm
from approvals.models import ReviewRequest
from approvals.services.decide import Trace, decide
from approvals.services.undo import undo
from posts.errors import PostsError

_STATUS: dict[type[Exception], int] = {
    NotAReviewer: 403,
    CommentMissing: 422,
    NotPossible: 422,
    LinkExpired: 410,
    LinkUsed: 410,
}


def take(
    request: HttpRequest, asked: ReviewRequest, form: DecisionForm, *, via: str
) -> tuple[int, str]:
    """(303, "") once decided, else the status and the sentence that says why not.

    Where somebody was first or the text moved on, that is 409.
    """
    if not form.is_valid():
        return 422, form.wrong
    data = form.cleaned_data
    try:
        decide(
            request=asked,
            kind=data["decision"],
            seen_hash=data["content_hash"],
            comment=data["comment"],
            trace=trace_of(request, via),
        )
    except (ReviewError, PostsError) as error:
        return status_of(error), str(error)
    return 303, ""


def take_back(request: HttpRequest, asked: ReviewRequest, *, via: str) -> tuple[int, str]:
    """(303, "") once the answer is taken back, else as above."""
    try:
        undo(request=asked, trace=trace_of(request, via))
    except (ReviewError, PostsError) as error:
        return status_of(error), str(error)
    return 303, ""


def trace_of(request: HttpRequest, via: str) -> Trace:
    return Trace(via, address(request), request.headers.get("User-Agent", ""))


def status_of(error: Exception) -> int:
    return _STATUS.get(type(error), 409)
