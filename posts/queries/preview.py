"""A post as a platform will draw it: its text in runs, its pictures, what is cut off. Pure.

Called by the composer, the post page and whoever shows a post before it is out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from publishers.contract import Spec
from publishers.limits import comment_limits, text_limits
from publishers.marks import spans
from publishers.models import Channel
from publishers.text import Measure, count, measure, over_span


@dataclass(frozen=True)
class Run:
    """`ref`: drawn as a link. `over`: no longer fits."""

    text: str
    ref: bool
    over: bool


# These show one picture at a time; the others wait behind it.
_ONE_BY_ONE = {"article", "picture", "video"}


@dataclass(frozen=True)
class Preview:
    """`following`: the further parts of a thread; `measure` is of the part that needs it most.
    `title`: empty where the platform has none.
    """

    channel: Channel
    spec: Spec
    runs: list[Run]
    folded: bool
    pictures: Sequence[Any]
    measure: Measure
    own: bool = False
    at: datetime | None = None
    following: list[list[Run]] = field(default_factory=list)
    comment: list[Run] = field(default_factory=list)
    title: str = ""

    @property
    def parts(self) -> int:
        return 1 + len(self.following)

    @property
    def shape(self) -> int:
        """How many pictures are drawn at once; the rest is told as a number."""
        return min(len(self.pictures), 1 if self.spec.preview.layout in _ONE_BY_ONE else 4)

    @property
    def drawn(self) -> Sequence[Any]:
        return self.pictures[: self.shape]

    @property
    def more(self) -> int:
        return len(self.pictures) - self.shape


def preview(
    channel: Channel,
    spec: Spec,
    texts: Sequence[str],
    pictures: Sequence[Any],
    *,
    comment: str = "",
    own: bool = False,
    at: datetime | None = None,
) -> Preview:
    """`spec` has the limits that hold here. `texts`: the parts of a thread, or one. `pictures` are
    whatever the page draws, in order.
    """
    head, *more = texts
    shown = replace(spec, limits=text_limits(spec, pictures))
    size = measure(head, shown.limits)
    fold = None if size.over else _fold(head, spec)
    return Preview(
        channel=channel,
        spec=spec,
        runs=_drawn(head if fold is None else _folded(head, fold), shown),
        folded=fold is not None,
        pictures=pictures,
        measure=_tightest([size, *(measure(text, spec.limits) for text in more)]),
        own=own,
        at=at,
        following=[_drawn(text, spec) for text in more],
        comment=_drawn(comment, replace(spec, limits=comment_limits(spec))) if comment else [],
    )


def _tightest(sizes: Sequence[Measure]) -> Measure:
    """What is over most; else the last, where one is writing."""
    most = max(sizes, key=lambda size: size.over)
    return most if most.over else sizes[-1]


def _drawn(text: str, spec: Spec) -> list[Run]:
    return list(runs(text, spec, over_span(text, spec.limits)))


def _fold(text: str, spec: Spec) -> int | None:
    """The index from which the text is folded away; None: it is shown whole."""
    most = spec.preview.fold_after
    if most is None or count(text, spec.limits.count) <= most:
        return None
    return over_span(text, replace(spec.limits, text=most, text_bytes=None))


def _folded(text: str, fold: int) -> str:
    """Cut before the word that would be cut through."""
    return (text[:fold].rsplit(None, 1) or [""])[0].rstrip()


def runs(text: str, spec: Spec, over: int | None) -> Iterator[Run]:
    """The text cut where a link begins or ends and where it stops fitting."""
    refs = [(span.start, span.end) for span in spans(text, spec.limits.count)]
    cuts = {0, len(text), *(edge for ref in refs for edge in ref)}
    if over is not None:
        cuts.add(min(over, len(text)))
    edges = sorted(cuts)
    for start, end in pairwise(edges):
        ref = any(begin <= start < stop for begin, stop in refs)
        yield Run(text[start:end], ref, over is not None and start >= over)
