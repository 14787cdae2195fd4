"""Two figures from the many that platforms tell: how often shown, and how often somebody acted.

Pure. None where the platform tells nothing of the kind, which is not 0.
"""

from publishers.contract import Figures, PostMetric

SHOWN: tuple[PostMetric, ...] = ("impressions", "views", "reach")
ACTS: tuple[PostMetric, ...] = ("likes", "comments", "shares", "quotes", "saves")
# Each contains the next.
CLICKS: tuple[PostMetric, ...] = ("clicks", "link_clicks")


def shown(figures: Figures) -> int | None:
    found = _first(figures, SHOWN)
    return None if found is None else max(int(found), 0)


def engaged(figures: Figures) -> int | None:
    told = [figures[name] for name in ACTS if name in figures]
    # Where people vote, likes are what is left after those against.
    if "likes" not in figures and "score" in figures:
        told.append(figures["score"])
    clicks = _first(figures, CLICKS)
    told += [] if clicks is None else [clicks]
    return max(int(sum(told)), 0) if told else None


def _first(figures: Figures, names: tuple[PostMetric, ...]) -> float | None:
    return next((figures[name] for name in names if name in figures), None)
