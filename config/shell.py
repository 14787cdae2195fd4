"""What the frame around every page shows: teams to switch to, the navigation and its counts.

Everything here waits until a template asks, so that fragments cost nothing.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from approvals.queue import asked_of
from calendar_app.models import SavedView
from config import sidebar
from delivery.queries import standing
from notifications.queries import unread
from posts.models import Delivery, Post
from posts.states import TROUBLED, Stage
from ui.prepared import Prepared

# url name, icon, label, keys, count, its tone, what a screen reader says after the number
_NAV: tuple[tuple[str, str, Any, str, str, str, Any], ...] = (
    ("calendar_app:month", "calendar-days", _("Calendar"), "g c", "", "", ""),
    ("calendar_app:board", "square-kanban", _("Board"), "g b", "", "", ""),
    ("approvals:queue", "stamp", _("Review"), "g r", "review", "accent", _("in review")),
    ("delivery:list", "send", _("Deliveries"), "g d", "trouble", "bad", _("need attention")),
    ("posts:library", "images", _("Media"), "g m", "", "", ""),
    ("posts:templates", "layers", _("Templates"), "g t", "", "", ""),
    ("publishers:channels", "radio-tower", _("Channels"), "g h", "", "", ""),
    ("accounts:team_settings", "settings", _("Settings"), "g s", "", "", ""),
)
# Pages of the calendar's room that lie below another link than their address says.
_ELSEWHERE = {
    "slots": "publishers:channels",
    "selection": "calendar_app:board",
    "posts": "calendar_app:board",
}
_THEMES = ("light", "dark")
_NAMED = {"pk": "pk", "name": "name", "slug": "slug"}


@dataclass(frozen=True)
class NavItem:
    """One link of the sidebar and of the bar on phones."""

    url: str
    icon: str
    label: str
    keys: str
    current: bool
    counts: str
    count: int
    tone: str
    said: str
    foot: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    team = getattr(request, "team", None)
    membership = getattr(request, "membership", None)
    counts = SimpleLazyObject(lambda: _counts(request, team))
    return {
        "team": team,
        "membership": membership,
        "may_create": bool(membership and membership.can("write")),
        "teams": SimpleLazyObject(lambda: _teams(request, counts)),
        "shell_counts": counts,
        "shell_nav": SimpleLazyObject(lambda: _nav(request, team, counts)),
        "asked_of_me": SimpleLazyObject(lambda: asked_of(membership)),
        "shell_standing": SimpleLazyObject(lambda: _standing(team, counts)),
        "shell_beat": SimpleLazyObject(lambda: _beat(team, counts)),
        "shell_views": SimpleLazyObject(lambda: _views(team, counts)),
        "theme": _theme(request),
        "density": getattr(getattr(request, "user", None), "density", ""),
        "side": "narrow" if request.COOKIES.get("side") == "narrow" else "",
    }


def _theme(request: HttpRequest) -> str:
    """The account's choice; until there is one, what this browser was last switched to."""
    chosen = getattr(getattr(request, "user", None), "theme", "") or request.COOKIES.get(
        "theme", ""
    )
    return chosen if chosen in _THEMES else ""


def _teams(request: HttpRequest, counts: Any) -> list[Team]:
    """With what they are called and addressed by."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    if counts:
        return [Team(**named) for named in counts["teams"]]
    return list(_of(user))


def _of(user: User) -> QuerySet[Team]:
    return Team.objects.filter(memberships__user=user).order_by("name")


def _counts(request: HttpRequest, team: Team | None) -> dict[str, Any]:
    if team is None or not isinstance(request.user, User):
        return {}
    ask = _prepared(standing.here())
    counted = ask(team=team.pk, user=request.user.pk, **sidebar.midnights(team))
    return {**counted, "teams": [json.loads(named) for named in counted["teams"]]}


def _counted(team: int, user: int, **midnights: int) -> QuerySet[Team, Any]:
    """In one statement: posts in review, deliveries in trouble, this person's unread messages,
    whether there is anything to say about publishing as a whole, the person's teams, and what
    the sidebar shows.
    """
    this, person = Team(pk=team), User(pk=user)
    return Team.objects.filter(pk=team).values(
        review=_number(Post.objects.for_team(this).filter(stage=Stage.IN_REVIEW)),
        trouble=_number(Delivery.objects.for_team(this).filter(state__in=TROUBLED)),
        unread=_number(unread(this, person)),
        standing=standing.anything(this),
        teams=ArraySubquery(_of(person).values(named=JSONObject(**_NAMED))),
        week=sidebar.planned(this, [midnights[name] for name in sidebar.MIDNIGHTS]),
        views=sidebar.views(this, person),
    )


@lru_cache(maxsize=8)
def _prepared(here: str) -> Prepared:
    """For an installation of that name, which is part of the statement."""
    return Prepared(_counted, "team", "user", *sidebar.MIDNIGHTS)


def _standing(team: Team | None, counts: Any) -> standing.Standing | None:
    return standing.standing(team) if team and counts.get("standing") else None


def _beat(team: Team | None, counts: Any) -> sidebar.Beat | None:
    return sidebar.beat(team, counts["week"]) if team and counts else None


def _views(team: Team | None, counts: Any) -> list[SavedView]:
    return sidebar.saved(team, counts["views"]) if team and counts else []


def _number(rows: Any) -> Coalesce:
    per_team = rows.order_by().values("team").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(per_team, output_field=IntegerField()), 0)


def _nav(request: HttpRequest, team: Team | None, counts: Any) -> list[NavItem]:
    items = []
    membership = getattr(request, "membership", None)
    for name, icon, label, keys, count, tone, said in _NAV if team else ():
        if name == "accounts:team_settings" and not (membership and membership.can("manage")):
            continue
        url = reverse(name, kwargs={"team": team.slug if team else ""})
        number = counts[count] if count else 0
        foot = name == "accounts:team_settings"
        current = _is_current(request, name, url)
        items.append(NavItem(url, icon, label, keys, current, count, number, tone, said, foot))
    return items


def _is_current(request: HttpRequest, name: str, url: str) -> bool:
    """The page itself or one below it; a post's own pages belong to the board."""
    match = request.resolver_match
    here = match.view_name if match else ""
    if here.startswith("posts:"):
        return name == _of_posts(here)
    if here.startswith("calendar_app:") and name == _ELSEWHERE.get(request.path.split("/")[3]):
        return True
    return here == name or request.path.startswith(url)


def _of_posts(here: str) -> str:
    if here == "posts:find":
        return ""
    if here.startswith("posts:library"):
        return "posts:library"
    reused = here.startswith(("posts:template", "posts:hashtag"))
    return "posts:templates" if reused else "calendar_app:board"
