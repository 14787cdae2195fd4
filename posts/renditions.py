"""Pictures as a platform takes them, where it does not take them as they are.

Rows first: what is approved orders its renditions, the tick makes them, and whoever builds a
payload makes what is still missing. The approved digest stays over the originals. Called by
services, tasks and payloads.py.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from posts import content, decoding
from posts.decoding import EXTENSIONS, Converted, Unreadable
from posts.errors import TamperedContent
from posts.models import MediaAsset, Rendition, Revision
from publishers import registry, renditions
from publishers.contract import Media
from publishers.crops import Box
from publishers.renditions import Recipe

# A tick must end before the next worker wonders; the rest waits for the next tick.
AT_ONCE = 5
# Who set about one and died is followed by another after so long.
PATIENCE = timedelta(minutes=10)

log = structlog.get_logger(__name__)


class Damaged(Exception):
    """What was made of a picture is gone or another. Nothing is sent; the next try has it anew."""


def order(revision: Revision) -> None:
    """Note what its channels will need, for `make_waiting`."""
    Rendition.objects.bulk_create(
        [
            Rendition(asset_id=pk, key=recipe.key)
            for pk, recipe in dict.fromkeys(_needed(revision.snapshot))
        ],
        ignore_conflicts=True,
    )


def _needed(document: Mapping[str, Any]) -> Iterator[tuple[int, Recipe]]:
    shown = [
        (said["platform"], one) for said in document["channels"].values() for one in said["media"]
    ]
    stored = set(
        MediaAsset.objects.filter(pk__in={one["asset"] for _, one in shown}).values_list(
            "pk", flat=True
        )
    )
    for platform, picture in shown:
        recipe = recipe_for(picture, platform)
        if recipe is not None and picture["asset"] in stored:
            yield picture["asset"], recipe


def recipe_for(picture: Mapping[str, Any], platform: str) -> Recipe | None:
    """`picture` as a snapshot has it."""
    adapter = registry.ADAPTERS.get(platform)
    if adapter is None or picture["mime"].startswith("video/"):
        return None
    facts = Media(
        sha256=picture["sha256"],
        mime=picture["mime"],
        width=picture["width"],
        height=picture["height"],
        size=picture["bytes"],
        alt="",
        read=bytes,
    )
    planned = renditions.plan(facts, adapter.spec, focal=content.focal_of(picture))
    return planned if isinstance(planned, Recipe) else None


def cut_of(picture: Mapping[str, Any], platform: str) -> Box | None:
    """What of it is seen there; None: the whole. `picture` as above."""
    recipe = recipe_for(picture, platform)
    return recipe.box if recipe else None


def waiting() -> list[int]:
    """The ids of those that nobody is making."""
    return list(_left().order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def _left() -> QuerySet[Rendition]:
    abandoned = Q(tried_at=None) | Q(tried_at__lt=Now() - PATIENCE)
    return Rendition.objects.filter(abandoned, file="")


def _claimed(pk: int) -> bool:
    """Of all who come for it one makes it."""
    return _left().filter(pk=pk).update(tried_at=Now()) == 1


def make_waiting() -> None:
    """What fails is told where its payload is built, half an hour before it is due."""
    for pk in waiting():
        if _claimed(pk):
            try:
                make(Rendition.objects.select_related("asset").get(pk=pk))
            except (TamperedContent, Unreadable, OSError, Rendition.DoesNotExist) as error:
                log.warning("renditions.failed", rendition=pk, error=type(error).__name__)


def made(asset: MediaAsset, recipe: Recipe) -> Rendition:
    """Raises TamperedContent where the picture is not what it was, or cannot be converted.

    Unreadable and OSError are of this moment: another try may do it.
    """
    found = _row(asset, recipe)
    return found if found.file else make(found)


def made_once(asset: MediaAsset, recipe: Recipe) -> Rendition | None:
    """As `made`, for whoever many may ask at a time: None while another makes it, and for a while
    after that failed. Raises Rendition.DoesNotExist, too, where it is gone meanwhile.
    """
    found = _row(asset, recipe)
    if found.file:
        return found
    return make(found) if _claimed(found.pk) else None


def _row(asset: MediaAsset, recipe: Recipe) -> Rendition:
    rows = Rendition.objects.select_related("asset")
    return rows.get_or_create(asset=asset, key=recipe.key)[0]


def make(rendition: Rendition) -> Rendition:
    asset = rendition.asset
    converted = _converted(asset, renditions.of_key(rendition.key))
    name = f"{asset.team_id}/{secrets.token_hex(16)}.{EXTENSIONS[converted.mime]}"
    name = default_storage.save(name, ContentFile(converted.content))
    first = Rendition.objects.filter(pk=rendition.pk, file="").update(
        file=name,
        sha256=hashlib.sha256(converted.content).hexdigest(),
        mime=converted.mime,
        width=converted.width,
        height=converted.height,
        bytes=len(converted.content),
    )
    if not first:
        default_storage.delete(name)
    rendition.refresh_from_db()
    return rendition


def damaged(rendition: Rendition) -> Damaged:
    """Forgets the file, as an error to raise."""
    mine = Rendition.objects.filter(pk=rendition.pk, file=rendition.file.name)
    if mine.update(file="", sha256="", tried_at=None):
        rendition.file.storage.delete(rendition.file.name or "")
    return Damaged(f"The rendition {rendition} is damaged. It is made anew.")


def _converted(asset: MediaAsset, recipe: Recipe) -> Converted:
    try:
        with asset.file.open("rb") as file:
            raw: bytes = file.read()
    except (FileNotFoundError, ValueError):  # ValueError: the row names no file any more.
        raise TamperedContent(
            f"“{asset}” is gone from the store. Upload the picture again."
        ) from None
    if hashlib.sha256(raw).hexdigest() != asset.sha256:
        raise TamperedContent(
            "A stored picture differs from what was approved. Upload the picture again."
        )
    try:
        return decoding.converted(raw, recipe)
    except Unreadable as error:
        if error.reason in ("slow", "died", "memory"):
            raise
        raise TamperedContent(
            f"“{asset}” could not be made small enough. Upload a smaller version of it."
        ) from None
