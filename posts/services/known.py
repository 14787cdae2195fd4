"""What a team has, by the names that a file may call it. Read once for each handful of rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models.functions import Lower

from accounts.models import Membership, Team, User
from posts import cells
from posts.models import Campaign, Import, ImportRow, MediaAsset, Tag
from publishers import registry
from publishers.models import Channel
from ui.formulas import plain


@dataclass(frozen=True)
class Known:
    """`names`: ids of the channels that may be meant; `members`: ids by address, `media`: assets by
    file name; all in small letters. `may_commit`: what has a time may be scheduled at once.
    """

    by: User
    may_commit: bool
    channels: Mapping[int, Channel]
    names: Mapping[str, Sequence[int]]
    members: Mapping[str, int]
    tags: frozenset[str]
    campaigns: frozenset[str]
    media: Mapping[str, MediaAsset]

    @cached_property
    def assets(self) -> dict[int, MediaAsset]:
        return {asset.pk: asset for asset in self.media.values()}

    def exact(self, channel_id: int) -> str:
        channel = self.channels[channel_id]
        return f"{channel.platform}:{channel.handle}"


def known(importing: Import, membership: Membership, rows: Iterable[ImportRow] = ()) -> Known:
    team = importing.team
    channels = channels_of(team)
    people = team.memberships.values_list("user__email", "user_id")
    return Known(
        by=membership.user,
        may_commit=not team.review_required and membership.can("schedule"),
        channels=channels,
        names=names_of(channels.values()),
        members={email.lower(): pk for email, pk in people},
        tags=_names(Tag, importing, "tags"),
        campaigns=_names(Campaign, importing, "campaign"),
        media=_media(importing, rows),
    )


def channels_of(team: Team) -> dict[int, Channel]:
    """Without those of platforms that this version no longer has."""
    found = Channel.objects.for_team(team)
    return {one.pk: one for one in found if one.platform in registry.ADAPTERS}


def names_of(channels: Iterable[Channel]) -> dict[str, list[int]]:
    """A channel's own names come before that of its platform, which means it where it is alone."""
    exact: defaultdict[str, list[int]] = defaultdict(list)
    loose: defaultdict[str, list[int]] = defaultdict(list)
    for channel in channels:
        handle = channel.handle.removeprefix("@")
        for name in dict.fromkeys(
            one.lower()
            for one in (channel.name, handle, f"{channel.platform}:{handle}")
            if one.strip()
        ):
            exact[name].append(channel.pk)
        spec = registry.spec_for(channel.platform)
        for name in dict.fromkeys((channel.platform, spec.name.lower())):
            loose[name].append(channel.pk)
    return {**loose, **exact}


def _names(model: type[Tag] | type[Campaign], importing: Import, target: str) -> frozenset[str]:
    if target not in importing.columns:
        return frozenset()
    names = model._default_manager.filter(team=importing.team).values_list("name", flat=True)
    return frozenset(name.lower() for name in names)


def _media(importing: Import, rows: Iterable[ImportRow]) -> dict[str, MediaAsset]:
    """Of several with one name the newest. A list that is too long asks for no more than any other:
    a statement takes only so many values. While posts are made nobody deletes them.
    """
    if "media" not in importing.columns:
        return {}
    at = importing.columns.index("media")
    wanted = {
        name.lower()
        for row in rows
        if at < len(row.cells)
        for name in cells.names(plain(row.cells[at]))[: cells.MAX_MEDIA]
    }
    named = MediaAsset.objects.for_team(importing.team).annotate(small=Lower("name"))
    found = named.filter(small__in=wanted).order_by("pk")
    if importing.step == Import.Step.RUNNING:
        found = found.select_for_update(no_key=True)
    return {asset.name.lower(): asset for asset in found}
