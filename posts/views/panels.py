"""The channels and pictures of the composer, as its page draws them. Made by sheet.py."""

from dataclasses import dataclass

from posts.models import MediaAsset
from posts.queries.preview import Preview
from publishers.contract import Spec
from publishers.models import Channel
from publishers.text import Measure


@dataclass(frozen=True)
class Tile:
    """One picture of the post; `n` counts from 1."""

    asset: MediaAsset
    alt: str
    n: int


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
