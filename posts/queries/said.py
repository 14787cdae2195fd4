"""What a post says on which channels alike, and what of its pictures is seen there. Pure.

Called by post.py for the post's own page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from posts import content, renditions
from posts.content import Snapshot
from posts.models import PostMedia, Variant
from posts.queries import crops
from publishers import registry
from publishers.crops import Box
from publishers.models import Channel
from ui.spoken import spoken


@dataclass(frozen=True)
class Part:
    """What some channels show alike of a picture, and its shape; without `box` the whole."""

    box: Box | None = None
    shape: str = ""
    channels: list[Channel] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """A picture or video of the post."""

    picture: PostMedia
    parts: list[Part] = field(default_factory=list)

    @property
    def first(self) -> Part:
        """What is drawn large: the whole, where any channel shows it."""
        return min(self.parts, key=lambda part: part.box is not None, default=Part())

    @property
    def others(self) -> list[Part]:
        return [part for part in self.parts if part is not self.first]


@dataclass(frozen=True)
class Said:
    """What is said on some channels alike."""

    channels: list[Channel]
    text: str
    pictures: list[Shown]
    shared: bool
    options: list[tuple[str, str]]
    parts: Sequence[str] = ()
    comment: str = ""


def alike(
    document: Snapshot, variants: Sequence[Variant], pictures: Sequence[PostMedia]
) -> list[Said]:
    """Channels that say the same are one tab; the shared text comes first. What is made of it for
    others, as a thread is, has their name.
    """
    by_asset = {picture.asset_id: picture for picture in pictures}
    groups: dict[Any, Said] = {}
    for variant in sorted(variants, key=lambda variant: variant.text is not None):
        found = document["channels"][str(variant.channel_id)]
        order = [picture["asset"] for picture in found["media"]]
        head, *parts = content.texts_of(found)
        comment = found["first_comment"]
        key = (head, *parts, comment, *order, *sorted(found["options"].items()))
        if key not in groups:
            groups[key] = Said(
                channels=[],
                text=head,
                pictures=[Shown(by_asset[pk]) for pk in order],
                shared=not groups and variant.text is None,
                options=_options(variant),
                parts=parts,
                comment=comment,
            )
        groups[key].channels.append(variant.channel)
        for shown, picture in zip(groups[key].pictures, found["media"], strict=True):
            _see(shown, picture, variant.channel)
    if not groups:
        text = content.text_for(document["body"], document["hashtags"], None)
        return [Said([], text, [Shown(picture) for picture in pictures], True, [])]
    return list(groups.values())


def _see(shown: Shown, picture: dict[str, Any], channel: Channel) -> None:
    box = renditions.cut_of(picture, channel.platform)
    part = next((one for one in shown.parts if one.box == box), None)
    if part is None:
        part = Part(box, _shape(picture, box, channel.platform) if box else "")
        shown.parts.append(part)
    part.channels.append(channel)


def _shape(picture: dict[str, Any], box: Box, platform: str) -> str:
    return crops.shape(picture["height"], box, registry.ADAPTERS[platform].spec)


def _options(variant: Variant) -> list[tuple[str, str]]:
    adapter = registry.ADAPTERS.get(variant.channel.platform)
    known = {option.name: option for option in adapter.spec.options} if adapter else {}
    return [
        (spoken(known[name].label), spoken(dict(known[name].choices).get(value, value)))
        for name, value in variant.options.items()
        if name in known
    ]
