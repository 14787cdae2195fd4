"""A channel's queue into its slots anew: look, then confirm."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.queries.slots import channels
from calendar_app.services import reshuffle
from calendar_app.views.answers import back_url, status_of
from posts import reading
from posts.errors import PostsError
from publishers.models import Channel
from ui.htmx import partial, tell


@member_can("schedule")
@require_http_methods(["GET", "POST"])
def queue_reshuffle(request: TeamRequest, pk: int) -> HttpResponse:
    """`seed` mixes; without it the posts keep their order."""
    channel = get_object_or_404(channels(request.team), pk=pk)
    if request.method == "GET":
        return _preview(request, channel, _seed(request.GET.get("seed", "")))
    seed = _seed(request.POST.get("seed", ""))
    try:
        done = reshuffle.reshuffle(
            channel=channel, seed=seed, seen=request.POST.get("seen", ""), by=request.user
        )
    except PostsError as error:
        return _preview(request, channel, seed, str(error), status_of(error))
    slots = reverse("calendar_app:slots", args=[request.team.slug])
    if done.act:
        tell(request, done.act.said, undo_url=back_url(done.act, slots))
    else:
        tell(request, _("All stay."))
    return redirect(slots)


def _seed(text: str) -> int | None:
    return reading.number(text) or None


def _preview(
    request: TeamRequest, channel: Channel, seed: int | None, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "channel": channel,
        "seed": seed,
        "mix": secrets.randbelow(10**6) + 1,
        "most": reshuffle.MOST,
    }
    try:
        found = reshuffle.preview(channel=channel, seed=seed)
        context |= {"found": found}
    except PostsError as error:
        problem = problem or str(error)
    context["problem"] = problem
    return partial(request, "calendar_app/reshuffle.html", "reshuffle_form", context, status)
