"""Keeping the library in order: names, folders, tags, and letting go of what nobody needs.

What a post that is not out yet needs is never deleted: whoever deletes locks the rows first, and so
does whoever takes one into a post (compose.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Team
from notifications.live import announce
from posts import audited
from posts.errors import PostsError
from posts.models import Folder, MediaAsset, Rendition, Tag
from posts.models.media import MediaQuerySet
from posts.models.post import MOST_TAGS
from posts.queries import uses
from posts.services.named import named
from publishers.crops import CENTRE, Point

# As long as this, what was deleted can be put back.
KEPT = timedelta(days=30)
MOST_AT_ONCE = 200
# A tick must end before the next one begins; the rest waits for it.
_LET_GO = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Deleted:
    """Which went, and which stayed because of posts."""

    gone: list[int]
    kept: list[int]


class Rights(NamedTuple):
    """Why the team may publish it, and until when; columns of MediaAsset."""

    rights: str = ""
    credit: str = ""
    rights_until: date | None = None


NO_RIGHTS = Rights()


@transaction.atomic
def edit(
    *,
    asset: MediaAsset,
    name: str,
    alt: str,
    folder: Folder | None,
    tags: Sequence[str],
    rights: Rights = NO_RIGHTS,
    focal: Point = CENTRE,
) -> None:
    """Posts that use it keep the description and the focal point that they have."""
    had = Rights(asset.rights, asset.credit, asset.rights_until)
    was = {"name": asset.name, "alt": asset.alt, "folder": asset.folder_id, **had._asdict()}
    was |= {"focal_x": asset.focal_x, "focal_y": asset.focal_y}
    said = {**rights._asdict(), "focal_x": focal.x, "focal_y": focal.y}
    now = {"name": name, "alt": alt, "folder": folder.pk if folder else None, **said}
    before, after = audit.changed(was, now)
    MediaAsset.objects.filter(pk=asset.pk).update(name=name, alt=alt, folder=folder, **said)
    asset.tags.set(named(Tag, asset.team, tags).values())
    after["tags"] = list(tags)
    audited.thing(asset, "media.edit", team=asset.team_id, before=before, after=after)
    announce(asset.team_id, "media")


@transaction.atomic
def move(*, team: Team, ids: Collection[int], folder: Folder | None) -> int:
    """How many lie there now. None: in no folder."""
    moved = MediaAsset.objects.for_team(team).filter(pk__in=ids).update(folder=folder)
    audited.many("media.move", team, ids if moved else (), {"folder": str(folder or "")})
    announce(team.pk, "media")
    return moved


@transaction.atomic
def tag(*, team: Team, ids: Collection[int], names: Sequence[str]) -> int:
    """How many have all these tags now, beside those that they had."""
    found = list(MediaAsset.objects.for_team(team).filter(pk__in=ids).values_list("pk", flat=True))
    tags = named(Tag, team, names).values()
    through = MediaAsset.tags.through._default_manager
    through.bulk_create(
        [
            MediaAsset.tags.through(mediaasset_id=pk, tag_id=tag.pk)
            for pk in sorted(found)
            for tag in tags
        ],
        ignore_conflicts=True,
    )
    counted = MediaAsset.objects.filter(pk__in=found).annotate(n=Count("tags"))
    if counted.filter(n__gt=MOST_TAGS).exists():
        raise PostsError(_("At most %(n)s tags per file. Nothing was changed.") % {"n": MOST_TAGS})
    audited.many("media.tag", team, found, {"tags": list(names)})
    announce(team.pk, "media")
    return len(found)


@transaction.atomic
def delete(*, team: Team, ids: Collection[int], sure: bool = False) -> Deleted:
    """What no post needs; what only posts that are out show, where one is `sure` of it."""
    rows = MediaAsset.objects.for_team(team).filter(pk__in=ids).order_by("pk").select_for_update()
    found = list(rows.values_list("pk", flat=True))
    kept = uses.needed(team, found) | (set() if sure else uses.published(team, found))
    gone = [pk for pk in found if pk not in kept]
    MediaAsset.objects.filter(pk__in=gone).update(deleted_at=timezone.now())
    audited.many("media.delete", team, gone)
    _tell(team, gone)
    return Deleted(gone, sorted(kept))


@transaction.atomic
def restore(*, team: Team, ids: Collection[int]) -> int:
    """How many are back. What is deleted for good is not."""
    rows = MediaAsset.objects.ever_of(team).filter(pk__in=ids, deleted_at__isnull=False)
    found = rows.exclude(file="").order_by("pk").select_for_update()
    back = list(found.values_list("pk", flat=True))
    MediaAsset.objects.filter(pk__in=back).update(deleted_at=None)
    audited.many("media.restore", team, back)
    _tell(team, back)
    return len(back)


def _tell(team: Team, ids: Collection[int]) -> None:
    """Those who look at the list, and those who look at one of these."""
    if ids:
        announce(team.pk, "media", *(f"media:{pk}" for pk in ids))


def sweep() -> None:
    """Delete for good what was deleted long ago, as far as no post may need it again."""
    old = _long_deleted().filter(~uses.of_unfinished("pk")).order_by("deleted_at")
    for pk in old.values_list("pk", flat=True)[:_LET_GO]:
        _let_go(pk)


def _long_deleted() -> MediaQuerySet:
    return MediaAsset.objects.filter(deleted_at__lt=timezone.now() - KEPT).exclude(file="")


@transaction.atomic
def _let_go(pk: int) -> None:
    asset = _long_deleted().filter(pk=pk).select_for_update(skip_locked=True).first()
    if asset is None or uses.needed(asset.team, [pk]):
        return
    renditions = Rendition.objects.filter(asset=asset)
    files = [asset.file.name, *renditions.values_list("file", flat=True)]
    renditions.delete()
    if uses.shown([pk]):
        MediaAsset.objects.filter(pk=pk).update(file="")
    else:
        files.append(asset.thumbnail.name)
        MediaAsset.objects.filter(pk=pk).delete()
    transaction.on_commit(lambda: _unlink(files))


def _unlink(names: Sequence[str | None]) -> None:
    for name in filter(None, names):
        try:
            default_storage.delete(name)
        except OSError as error:
            log.warning("library.file_stays", file=name, error=str(error))
