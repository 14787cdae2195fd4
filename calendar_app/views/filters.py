"""Everything there is to choose from: a page of its own, and what a picker shows once opened."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from calendar_app.filtering import BY_NAME, PAGES, Pick, bar_of, named, worded
from posts.queries.status import STATUSES
from posts.queries.values import MOST, choices, platforms
from publishers import registry
from ui.htmx import partial

_KEPT = ("month", "week", "day", "from", "to", "sort", "group")


@member_can("view")
@require_GET
def filters(request: TeamRequest) -> HttpResponse:
    """Without JavaScript a form of all fields that leads to `view`; else the field `pick`."""
    kept = {name: request.GET[name][:10] for name in _KEPT if name in request.GET}
    bar = bar_of(request, **kept)
    view = request.GET.get("view", "")
    wanted = BY_NAME.get(request.GET.get("pick", ""))
    picks = [pick for pick in bar.picks if pick.field == wanted or wanted is None]
    address = reverse(
        f"calendar_app:{view if view in PAGES else 'month'}", args=[request.team.slug]
    )
    context = {
        "bar": bar,
        "picks": [_offered(request, pick) for pick in picks],
        "action": address,
        "most": MOST,
    }
    return partial(request, "calendar_app/filters.html", "filter_values", context)


def _offered(request: TeamRequest, pick: Pick) -> Pick:
    """All values of a field, those that are on first."""
    on = {value.value for value in pick.values}
    kind = pick.field.kind
    if kind:
        values = [named(choice) for choice in choices(request.team, kind)]
    elif pick.field.name == "status":
        values = [worded("status", word) for word in STATUSES]
    else:
        known = {spec.slug for spec in registry.specs()}
        values = [worded("platform", s) for s in platforms(request.team) if s in known]
    return Pick(pick.field, pick.values + [v.off for v in values if v.value not in on])
