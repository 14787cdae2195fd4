"""A person's own settings; password, second factor and sessions are allauth's pages in our look."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import languages, queries, zones
from accounts.access import member_can, signed_in
from accounts.errors import LastOwner
from accounts.forms import ProfileForm, ThemeForm
from accounts.http import TeamRequest, UserRequest
from accounts.services import teams


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_valid():
        request.user.save(update_fields=form.Meta.fields)
        # Read on the next page, which is in the language that was chosen.
        language = languages.chosen(request.user) or get_language_from_request(request)
        with override(language):
            messages.success(request, _("Saved"))
        return redirect("accounts:profile")
    if form.is_bound:
        request.user.refresh_from_db(fields=form.Meta.fields)
    context = {
        "form": form,
        "choices": [form[name] for name in ("language", "time_zone", "theme", "density")],
        "zones": zones.names(),
        "memberships": queries.memberships_of(request.user),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def theme(request: UserRequest) -> HttpResponse:
    """Kept on the account, so that the next page on any device starts in it."""
    form = ThemeForm(request.POST, instance=request.user)
    if not form.is_valid():
        return HttpResponse(_("Choose light, dark or system."), status=422)
    request.user.save(update_fields=["theme"])
    if request.headers.get("Sec-Fetch-Mode") != "navigate":
        return HttpResponse(status=204)
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "accounts:profile")


@member_can("view")
@require_POST
def leave(request: TeamRequest) -> HttpResponse:
    try:
        teams.remove_member(membership=request.membership, by=request.membership)
    except LastOwner as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("You left %(team)s") % {"team": request.team.name})
    return redirect("accounts:profile")
