"""Posts of which everything has ended, as one after the other of their deliveries does. For
services, and the room that delivers.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, Q

from notifications.live import announce
from posts import workflow
from posts.models import Delivery, Post
from posts.states import DeliveryState, Stage


def finish(*post_ids: int) -> list[Post]:
    """Posts of which every delivery has ended, and at least one is out, are done; returns those.

    A post of which all were cancelled goes nowhere: still approved, it has no time any more.
    """
    held = Post.objects.select_for_update(of=("self",), no_key=True).select_related("team")
    posts = list(held.filter(pk__in=post_ids, stage=Stage.SCHEDULED).order_by("pk"))
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
    _look_again(posts, done)
    return done


def _look_again(posts: Sequence[Post], done: Sequence[Post]) -> None:
    topics: defaultdict[int, list[str]] = defaultdict(list)
    for post in done:
        topics[post.team_id].append(f"post:{post.pk}")
    for team_id in {post.team_id for post in posts}:
        announce(team_id, *topics[team_id], "board", "calendar")
