"""A post as a platform will draw it: its text in runs, its pictures, what is cut off. Pure.

Called by the composer, the post page and whoever shows a post before it is out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from publishers import text as texts
from publishers.contract import Spec
from publishers.models import Channel
from publishers.text import Measure


@dataclass(frozen=True)
class Run:
    """`ref`: drawn as a link. `over`: no longer fits."""

    text: str
    ref: bool
    over: bool


@dataclass(frozen=True)
class Preview:
    channel: Channel
    spec: Spec
    runs: list[Run]
    folded: bool
    pictures: Sequence[Any]
    measure: Measure
    own: bool = False
    at: datetime | None = None

    @property
    def shape(self) -> int:
        """How many pictures the grid draws at once; the rest is told as a number."""
        return min(len(self.pictures), 4)

    @property
    def more(self) -> int:
        return max(0, len(self.pictures) - 4)


def preview(
    channel: Channel,
    spec: Spec,
    text: str,
    pictures: Sequence[Any],
    *,
    own: bool = False,
    at: datetime | None = None,
) -> Preview:
    """`pictures` are whatever the page draws, in order; they are passed on untouched."""
    over = texts.over_span(text, spec.limits)
    fold = spec.preview.fold_after
    folded = fold is not None and over is None and len(text) > fold
    shown = _folded(text, fold) if folded and fold else text
    return Preview(
        channel=channel,
        spec=spec,
        runs=list(runs(shown, spec, over)),
        folded=folded,
        pictures=pictures,
        measure=texts.measure(text, spec.limits),
        own=own,
        at=at,
    )


def _folded(text: str, fold: int) -> str:
    """Cut before the word that would be cut through."""
    return (text[:fold].rsplit(None, 1) or [""])[0].rstrip()


def runs(text: str, spec: Spec, over: int | None) -> Iterator[Run]:
    """The text cut where a link begins or ends and where it stops fitting."""
    refs = [(span.start, span.end) for span in texts.spans(text, spec.limits.count)]
    cuts = {0, len(text), *(edge for ref in refs for edge in ref)}
    if over is not None:
        cuts.add(min(over, len(text)))
    edges = sorted(cuts)
    for start, end in pairwise(edges):
        ref = any(begin <= start < stop for begin, stop in refs)
        yield Run(text[start:end], ref, over is not None and start >= over)
