"""Which posts hold on to a picture or video. Called by the library's pages and services."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Team
from posts.models import Delivery, Post, PostMedia
from posts.states import DeliveryState, Stage

_D = DeliveryState
# These send what was approved then, whatever the post says by now.
_OF_THEIR_OWN = (_D.CLAIMED, _D.SENDING, _D.ACCEPTED, _D.UNKNOWN, _D.NEEDS_HUMAN, _D.MISSED)
_FROM_BEFORE = Q(state=_D.QUEUED) & ~Q(content_hash=F("post__content_hash"))
_MAY_SEND = Q(state__in=(*_OF_THEIR_OWN, _D.FAILED)) | _FROM_BEFORE


def counts(team: Team, ids: Collection[int]) -> dict[int, int]:
    """How many posts use each."""
    posts = PostMedia.objects.filter(asset__in=ids, post__team=team, post__trashed_at=None)
    rows = posts.values("asset").annotate(n=Count("pk")).values_list("asset", "n")
    return dict(rows.order_by())


def posts_with(team: Team, asset_id: int) -> QuerySet[Post]:
    """Last changed first."""
    posts = Post.objects.for_team(team).filter(pictures__asset=asset_id)
    return posts.order_by("-updated_at", "-pk")


def waiting(team: Team, asset_id: int) -> QuerySet[Post]:
    """Posts that are not out yet and would miss it, by their content or by what is to be sent."""
    sends = Delivery.objects.for_team(team).filter(_MAY_SEND, _says(asset_id))
    has_it = PostMedia.objects.filter(asset=asset_id).values("post")
    not_out = Q(pk__in=has_it) & ~Q(stage=Stage.DONE)
    found = Post.objects.for_team(team).filter(not_out | Q(pk__in=sends.values("post")))
    return found.order_by("-updated_at", "-pk")


def needed(team: Team, ids: Collection[int]) -> set[int]:
    """Those of them that a post needs that is not out yet."""
    uses = PostMedia.objects.filter(asset__in=ids, post__trashed_at=None)
    found = set(uses.exclude(post__stage=Stage.DONE).values_list("asset", flat=True))
    if left := set(ids) - found:
        sends = Delivery.objects.for_team(team).filter(_MAY_SEND, _says(*left))
        for document in sends.values_list("revision__snapshot__media", flat=True):
            found |= {picture["asset"] for picture in document}
    return found & set(ids)


def published(team: Team, ids: Collection[int]) -> set[int]:
    """Those of them that a post has that is out."""
    out = PostMedia.objects.filter(asset__in=ids, post__team=team, post__trashed_at=None)
    return set(out.filter(post__stage=Stage.DONE).values_list("asset", flat=True))


def shown(ids: Collection[int]) -> set[int]:
    """Those of them that any post has, be it out or in the trash."""
    return set(PostMedia.objects.filter(asset__in=ids).values_list("asset", flat=True))


def of_unfinished(reference: str) -> Exists:
    """Whether a post that is not out, or lies in the trash, has the asset that the outer row names
    by this column.
    """
    uses = PostMedia.objects.filter(asset=OuterRef(reference))
    return Exists(uses.filter(~Q(post__stage=Stage.DONE) | Q(post__trashed_at__isnull=False)))


def _says(*ids: int) -> Q:
    """Asked of the database: what may be sent grows with every post that failed."""
    each = (Q(revision__snapshot__media__contains=[{"asset": pk}]) for pk in ids)
    return reduce(or_, each)
