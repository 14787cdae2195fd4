"""When a post is done: asked whenever something of it is live, or was dropped.

Callers hold the transaction.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from notifications.live import announce
from posts import states, workflow
from posts.models import Delivery, Post, Variant
from posts.states import DeliveryState, Stage

# Where a restored database may have put back what is live already.
PUT_BACK = (
    Stage.IDEA,
    Stage.DRAFTING,
    Stage.IN_REVIEW,
    Stage.CHANGES_REQUESTED,
    Stage.APPROVED,
)


def finish(*post_ids: int) -> list[Post]:
    """Posts of which every delivery has ended, and at least one is out, are done; returns those.

    A post of which all were cancelled goes nowhere: still approved, it has no time any more.
    """
    held = Post.objects.select_for_update(of=("self",), no_key=True).select_related("team")
    found = held.filter(pk__in=post_ids, stage__in=(Stage.SCHEDULED, *PUT_BACK)).order_by("pk")
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
    early = [post for post in every if post not in posts]
    live = put_back().filter(pk__in=[post.pk for post in early]) if early else Post.objects.none()
    known = set(live.values_list("pk", flat=True))
    forgotten = [post for post in early if post.pk in known]
    for post in forgotten:
        workflow.move(post, "finish")
    _look_again([*posts, *forgotten], [*done, *forgotten])
    return [*done, *forgotten]


def put_back() -> QuerySet[Post]:
    """Live on every channel that they are for, in the words that they have now."""
    out = Delivery.objects.filter(
        post=OuterRef("post"),
        channel=OuterRef("channel"),
        state=DeliveryState.PUBLISHED,
        content_hash=OuterRef("post__content_hash"),
    )
    wanted = Variant.objects.filter(post=OuterRef("pk"))
    waiting = Delivery.objects.filter(post=OuterRef("pk")).exclude(state__in=states.ENDED)
    return Post.objects.filter(
        Exists(wanted), ~Exists(wanted.filter(~Exists(out))), ~Exists(waiting), stage__in=PUT_BACK
    )


def _look_again(posts: Sequence[Post], done: Sequence[Post]) -> None:
    topics: defaultdict[int, list[str]] = defaultdict(list)
    for post in done:
        topics[post.team_id].append(f"post:{post.pk}")
    for team_id in {post.team_id for post in posts}:
        announce(team_id, *topics[team_id], "board", "calendar")
