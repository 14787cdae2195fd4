"""The act of taking many posts to another column of the board: each by the step of one card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from calendar_app.queries.counts import COLUMN_OF, TITLES
from calendar_app.services import stage
from calendar_app.services.selection import moved
from posts import clock
from posts.errors import BadTime
from posts.models import Post
from posts.services.commitment import require_future
from posts.services.selection import Line, begun, settled, unready
from posts.states import Stage
from posts.times import from_utc
from ui.templatetags.ui import status_label


@dataclass(frozen=True)
class Staging:
    """There is no way back of its own: what was withdrawn has lost its approval."""

    column: str
    kind: str = ""

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        now = clock.ask()
        going = posts if self.column == "scheduled" else ()
        against = unready([post for post in going if not settled(post)])
        return [self._line(post, now, against.get(post.pk, "")) for post in posts]

    def _line(self, post: Post, now: datetime, against: str) -> Line:
        why_not, to = self._why_not(post, now, against), str(TITLES[self.column])
        note = "" if why_not else _loses(post, self.column)
        return Line(post, status_label(post.stage), to, why_not, note)

    def _why_not(self, post: Post, now: datetime, against: str) -> str:
        """As far as what `load` has read can tell. `against`: what it is not ready for."""
        if said := settled(post):
            return said
        if COLUMN_OF[Stage(post.stage)] == self.column:
            return _("It is there already.")
        if said := stage.why_not(post, self.column):
            return said
        if self.column == "scheduled":
            return _passed(post, now) or against
        return begun(post)

    def do(self, post: Post, *, by: User) -> None:
        stage.to_column(post=post, column=self.column, by=by)

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        return moved(n)


def _loses(post: Post, column: str) -> str:
    """What it would have to be asked for again."""
    if column != "draft":
        return ""
    if post.stage == Stage.IN_REVIEW:
        return _("Its review ends.")
    return _("Its approval ends.") if post.stage in {Stage.APPROVED, Stage.SCHEDULED} else ""


def _passed(post: Post, now: datetime) -> str:
    if post.planned_at is None:
        return ""
    try:
        require_future(from_utc(post.planned_at, post.planned_zone or post.team.time_zone), now)
    except BadTime as refused:
        return str(refused)
    return ""
