"""Reviewing from a mail, without an account. GET shows, only POST decides, once."""

from functools import partial

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import public
from approvals import queries, tokens
from approvals.errors import LinkUnknown
from approvals.forms import DecisionForm
from approvals.limits import (
    FRESH_PER_HOUR,
    POSTS_PER_HOUR,
    UNKNOWN_PER_MINUTE,
    place,
    too_many,
)
from approvals.models import Decision, ReviewRequest
from approvals.services.ask import renew
from approvals.views.answer import take
from posts.models import MediaAsset

COOKIE = "drumbeat_review"
COOKIE_LIFE = 14 * 24 * 3600
PICTURE_LIFE = 30 * 24 * 3600
INERT = "default-src 'none'; sandbox"


@public
@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Trade the token for a cookie of that one page, so that it leaves address bar and history."""
    try:
        asked = queries.request_by_token(token)
    except LinkUnknown:
        return _unknown(request)
    response = redirect("approvals:link_page", request_id=asked.pk)
    response.set_cookie(
        COOKIE,
        tokens.sign_page(asked.pk, asked.token_hash),
        max_age=COOKIE_LIFE,
        path=response.headers["Location"],
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_page(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = _opened(request, request_id)
    if asked is None:
        return _unknown(request)
    form = DecisionForm(request.POST or None)
    status, error = 200, ""
    if request.method == "POST":
        if too_many(f"post:{asked.pk}", limit=POSTS_PER_HOUR, seconds=3600):
            return _notice(request, "limited", 429)
        status, error = take(request, asked, form, via=Decision.Via.EMAIL)
        if status == 303:
            return redirect("approvals:link_page", request_id=asked.pk)
        asked = queries.requests().get(pk=asked.pk)
    return _sheet(request, asked, form, status, error)


@public
@never_cache
@require_POST
def link_fresh(request: HttpRequest, request_id: int) -> HttpResponse:
    """Mail a new link to the address on record, if the review still waits. The page never says."""
    asked = _opened(request, request_id)
    if asked is None:
        return _unknown(request)
    if too_many(f"fresh:{asked.pk}", limit=FRESH_PER_HOUR, seconds=3600):
        return _notice(request, "limited", 429)
    renew(asked)
    return _notice(request, "fresh", 200)


@public
@require_safe
def link_picture(request: HttpRequest, request_id: int, asset_id: int) -> HttpResponseBase:
    asked = _opened(request, request_id)
    if asked is None:
        return _unknown(request)
    if asset_id not in queries.pictures_of(asked.review):
        raise Http404
    return _picture(get_object_or_404(MediaAsset.objects.for_team(asked.review.team), pk=asset_id))


@public
@require_safe
def mail_picture(request: HttpRequest, signed: str) -> HttpResponseBase:
    """A picture inside the mail itself: signed, small, and good for nothing else."""
    asset_id = tokens.read_picture(signed, max_age=PICTURE_LIFE)
    return _picture(get_object_or_404(MediaAsset, pk=asset_id))


def _picture(asset: MediaAsset) -> FileResponse:
    try:
        response = FileResponse(asset.file.open("rb"), content_type=asset.mime)
    except FileNotFoundError:
        raise Http404 from None
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = INERT
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _opened(request: HttpRequest, request_id: int) -> ReviewRequest | None:
    asked = queries.requests().filter(pk=request_id).first()
    cookie = request.COOKIES.get(COOKIE, "")
    if asked is None or not tokens.opens_page(cookie, asked.pk, asked.token_hash):
        return None
    return asked


def _sheet(
    request: HttpRequest, asked: ReviewRequest, form: DecisionForm, status: int, error: str
) -> HttpResponse:
    sheet = queries.sheet(asked.review, asked, picture_url=partial(_picture_url, asked.pk))
    if status == 200 and sheet.state in ("expired", "closed"):
        status = 410
    context = {"sheet": sheet, "form": form, "error": error, "by_link": True}
    return _guarded(render(request, "approvals/link.html", context, status=status))


def _picture_url(request_id: int, asset_id: int) -> str:
    return reverse(
        "approvals:link_picture", kwargs={"request_id": request_id, "asset_id": asset_id}
    )


def _unknown(request: HttpRequest) -> HttpResponse:
    """One page for guessed, mistyped and foreign links; guessing soon meets a limit."""
    if too_many(f"unknown:{place(request)}", limit=UNKNOWN_PER_MINUTE, seconds=60):
        return _notice(request, "limited", 429)
    return _notice(request, "unknown", 410)


def _notice(request: HttpRequest, state: str, status: int) -> HttpResponse:
    response = render(request, "approvals/notice.html", {"state": state}, status=status)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return _guarded(response)


def _guarded(response: HttpResponse) -> HttpResponse:
    # Not "no-referrer": browsers would then send "Origin: null" with the form, which CSRF refuses.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
