"""The good hours of a team's week, and what that rests on, in words."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Team
from calendar_app.best import BEST, BETTER, ENOUGH, GENERAL, GOOD, Heard, Levels, learnt
from posts.queries.filters import NOTHING, Filters
from posts.queries.reception import by_hour

WORDS = {
    GOOD: gettext_lazy("good time"),
    BETTER: gettext_lazy("very good time"),
    BEST: gettext_lazy("best time"),
}


@dataclass(frozen=True)
class Best:
    """`posts`: how many are behind it; with too few it is general experience."""

    levels: Levels
    posts: int

    @property
    def basis(self) -> str:
        if self.posts < ENOUGH:
            few = _("Fewer than %(n)s posts so far: general experience, not yours.")
            return few % {"n": ENOUGH}
        said = ngettext(
            "From %(n)s of your posts in the last 90 days.",
            "From %(n)s of your posts in the last 90 days.",
            self.posts,
        ) % {"n": self.posts}
        return said if self.levels else f"{said} {_('No hour stands out.')}"


def best(team: Team, zone: ZoneInfo, filters: Filters = NOTHING) -> Best:
    """In one statement, by the clock of `zone`."""
    found = by_hour(team, zone.key, filters)
    if found.posts < ENOUGH:
        return Best(GENERAL, found.posts)
    return Best(learnt(Heard(*hour) for hour in found.hours), found.posts)
