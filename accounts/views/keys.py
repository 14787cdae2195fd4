"""API keys of a team: made, shown once, looked over and revoked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.access import member_can
from accounts.adapter import site_url
from accounts.auditforms import KeyForm
from accounts.errors import NotAllowed
from accounts.http import TeamRequest
from accounts.services import keys

PER_PAGE = 50


@member_can("manage")
@require_http_methods(["GET", "POST"])
def api_keys(request: TeamRequest) -> HttpResponse:
    """The answer to the form is the only page that ever shows the key: no redirect, no cache."""
    posted = request.POST if request.method == "POST" else None
    form = KeyForm(posted, membership=request.membership)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    said = {name: form.cleaned_data[name] for name in ("name", "scopes", "expires_at")}
    try:
        made, secret = keys.make(membership=request.membership, **said)
    except NotAllowed as refused:
        form.add_error(None, str(refused))
        return _page(request, form, status=422)
    fresh = KeyForm(membership=request.membership)
    return _page(request, fresh, status=201, made=made, secret=secret)


@member_can("manage")
@require_POST
def api_key_revoke(request: TeamRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(queries.api_keys(request.membership), pk=pk)
    try:
        revoked = keys.revoke(key=key, by=request.membership)
    except NotAllowed as refused:
        raise PermissionDenied(str(refused)) from refused
    said = (
        _("“%(name)s” opens nothing any more") if revoked else _("“%(name)s” was revoked already")
    )
    messages.success(request, said % {"name": key.name})
    return redirect("accounts:api_keys", team=request.team.slug)


def _page(request: TeamRequest, form: KeyForm, status: int, **more: Any) -> HttpResponse:
    listed = Paginator(queries.api_keys(request.membership), PER_PAGE)
    example = f'curl -H "Authorization: Bearer drum_…" {site_url(reverse("accounts:me"))}'
    keys_shown = listed.get_page(request.GET.get("page"))
    context = {"form": form, "keys": keys_shown, "example": example, **more}
    return render(request, "accounts/api_keys.html", context, status=status)
