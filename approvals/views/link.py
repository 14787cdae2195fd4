"""Reviewing from a mail, without an account. GET shows, only POST decides, once."""

import math
from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rates
from accounts.access import public
from accounts.places import network, place
from approvals import queries, tokens
from approvals.errors import LinkUnknown
from approvals.forms import DecisionForm
from approvals.limits import (
    CODES_PER_HOUR,
    FRESH_PER_HOUR,
    POSTS_PER_HOUR,
    UNKNOWN_PER_MINUTE,
)
from approvals.mail import Files
from approvals.models import Decision, ReviewRequest
from approvals.services.inviting import renew
from approvals.services.opening import opened
from approvals.views.answer import take, take_back
from posts import renditions
from posts.decoding import DECODE_SECONDS, Unreadable
from posts.errors import TamperedContent
from posts.models import MediaAsset, Rendition
from posts.views.pieces import Stored, later, served
from publishers.renditions import of_key

COOKIE = "drumbeat_review"
COOKIE_LIFE = 14 * 24 * 3600
PICTURE_LIFE = 30 * 24 * 3600


@public
@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Trade the token for a cookie of that one page, so that it leaves address bar and history."""
    try:
        asked = queries.request_by_token(token)
    except LinkUnknown:
        return _unknown(request)
    response = _sign_in(asked)
    if not asked.signs_in:
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


def _opened[**P](
    view: Callable[Concatenate[HttpRequest, ReviewRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For whoever has the cookie of this request. A member whose team wants it signs in instead;
    who has left the team sees no more of it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        number = str(kwargs.pop("request_id"))
        asked = queries.requests().filter(pk=number).first()
        cookie = request.COOKIES.get(COOKIE, "")
        if asked is None or not tokens.opens_page(cookie, asked.pk, asked.hashes):
            return _unknown(request)
        if asked.signs_in:
            return _signs_in_now(request, asked)
        if _has_left(asked):
            return _notice(request, "left", 403)
        return view(request, asked, *args, **kwargs)

    return guarded


def _signs_in_now(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    """Whoever had begun to answer before the team wanted it keeps the words."""
    typed = DecisionForm(request.POST or None)
    if any(str(typed[name].value() or "").strip() for name in ("comment", "why")):
        return _notice(request, "sign_in", 403, asked=asked)
    return _sign_in(asked)


def _has_left(asked: ReviewRequest) -> bool:
    member = asked.membership
    return asked.for_member and (member is None or not member.user.is_active)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_opened
def link_page(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    form = DecisionForm(request.POST or None)
    status, error = 200, ""
    if request.method == "POST":
        if wait := _posts_too_often(asked):
            return _limited(request, wait)
        status, error = _answered(request, asked, form)
        if status == 303:
            return redirect("approvals:link_page", request_id=asked.pk)
        asked = queries.requests().get(pk=asked.pk)
    elif request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        opened(asked, network=network(request), agent=request.headers.get("User-Agent", ""))
    return _sheet(request, asked, form, status, error)


def _answered(request: HttpRequest, asked: ReviewRequest, form: DecisionForm) -> tuple[int, str]:
    """As `take` says; first of all with the code, where the team's links ask for it."""
    code = _code(asked)
    typed = form.data.get("code", "").strip()
    if code and not constant_time_compare(typed, code):
        return 422, _("Type the four digits that stand beside the buttons. Nothing was decided.")
    return take(request, asked, form, via=Decision.Via.EMAIL)


def _posts_too_often(asked: ReviewRequest) -> int:
    """How many seconds to wait. Where there is a code to guess, sooner."""
    most = CODES_PER_HOUR if _code(asked) else POSTS_PER_HOUR
    return rates.wait(f"post:{asked.pk}", most=most, seconds=3600)


def _code(asked: ReviewRequest) -> str:
    review = asked.review
    return tokens.code(asked.pk, review.content_hash) if review.team.links_ask_code else ""


