"""The lines under the composer's text: what has to be mended and how, which channels are ready.

Called by sheet.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from posts.gatekeeper import Found, Swap
from posts.views.panels import Panel, Tile
from publishers import visuals
from publishers.limits import Problem

# More names than these are a number.
LISTED = 6
# What a text of its own solves.
TEXT_CODES = frozenset({"too_long", "too_many_bytes", "too_many_parts", "part_too_long"})
# What every post lacks before anything is written.
UNWRITTEN_CODES = frozenset({"empty", "title_missing", "media_missing"})
# Nothing is wrong yet.
HINT = "hint"


@dataclass(frozen=True)
class Check:
    """One line under the text. `own`: give that channel its own text; `picture`: describe it;
    `focal`: choose what stays of it; `swap`: what stands there goes, or another word comes instead.
    """

    level: str
    message: str
    fix: str = ""
    own: int | None = None
    picture: int | None = None
    focal: int | None = None
    swap: Swap | None = None


def lines(
    found: Found, panels: Sequence[Panel], tiles: Sequence[Tile], *, begun: bool
) -> list[Check]:
    """Errors first; what is true of several channels alike is said once."""
    drawn = {panel.channel.pk: panel.preview.pictures for panel in panels}
    sharing = {panel.channel.pk for panel in panels if panel.picked and not panel.own}
    rows: dict[tuple[str, str], Check] = {}
    for pk, problem in found:
        own = pk if problem.code in TEXT_CODES and pk in sharing else None
        said = _said(problem, begun=begun)
        line = Check(
            *said,
            own,
            _asset(problem, tiles),
            _cropped(problem, drawn.get(pk or 0, ())),
            problem if isinstance(problem, Swap) else None,
        )
        rows.setdefault(said[:2], line)
    failing = {pk for pk, problem in found if problem.level == "error"}
    fine = [panel for panel in panels if panel.picked and panel.channel.pk not in failing]
    ready = [Check("ok", _ready([name(panel) for panel in fine]))] if fine else []
    return [*sorted(rows.values(), key=lambda line: line.level != "error"), *ready]


def _said(problem: Problem, *, begun: bool) -> tuple[str, str, str]:
    """Nobody made a mistake who has not begun."""
    if begun or problem.code not in UNWRITTEN_CODES:
        return problem.level, problem.message, problem.fix
    if problem.code == "empty":
        return HINT, problem.fix, ""
    return HINT, problem.message, problem.fix


def _cropped(problem: Problem, drawn: Sequence[Tile]) -> int | None:
    place = problem.picture if problem.code == visuals.CROPPED else None
    return drawn[place].asset.pk if place is not None and place < len(drawn) else None


def name(panel: Panel) -> str:
    """The platform, with the account where the team has several there."""
    return f"{panel.spec.name} ({panel.label})" if panel.label else panel.spec.name


def _ready(names: Sequence[str]) -> str:
    if len(names) == 1:
        return _("%(channel)s is ready.") % {"channel": names[0]}
    if len(names) > LISTED:
        return _("%(n)d channels are ready.") % {"n": len(names)}
    listed = ", ".join(names[:-1])
    return _("%(channels)s and %(last)s are ready.") % {"channels": listed, "last": names[-1]}


def _asset(problem: Problem, tiles: Sequence[Tile]) -> int | None:
    """The picture to describe; a channel may draw fewer pictures, so the place is not enough."""
    if problem.code == "alt_missing":
        return next((tile.asset.pk for tile in tiles if not tile.alt.strip()), None)
    return None
