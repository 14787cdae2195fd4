"""The page behind an invitation's link. Opening it changes nothing; joining is a form."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permissions, queries
from accounts.access import public, signed_in
from accounts.errors import InvitationClosed, OtherAddress
from accounts.http import UserRequest
from accounts.models import Invitation
from accounts.services import invitations
from accounts.views.home import settle_in


@public
@never_cache
@require_http_methods(["GET", "HEAD"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = invitations.open_invitation(token)
    except InvitationClosed:
        return _gone(request)
    return _page(request, found, token)


@signed_in
@never_cache
@require_POST
def invitation_accept(request: UserRequest, token: str) -> HttpResponse:
    confirmed = request.POST.get("although_other_address") == "yes"
    try:
        membership = invitations.accept(
            token=token, by=request.user, although_other_address=confirmed
        )
    except InvitationClosed:
        return _gone(request)
    except OtherAddress:
        return _page(request, invitations.open_invitation(token), token, status=422)
    return settle_in(request, membership.team)


@public
@never_cache
@require_POST
def invitation_signup(request: HttpRequest, token: str) -> HttpResponse:
    """To the sign-up page. The link came by mail, so its address needs no second mail."""
    try:
        found = invitations.open_invitation(token)
    except InvitationClosed:
        return _gone(request)
    get_adapter(request).stash_verified_email(request, found.email)
    back = reverse("accounts:invitation", kwargs={"token": token})
    return redirect(reverse("account_signup", query={"next": back}))


def _page(request: HttpRequest, found: Invitation, token: str, status: int = 200) -> HttpResponse:
    user = request.user
    context = {
        "invitation": found,
        "role": permissions.said(found.role),
        "token": token,
        "same_address": user.is_authenticated and queries.holds_address(user, found.email),
        "unconfirmed": status == 422,
    }
    return _private(render(request, "accounts/invitation.html", context, status=status))


def _gone(request: HttpRequest) -> HttpResponse:
    """One page for unknown, expired, used and revoked, so that a guess learns nothing."""
    return _private(render(request, "accounts/invitation_gone.html", status=410))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
