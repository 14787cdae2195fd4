"""What the composer shows, built from a stored post or from what was just typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Team
from posts import content, renditions
from posts.content import Snapshot
from posts.forms import known
from posts.labels import labels
from posts.models import MediaAsset, Post, PostMedia, Variant
from posts.queries import crops
from posts.queries.preview import Preview, preview
from posts.services import checks
from posts.services.compose import Draft, VariantDraft
from posts.services.composer import Plan
from posts.times import Moment
from posts.views.checklines import Check, lines
from posts.views.panels import OptionField, Panel, Tile
from publishers import registry
from publishers.contract import Option
from publishers.models import Channel
from ui.spoken import spoken


@dataclass(frozen=True)
class Sheet:
    post: Post | None
    values: Mapping[str, Any]
    panels: list[Panel]
    tiles: list[Tile]
    checks: list[Check]
    note: str = ""

    @property
    def picked(self) -> list[Panel]:
        return [panel for panel in self.panels if panel.picked]

    @property
    def fewest(self) -> int | None:
        """How many pictures all of them take that take any."""
        rooms = [panel.spec.limits.images for panel in self.picked]
        return min(filter(None, rooms), default=None)

    @property
    def narrowest(self) -> list[str]:
        """The platforms that take no more, where others do; empty where all take as many."""
        rooms = {p.spec.name: p.spec.limits.images for p in self.picked if p.spec.limits.images}
        wide = any(room != self.fewest for room in rooms.values())
        return [name for name, room in rooms.items() if wide and room == self.fewest]

    @property
    def tightest(self) -> Panel | None:
        """Of the channels that take the shared text, the one with the least room."""
        sharing = [panel for panel in self.picked if not panel.own]
        return min(sharing, key=_room, default=None)


def _room(panel: Panel) -> int:
    return panel.measure.left - panel.measure.over


def sheet(
    *,
    team: Team,
    post: Post | None,
    draft: Draft,
    values: Mapping[str, Any],
    times: Mapping[int, tuple[str, str]],
    plan: Plan | None,
    everywhere: Iterable[Channel],
) -> Sheet:
    channels = [channel for channel in everywhere if known(channel)]
    assets = MediaAsset.objects.for_team(team).in_bulk([pk for pk, _alt in draft.media])
    tiles = _tiles(draft, assets, channels)
    document = typed(team, draft, channels, tiles)
    told = labels(channels)
    panels = [
        _panel(c, draft, document, tiles, times.get(c.pk), plan, label=told.get(c.pk, ""))
        for c in channels
    ]
    picked = {pk: said for pk, said in document["channels"].items() if int(pk) in draft.channels}
    asked = {**document, "channels": picked}
    found = _found(Post(pk=post.pk if post else None, team=team), asked, channels, plan)
    return Sheet(
        post=post,
        values=values,
        panels=panels,
        tiles=tiles,
        checks=lines(found, panels, tiles, begun=bool(values["begun"])),
        note=plan.at.note if plan and plan.at else "",
    )


def _tiles(
    draft: Draft, assets: Mapping[int, MediaAsset], channels: Sequence[Channel]
) -> list[Tile]:
    slugs = {channel.platform for channel in channels}
    specs = [spec for spec in registry.specs() if spec.slug in slugs]
    chosen = [(assets[pk], alt, draft.focal_of(pk)) for pk, alt in draft.media if pk in assets]
    return [
        Tile(asset, alt, n, focal, crops.cuts(asset, specs, focal))
        for n, (asset, alt, focal) in enumerate(chosen, 1)
    ]


def _found(
    post: Post, document: Snapshot, channels: Sequence[Channel], plan: Plan | None
) -> checks.Found:
    """At the times that are chosen. Nothing while no channel is."""
    if not document["channels"]:
        return []
    at_hand, ids = {channel.pk: channel for channel in channels}, map(int, document["channels"])
    at = plan.at if plan else None
    due = {pk: plan.per_channel.get(pk, at).at for pk in ids} if plan and at else {}
    return checks.problems(post, document, at_hand, due)


def typed(team: Team, draft: Draft, channels: Sequence[Channel], tiles: list[Tile]) -> Snapshot:
    """The document of a draft that is stored nowhere; channels that are not picked take part."""
    post = Post(
        team=team,
        kind=draft.kind,
        title=draft.title,
        summary=draft.summary,
        body=draft.body,
        hashtags=list(draft.hashtags),
    )
    variants = [_variant(channel, draft.channels.get(channel.pk)) for channel in channels]
    pictures = [
        PostMedia(asset=tile.asset, alt=tile.alt, focal_x=tile.focal.x, focal_y=tile.focal.y)
        for tile in tiles
    ]
    return content.document(post, pictures, variants)


def _variant(channel: Channel, draft: VariantDraft | None) -> Variant:
    draft = draft or VariantDraft()
    return Variant(
        channel=channel,
        text=draft.text,
        media=None if draft.media is None else list(draft.media),
        first_comment=draft.first_comment,
        options=dict(draft.options),
    )


def _panel(
    channel: Channel,
    draft: Draft,
    document: Snapshot,
    tiles: list[Tile],
    own_time: tuple[str, str] | None,
    plan: Plan | None,
    *,
    label: str,
) -> Panel:
    variant = draft.channels.get(channel.pk, VariantDraft())
    moment = plan.per_channel.get(channel.pk, plan.at) if plan else None
    look = _look(channel, document, tiles, own=variant.text is not None, moment=moment)
    drawn = {tile.asset for tile in look.pictures}
    return Panel(
        channel=channel,
        spec=look.spec,
        picked=channel.pk in draft.channels,
        label=label,
        closed=_closed(channel),
        own=variant.text or "",
        shared=content.text_for(draft.body, draft.hashtags, None),
        measure=look.measure,
        options=tuple(_option(channel, o, variant) for o in look.spec.options_of(channel.kind)),
        comment=variant.first_comment,
        pictures=[(tile, tile.asset in drawn) for tile in tiles],
        date=own_time[0] if own_time else "",
        time=own_time[1] if own_time else "",
        preview=look,
    )


def _look(
    channel: Channel, document: Snapshot, tiles: list[Tile], *, own: bool, moment: Moment | None
) -> Preview:
    said = document["channels"][str(channel.pk)]
    by_asset = {tile.asset.pk: tile for tile in tiles}
    drawn = [
        replace(by_asset[picture["asset"]], cut=renditions.cut_of(picture, channel.platform))
        for picture in said["media"]
    ]
    spec = registry.spec_for(channel.platform)
    if not said["parts"]:
        spec = replace(spec, limits=spec.limits_of(channel.kind))
    look = preview(
        channel,
        spec,
        content.texts_of(said),
        drawn,
        comment=said["first_comment"],
        own=own,
        at=moment.at if moment else None,
    )
    return replace(look, title=document["title"] if spec.limits.title else "")


def _closed(channel: Channel) -> str:
    """Why nothing can be sent there; empty when it can."""
    if channel.state == Channel.State.CONNECTED:
        return _("Paused. Posts wait until it is resumed.") if channel.paused else ""
    return spoken(channel.problem) or str(channel.get_state_display())


def _option(channel: Channel, option: Option, variant: VariantDraft) -> OptionField:
    return OptionField(
        name=f"opt_{channel.pk}_{option.name}",
        label=option.label,
        help=option.help,
        choices=option.choices,
        value=variant.options.get(option.name, option.default),
        longest=option.longest,
    )
