"""What the platforms of a team would crop of a picture, for those who choose what stays."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Team
from posts.models import MediaAsset
from publishers import registry, renditions
from publishers.contract import Media, Spec
from publishers.crops import Box, Point
from publishers.models import Channel
from publishers.problems import ratio
from publishers.renditions import Recipe


@dataclass(frozen=True)
class Cut:
    """What one platform shows of it, and the shape that it wants, as people say it."""

    spec: Spec
    box: Box
    shape: str


def specs(team: Team) -> list[Spec]:
    """The platforms that the team is connected to."""
    connected = Channel.objects.for_team(team).exclude(state=Channel.State.DISCONNECTED)
    slugs = set(connected.values_list("platform", flat=True))
    return [spec for spec in registry.specs() if spec.slug in slugs]


def facts(asset: MediaAsset) -> Media:
    return Media(
        sha256=asset.sha256,
        mime=asset.mime,
        width=asset.width,
        height=asset.height,
        size=asset.bytes,
        seconds=asset.seconds,
        alt=asset.alt,
        read=bytes,
    )


def cuts(asset: MediaAsset, among: Iterable[Spec], focal: Point) -> list[Cut]:
    """Nothing of a video: no platform gets another part of it."""
    if asset.is_video:
        return []
    picture = facts(asset)
    planned = ((spec, renditions.plan(picture, spec, focal=focal)) for spec in among)
    return [
        Cut(spec, recipe.box, shape(picture.height, recipe.box, spec))
        for spec, recipe in planned
        if isinstance(recipe, Recipe) and recipe.box
    ]


def shape(height: int, box: Box, spec: Spec) -> str:
    """What was cut out of a picture of that height, as people say it."""
    tallest, widest = spec.limits.image_shape
    return ratio(tallest if box.height < height else widest)
