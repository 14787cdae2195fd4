"""Best times: over the calendar where a page asks for them, and the next ones for a post."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.filtering import Bar
from calendar_app.queries import best as queries
from calendar_app.queries.best import Best
from calendar_app.queries.goodtimes import good_times
from calendar_app.views.shown import zone_shown
from calendar_app.views.warned import intended
from ui.htmx import partial


def best_shown(request: TeamRequest, bar: Bar) -> Best | None:
    """On the channels that the page shows."""
    if "best" not in bar.laid:
        return None
    return queries.best(request.team, zone_shown(), bar.filters)


@member_can("write")
@require_GET
def times(request: TeamRequest) -> HttpResponse:
    """Of the channels that the composer says, or of all channels of a stored post."""
    post, intent = intended(request)
    found = good_times(request.team, intent, zone_shown())
    context = {"post": post, "found": found, "may_schedule": request.membership.can("schedule")}
    return partial(request, "calendar_app/times.html", "good_times", context)
