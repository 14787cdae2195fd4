"""How the board is grouped: by stage alone, or in lanes of a person, campaign or channel each.

A lane is known by an id, and by NONE where there is nobody, no campaign or no channel. Called by
the board's queries, forms and views.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from posts import reading
from posts.models import Post

GROUPS: dict[str, Any] = {
    "": _("Group by stage"),
    "assignee": _("Group by assignee"),
    "campaign": _("Group by campaign"),
    "channel": _("Group by channel"),
}
NONE = "none"
NOBODY: dict[str, Any] = {
    "assignee": _("Nobody"),
    "campaign": _("No campaign"),
    "channel": _("No channel"),
}
# The way from a post to the id of its lane.
LANE_OF = {"assignee": "assignee", "campaign": "campaign", "channel": "variants__channel"}


@dataclass(frozen=True)
class Place:
    """One lane; `lane` None is the one without an id."""

    group: str
    lane: int | None

    @property
    def key(self) -> str:
        return key_of(self.lane)


def key_of(lane: int | None) -> str:
    return NONE if lane is None else str(lane)


def group_of(text: str) -> str:
    """What nobody knows groups by nothing."""
    return text if text in LANE_OF else ""


def place_of(group: str, key: str) -> Place | None:
    """None: these name no lane."""
    number = reading.number(key)
    if group not in LANE_OF or not (number or key == NONE):
        return None
    return Place(group, number or None)


def in_lane(posts: QuerySet[Post], group: str, lane: Any) -> QuerySet[Post]:
    """`lane` may be a reference to an outer row. A post on two channels is in the lanes of both."""
    if lane is None and group == "channel":
        return posts.filter(variants=None)
    return posts.filter(**{LANE_OF[group]: lane})
