"""The channels and pictures of the composer, as its page draws them. Made by sheet.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Team
from posts.models import MediaAsset
from posts.queries import crops
from posts.queries.crops import Cut
from posts.queries.preview import Preview
from publishers.contract import Spec
from publishers.crops import CENTRE, Box, Point
from publishers.models import Channel
from publishers.text import Measure


@dataclass(frozen=True)
class Tile:
    """One picture of the post; `n` counts from 1. `focal`: what stays of it where it is cropped,
    as `cuts` show; `cut`: what of it is seen where it is drawn, None for the whole.
    """

    asset: MediaAsset
    alt: str
    n: int
    focal: Point = CENTRE
    cuts: Sequence[Cut] = ()
    cut: Box | None = None

    @property
    def end(self) -> str:
        """Of the names of its fields."""
        return f"_{self.asset.pk}"


def fresh(assets: Iterable[MediaAsset], team: Team) -> list[Tile]:
    """Of pictures that come into a post, as the library has them."""
    specs = crops.specs(team)
    return [Tile(one, one.alt, 0, one.focal, crops.cuts(one, specs, one.focal)) for one in assets]


@dataclass(frozen=True)
class OptionField:
    name: str
    label: str
    help: str
    choices: tuple[tuple[str, str], ...]
    value: str
    longest: int


@dataclass(frozen=True)
class Panel:
    """One channel in the composer: picked or not, its own text, and how it will look.

    `label` tells it from others of its platform; empty where there are none.
    """

    channel: Channel
    spec: Spec
    picked: bool
    label: str
    closed: str
    own: str
    shared: str
    measure: Measure
    options: tuple[OptionField, ...]
    comment: str
    pictures: list[tuple[Tile, bool]]
    date: str
    time: str
    preview: Preview

    @property
    def comments(self) -> bool:
        """A field for the first comment: also where one is left that cannot be made there."""
        return "comment" in self.spec.features or bool(self.comment)

    @property
    def level(self) -> str:
        if self.measure.over:
            return "over"
        return "near" if self.measure.left * 10 < self.measure.limit else ""
