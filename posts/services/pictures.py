"""The pictures of a post, in their order. For services that hold the post."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import Team
from posts.errors import PictureGone
from posts.models import MediaAsset, Post, PostMedia
from publishers.crops import Point


def arrange(post: Post, wanted: Sequence[tuple[int, str, Point]]) -> None:
    """`wanted`: asset id, alt text and what stays of it where it is cropped. Raises PictureGone."""
    here = set(post.pictures.values_list("asset_id", flat=True))
    ids = [pk for pk, _alt, _focal in wanted]
    _hold(set(ids) - here, post.team)
    post.pictures.exclude(asset_id__in=ids).delete()
    for position, (pk, alt, focal) in enumerate(wanted):
        said = {"position": position, "alt": alt, "focal_x": focal.x, "focal_y": focal.y}
        PostMedia.objects.update_or_create(post=post, asset_id=pk, defaults=said)


def _hold(wanted: set[int], team: Team) -> None:
    """Nobody deletes them before the post has them."""
    rows = MediaAsset.objects.for_team(team).filter(pk__in=wanted).order_by("pk")
    held = rows.select_for_update(no_key=True).values_list("pk", flat=True)
    if wanted and set(held) != wanted:
        raise PictureGone(_("One of the pictures was deleted a moment ago. Take it out, and save."))
