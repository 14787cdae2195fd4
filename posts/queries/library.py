"""The library as its pages show it: a shelf of tiles, and all there is to say of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import Team
from posts.models import Folder, MediaAsset, PostMedia, Rendition, Tag
from posts.queries import crops, uses
from publishers import renditions, visuals
from publishers.contract import Media, Spec
from publishers.problems import megabytes
from publishers.renditions import Recipe

PER_PAGE = 48
# Of those that somebody has before them when the list reads itself again.
MOST_SHOWN = 12 * PER_PAGE
MOST_NAMES = 200
MOST_RENDITIONS = 40
NO_FOLDER = -1
SHOWS = ("", "unused", "bare", "deleted")
# By name: the column, and whether it falls.
SORTS: dict[str, tuple[str, bool]] = {
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
    "name": ("called", False),
    "largest": ("bytes", True),
}


@dataclass(frozen=True)
class Wanted:
    """What the page is asked for. `folder` NO_FOLDER: what lies in none. `after`: the tile that
    stood last on the page before. `shown`: how many tiles are there already, of all its pages.
    """

    words: str = ""
    kind: str = ""
    folder: int = 0
    tag: int = 0
    show: str = ""
    sort: str = "newest"
    after: int = 0
    shown: int = 0

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.kind or self.folder or self.tag or self.show)


@dataclass(frozen=True)
class Tile:
    asset: MediaAsset
    uses: int


@dataclass(frozen=True)
class Shelf:
    """`last`: where the next page begins; 0 where there is none."""

    tiles: list[Tile]
    last: int


@dataclass(frozen=True)
class Summary:
    files: int
    bytes: int
    bare: int


@dataclass(frozen=True)
class Fit:
    """How one platform takes it: as it is, changed on the way, or not at all."""

    spec: Spec
    level: str
    words: str


def shelf(team: Team, wanted: Wanted) -> Shelf:
    column, falls = SORTS[wanted.sort]
    rows = _found(team, wanted).annotate(called=Lower("name"))
    begin = rows.filter(pk=wanted.after).values_list(column, flat=True).first()
    if begin is not None:
        rows = rows.filter(_beyond(column, begin, wanted.after, falls=falls))
    rows = rows.order_by(*((f"-{column}", "-pk") if falls else (column, "pk")))
    most = min(max(wanted.shown, PER_PAGE), MOST_SHOWN)
    found = list(rows[: most + 1])
    shown = found[:most]
    return Shelf(tiles(team, shown), shown[-1].pk if len(found) > most else 0)


def tiles(team: Team, assets: Sequence[MediaAsset]) -> list[Tile]:
    used = uses.counts(team, [asset.pk for asset in assets])
    return [Tile(asset, used.get(asset.pk, 0)) for asset in assets]


def _found(team: Team, wanted: Wanted) -> QuerySet[MediaAsset]:
    rows = MediaAsset.objects.for_team(team)
    if wanted.show == "deleted":
        deleted = MediaAsset.objects.ever_of(team).filter(deleted_at__isnull=False)
        rows = deleted.exclude(file="")
    if wanted.show == "bare":
        rows = rows.filter(alt="")
    if wanted.show == "unused":
        rows = rows.filter(~Exists(PostMedia.objects.filter(asset=OuterRef("pk"))))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.folder:
        rows = rows.filter(folder=None if wanted.folder == NO_FOLDER else wanted.folder)
    if wanted.tag:
        rows = rows.filter(Exists(_tagged(tag=wanted.tag)))
    if wanted.words:
        named = Q(name__icontains=wanted.words) | Q(alt__icontains=wanted.words)
        rows = rows.filter(named | Q(Exists(_tagged(tag__name__icontains=wanted.words))))
    return rows


def _tagged(**condition: Any) -> QuerySet[Any]:
    return MediaAsset.tags.through._default_manager.filter(
        mediaasset_id=OuterRef("pk"), **condition
    )


def _beyond(column: str, value: Any, pk: int, *, falls: bool) -> Q:
    """The first condition alone lets an index begin there."""
    step = "lt" if falls else "gt"
    same = Q(**{column: value, f"pk__{step}": pk})
    return Q(**{f"{column}__{step}e": value}) & (Q(**{f"{column}__{step}": value}) | same)


def summary(team: Team) -> Summary:
    told = MediaAsset.objects.for_team(team).aggregate(
        files=Count("pk"), total=Sum("bytes"), bare=Count("pk", filter=Q(alt=""))
    )
    return Summary(told["files"], told["total"] or 0, told["bare"])


def folders(team: Team) -> list[Folder]:
    return list(Folder.objects.for_team(team)[:MOST_NAMES])


def counted_folders(team: Team) -> QuerySet[Folder]:
    """`files`: how many lie in it."""
    kept = Count("assets", filter=Q(assets__deleted_at=None))
    return Folder.objects.for_team(team).annotate(files=kept).order_by(Lower("name"))


def tags(team: Team) -> list[Tag]:
    """Those that some picture or video has."""
    tagged = MediaAsset.tags.through._default_manager.filter(tag_id=OuterRef("pk"))
    return list(Tag.objects.for_team(team).filter(Exists(tagged)).order_by("name")[:MOST_NAMES])


def made(asset: MediaAsset) -> list[Rendition]:
    rows = Rendition.objects.filter(asset=asset).exclude(file="")
    return list(rows.order_by(F("width").desc(), "pk")[:MOST_RENDITIONS])


def fits(asset: MediaAsset, among: Sequence[Spec]) -> list[Fit]:
    facts = crops.facts(asset)
    return [_fit(facts, spec) for spec in among]


def _fit(facts: Media, spec: Spec) -> Fit:
    # What a description lacks is said at its field.
    found = [p for p in visuals.check([facts], spec) if not p.code.startswith("alt_")]
    errors = [problem.message for problem in found if problem.level == "error"]
    if errors:
        return Fit(spec, "error", errors[0])
    planned = None if facts.is_video else renditions.plan(facts, spec)
    if not isinstance(planned, Recipe):
        return Fit(spec, "ok", _("as it is"))
    if planned.box:
        words = _("cropped to %(shape)s")
        return Fit(spec, "made", words % {"shape": crops.shape(facts.height, planned.box, spec)})
    if (planned.width, planned.height) != (facts.width, facts.height):
        words = _("made %(width)s by %(height)s")
        return Fit(spec, "made", words % {"width": planned.width, "height": planned.height})
    if planned.size < facts.size:
        return Fit(spec, "made", _("made %(size)s at most") % {"size": megabytes(planned.size)})
    kind = planned.kinds[0].removeprefix("image/").upper()
    return Fit(spec, "made", _("made a %(kind)s") % {"kind": kind})
