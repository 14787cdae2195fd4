"""The deliveries page: what is due, under way, stuck, and what a person has to decide."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import member_can
from accounts.http import TeamRequest
from delivery.forms import FilterForm, TimeForm
from delivery.queries import jobs, outages, overview, places, platforms, records, weather
from delivery.queries.jobs import Wanted
from publishers.models import Channel
from ui.htmx import partial, wants_fragment

PER_PAGE = 40
# What is further down is found by a narrower filter.
MOST = 40_000
LIST = "delivery/list.html"
SAID = "delivery_said"


@member_can("view")
@require_GET
def deliveries(request: TeamRequest) -> HttpResponse:
    return listed(request, request.GET)


@member_can("view")
@require_GET
def pulse(request: TeamRequest) -> HttpResponse:
    """Whether anything publishes. An open page asks by itself: what stands still tells nobody.

    `well`: what the page says so far; its banner is replaced only when that has changed.
    """
    context = {"pulse": records.pulse(), "was_well": request.GET.get("well") == "1"}
    return render(request, f"{LIST}#delivery_beat", context)


def listed(request: TeamRequest, query: QueryDict, status: int = 200, **more: Any) -> HttpResponse:
    """The page as `query` asks for it; by htmx its two parts that change."""
    channels = list(Channel.objects.for_team(request.team).order_by("platform", "name", "id"))
    form, query, dropped = _known(query, channels)
    wanted, asked = form.wanted, {name: query[name] for name in query if query[name]}
    unpaged = {name: value for name, value in asked.items() if name != "page"}
    context: dict[str, Any] = {
        "filter": form,
        "dropped": dropped,
        "wanted": wanted,
        "query": urlencode(asked),
        "unpaged": urlencode(unpaged),
        **_pulse(request),
        "time_form": TimeForm(auto_id="chosen-%s"),
        "outage": outages.banner(request.team),
        "outage_form": TimeForm(auto_id="outage-%s"),
        # What was decided on the page before this one, and the way back.
        "said": None if wants_fragment(request) else request.session.pop(SAID, None),
        **may(request),
        **_rows(request, wanted, _number(query, "page") or 1, {one.platform for one in channels}),
    }
    response = partial(request, LIST, "delivery_parts", context | more, status)
    if request.htmx.trigger == "filter":
        response.headers["HX-Push-Url"] = f"{request.path}?{context['query']}".rstrip("?")
    return response


def _known(
    query: QueryDict, channels: Sequence[Channel]
) -> tuple[FilterForm, QueryDict, Sequence[str]]:
    """A bookmark outlives a channel: what is left of `query`, and what was left out, by label."""
    form = FilterForm(query, channels)
    dropped = form.unknown
    if dropped:
        query = query.copy()
        for name in dropped:
            del query[name]
        form = FilterForm(query, channels)
        form.full_clean()
    return form, query, list(dropped.values())


def _rows(request: TeamRequest, wanted: Wanted, number: int, slugs: set[str]) -> dict[str, Any]:
    team, sky = request.team, weather.weather()
    spared = {one.slug: one.wait for one in sky if one.wait}
    frame = overview.overview(team, spared)
    shown = {"overview": frame, "troubles": [one for one in sky if one.wait and one.slug in slugs]}
    if not wanted:
        sections = overview.sections(team, frame.counts, spared)
        return shown | {
            "sections": sections,
            "platforms": platforms.platforms(team, slugs, sky),
        }
    asked = jobs.deliveries(team, wanted, spared)
    total = asked.values("pk")[: MOST + 1].count()
    page = number if (number - 1) * PER_PAGE < min(total, MOST) else 1
    found = jobs.jobs(asked[(page - 1) * PER_PAGE : page * PER_PAGE], spared, by=request.user)
    return shown | {
        "jobs": found,
        "page": page,
        "total": min(total, MOST),
        "total_more": total > MOST,
        "more": page * PER_PAGE < min(total, MOST),
        "title": places.title(wanted.view) if wanted.view else "",
    }


def _pulse(request: TeamRequest) -> dict[str, Any]:
    """The ticks one by one are for who runs this, and for all when one of them is silent."""
    pulse = records.pulse()
    told = request.user.is_staff or not all(tick.well for tick in pulse.ticks)
    return {"pulse": pulse, "ticks": pulse.ticks if told else []}


def may(request: TeamRequest) -> dict[str, Any]:
    """What this member may do, for the buttons of all pages here."""
    allowed = request.membership.can
    return {"may_publish": allowed("publish"), "may_connect": allowed("connect")}


def _number(query: QueryDict, name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
