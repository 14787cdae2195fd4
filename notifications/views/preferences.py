"""What a person wants to hear, by which way and when; and the link in mails that ends them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import public, signed_in
from accounts.http import UserRequest
from notifications import browsers, preferring, unsubscribing, wishes
from notifications.forms import HabitsForm
from notifications.kinds import GROUPS


@signed_in
@require_http_methods(["GET", "POST"])
def preferences(request: UserRequest) -> HttpResponse:
    theirs = wishes.of_one(request.user.pk)
    posted = request.POST if request.method == "POST" else None
    form = HabitsForm(posted, instance=theirs.habits)
    if form.is_valid():
        preferring.save(user=request.user, habits=form.instance, ticked=request.POST.getlist("on"))
        messages.success(request, _("Saved"))
        return redirect("notifications:preferences")
    context = {
        "form": form,
        "groups": preferring.matrix(theirs),
        "zone": theirs.zone.key,
        "browsers": browsers.of(request.user),
        "key": browsers.key(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "notifications/preferences.html", context, status=status)


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: mail programs POST without a page, scanners GET. Only POST acts."""
    try:
        user, group = unsubscribing.read(token)
    except unsubscribing.Unknown:
        return _answer(request, {"unknown": True}, 410)
    if request.method == "POST":
        unsubscribing.stop(user, group)
    return _answer(request, {"about": GROUPS.get(group, ""), "done": request.method == "POST"}, 200)


def _answer(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "notifications/unsubscribe.html", context, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
