"""When a post is done: asked whenever something of it is live, or was dropped.

Callers hold the transaction.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, Q

from notifications.live import announce
from posts import workflow
from posts.models import Delivery, Post
from posts.services.commitment import open_deliveries
from posts.states import DeliveryState, Stage

# Where a restored database may have put back what is live already.
FORGOTTEN = (Stage.DRAFTING, Stage.IN_REVIEW, Stage.CHANGES_REQUESTED, Stage.APPROVED)


def finish(*post_ids: int) -> list[Post]:
    """Posts of which every delivery has ended, and at least one is out, are done; returns those.

    A post of which all were cancelled goes nowhere: still approved, it has no time any more.
    """
    held = Post.objects.select_for_update(of=("self",), no_key=True).select_related("team")
    found = held.filter(pk__in=post_ids, stage__in=(Stage.SCHEDULED, *FORGOTTEN)).order_by("pk")
    every = list(found)
    posts = [post for post in every if post.stage == Stage.SCHEDULED]
    counted = (
        Delivery.objects.filter(post__in=posts)
        .exclude(state=DeliveryState.CANCELLED)
        .values_list("post_id")
        .annotate(left=Count("pk", filter=~Q(state=DeliveryState.PUBLISHED)))
        .order_by()
    )
    left = dict(counted) if posts else {}
    done = [post for post in posts if left.get(post.pk) == 0]
    workflow.move_all(done, "finish")
    for post in posts:
        if post.pk not in left:
            workflow.move(post, "unschedule")
            Post.objects.filter(pk=post.pk).update(planned_at=None, planned_zone="")
    forgotten = [post for post in every if post.stage in FORGOTTEN and _live(post)]
    for post in forgotten:
        workflow.move(post, "finish")
    _look_again([*posts, *forgotten], [*done, *forgotten])
    return [*done, *forgotten]


def _live(post: Post) -> bool:
    """On every channel that it is for, in the words that it has now."""
    if open_deliveries(post).exists():
        return False
    out = post.deliveries.filter(state=DeliveryState.PUBLISHED, content_hash=post.content_hash)
    wanted = set(post.variants.values_list("channel_id", flat=True))
    return bool(wanted) and wanted <= set(out.values_list("channel_id", flat=True))


def _look_again(posts: Sequence[Post], done: Sequence[Post]) -> None:
    topics: defaultdict[int, list[str]] = defaultdict(list)
    for post in done:
        topics[post.team_id].append(f"post:{post.pk}")
    for team_id in {post.team_id for post in posts}:
        announce(team_id, *topics[team_id], "board", "calendar")