@public
@never_cache
@require_POST
@_opened
def link_undo(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    if wait := rates.wait(f"undo:{asked.pk}", most=POSTS_PER_HOUR, seconds=3600):
        return _limited(request, wait)
    status, error = take_back(request, asked, via=Decision.Via.EMAIL)
    if status == 303:
        return redirect("approvals:link_page", request_id=asked.pk)
    asked = queries.requests().get(pk=asked.pk)
    return _sheet(request, asked, DecisionForm(), status, error)


@public
@never_cache
@require_POST
@_opened
def link_fresh(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    """Mail a new link to the address on record, if the review still waits. The page never says."""
    if wait := rates.wait(f"fresh:{asked.pk}", most=FRESH_PER_HOUR, seconds=3600):
        return _limited(request, wait)
    renew(asked)
    return _notice(request, "fresh", 200)


@public
@require_safe
@_opened
def link_picture(request: HttpRequest, asked: ReviewRequest, asset_id: int) -> HttpResponseBase:
    return _picture(request, _asset(asked, asset_id))


@public
@require_safe
@_opened
def link_video(request: HttpRequest, asked: ReviewRequest, asset_id: int) -> HttpResponseBase:
    """All of it: nobody approves a film by its first picture."""
    asset = _asset(asked, asset_id)
    return _served(request, asset.file.name, asset.mime)


def _asset(asked: ReviewRequest, asset_id: int) -> MediaAsset:
    if asset_id not in queries.pictures_of(asked.review):
        raise Http404
    return get_object_or_404(MediaAsset.objects.ever_of(asked.review.team), pk=asset_id)


@public
@require_safe
def mail_picture(request: HttpRequest, signed: str) -> HttpResponseBase:
    """A picture inside the mail itself: signed, small, and good for nothing else."""
    asset_id, recipe = tokens.read_picture(signed, max_age=PICTURE_LIFE) or (None, "")
    asset = get_object_or_404(MediaAsset, pk=asset_id)
    return _made(request, asset, recipe) if recipe else _picture(request, asset)


def _made(request: HttpRequest, asset: MediaAsset, recipe: str) -> HttpResponseBase:
    """As the platform gets it. Never the whole instead: nobody should say yes to what they do not
    see, so then the mail shows its description. However many open the mail, one of them makes it.
    """
    if not asset.file:
        raise Http404
    try:
        made = renditions.made_once(asset, of_key(recipe))
    except (TamperedContent, Rendition.DoesNotExist):
        raise Http404 from None
    except (Unreadable, OSError):
        made = None
    if made is None:
        said = _("This picture is not ready yet. Try again in a moment.")
        return later(said, seconds=DECODE_SECONDS)
    return _served(request, made.file.name, made.mime)


def _picture(request: HttpRequest, asset: MediaAsset) -> HttpResponseBase:
    """Of a video, what it shows at its beginning."""
    if asset.is_video:
        return _served(request, asset.thumbnail.name, "image/webp")
    return _served(request, asset.file.name, asset.mime)


def _served(request: HttpRequest, key: str | None, mime: str) -> HttpResponseBase:
    response = served(request, Stored(key or "", mime, "video" if "video" in mime else "picture"))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _sign_in(asked: ReviewRequest) -> HttpResponse:
    """To the page of members, which asks who they are."""
    return redirect("approvals:review", team=asked.review.team.slug, review_id=asked.review_id)


def _sheet(
    request: HttpRequest, asked: ReviewRequest, form: DecisionForm, status: int, error: str
) -> HttpResponse:
    still = partial(_url, "approvals:link_picture", asked.pk)
    files = Files(
        picture=still, poster=still, video=partial(_url, "approvals:link_video", asked.pk)
    )
    sheet = queries.sheet(asked.review, asked, files=files)
    if status == 200 and sheet.state in ("expired", "closed"):
        status = 410
    sheet, talk = queries.by_link(sheet, asked)
    context = {
        "sheet": sheet,
        "form": form,
        "error": error,
        "by_link": True,
        "code": _code(asked),
        "talk": talk,
    }
    return _guarded(render(request, "approvals/link.html", context, status=status))


def _url(name: str, request_id: int, asset_id: int) -> str:
    return reverse(name, kwargs={"request_id": request_id, "asset_id": asset_id})


def _unknown(request: HttpRequest) -> HttpResponse:
    """One page for guessed, mistyped and foreign links; guessing soon meets a limit."""
    if wait := rates.wait(f"unknown:{place(request)}", most=UNKNOWN_PER_MINUTE, seconds=60):
        return _limited(request, wait)
    return _notice(request, "unknown", 410)


def _limited(request: HttpRequest, wait: int) -> HttpResponse:
    response = _notice(request, "limited", 429, minutes=math.ceil(wait / 60))
    response.headers["Retry-After"] = str(wait)
    return response


def _notice(
    request: HttpRequest,
    state: str,
    status: int,
    *,
    minutes: int = 0,
    asked: ReviewRequest | None = None,
) -> HttpResponse:
    form = DecisionForm(request.POST or None)
    context = {"state": state, "minutes": minutes, "asked": asked, "form": form}
    return _guarded(render(request, "approvals/notice.html", context, status=status))


def _guarded(response: HttpResponse) -> HttpResponse:
    # Not "no-referrer": browsers would then send "Origin: null" with the form, which CSRF refuses.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
