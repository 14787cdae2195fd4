"""What was refused, in the audit log: bounded, so that nobody fills the disk by being refused.

Beyond so many from one place, of one team and of all, entries are only counted; the next one that
is written says how many were left out, and the sweep writes of what no other came to tell.
"""

import structlog
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponseBase

from accounts import audit, rates
from accounts.audit import About
from accounts.models import AuditEntry, User
from accounts.places import place

WINDOW = 600
OF_A_PLACE, OF_A_TEAM, OF_ALL = 5, 20, 60
_KEEP = 3 * 24 * 3600
_NOTHING = About()

log = structlog.get_logger(__name__)

_VERBS = {401: "refusal.key", 403: "refusal.role", 410: "refusal.link", 429: "refusal.rate"}


def noticed(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write of it if the response is a refusal. Never in the way of the answer."""
    verb = _VERBS.get(response.status_code)
    if verb is None or (verb == "refusal.key" and not _key_refused(response)):
        return
    match = request.resolver_match
    page = match.view_name if match else ""
    team = getattr(getattr(request, "team", None), "pk", None)
    write(request, verb, team=team, about=About("page", None, page))


def _key_refused(response: HttpResponseBase) -> bool:
    """Whoever sent none was only told how."""
    return "invalid_token" in response.headers.get("WWW-Authenticate", "")


def write(
    request: HttpRequest,
    verb: str,
    *,
    team: int | None = None,
    by: User | None = None,
    about: About = _NOTHING,
) -> None:
    try:
        with transaction.atomic():
            if _room(place(request), team):
                after = {"method": request.method, "left_out": _taken_out(team)}
                said = {name: value for name, value in after.items() if value}
                audit.write(verb, team=team, by=by, about=about, after=said)
            else:
                _leave_out(team)
    except DatabaseError:
        log.exception("audit.refusal_not_written", verb=verb)


def tell_left_out() -> None:
    """For those of whom nothing was written since. Called by the sweep."""
    lately = AuditEntry.objects.filter(kind="refusal").order_by("-at")[: 20 * OF_ALL]
    for team in {None, *lately.values_list("team_id", flat=True)}:
        if count := _taken_out(team):
            audit.write("refusal.left_out", team=team, after={"left_out": count})


def _room(where: str, team: int | None) -> bool:
    """The narrowest first: who floods from one place is stopped there."""
    bounds = [(f"audit:{where}", OF_A_PLACE), (f"audit:team:{team or 0}", OF_A_TEAM)]
    return not any(
        rates.wait(key, most=most, seconds=WINDOW) for key, most in [*bounds, ("audit:all", OF_ALL)]
    )


def _leave_out(team: int | None) -> None:
    """About how many: two at one moment may be counted as one."""
    key = _left_out(team)
    cache.set(key, cache.get(key, 0) + 1, _KEEP)


def _taken_out(team: int | None) -> int:
    key = _left_out(team)
    count: int = cache.get(key, 0)
    if count:
        cache.delete(key)
    return count


def _left_out(team: int | None) -> str:
    return f"audit:left_out:{team or 0}"
