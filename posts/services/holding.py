"""What was to go out and is stopped by a gate: it stays approved, and people hear why."""

from django.db import transaction
from django.urls import reverse

from notifications.live import announce
from notifications.services import tell as notify
from posts import workflow
from posts.errors import Stopped
from posts.gatekeeper import PLATFORM
from posts.models import Post, Revision, Verdict
from posts.services import gating
from posts.services.commitment import locked, open_deliveries, recall_one
from posts.states import DeliveryState, Stage


def tell(
    post: Post, revision: Revision, stopped: Stopped, when: str = gating.When.SCHEDULE
) -> None:
    """To its author and whoever sees to it, and in its history."""
    if stopped.looked is not None:
        gating.keep(stopped.looked, post, revision, when)
    reason = " ".join(dict.fromkeys(problem.message for _pk, problem in stopped.problems))[:1000]
    workflow.record(post, "post.hold", data={"reason": reason})
    page = reverse("posts:post", kwargs={"team": post.team.slug, "post_id": post.pk})
    data = {"title": str(post), "reason": reason[:500], "post": post.pk, "url": page}
    people = {user.pk: user for user in (post.author, post.assignee) if user}
    members = set(post.team.memberships.filter(user__in=people).values_list("user_id", flat=True))
    for pk, user in people.items():
        if pk in members:
            notify(kind="gate_held", team=post.team, user=user, data=data)


@transaction.atomic
def look_ahead(*, post: Post) -> bool:
    """Look at what is about to go out once more. What a gate stops by now is taken off the
    schedule; True then. What is out on one channel already is left to go on.

    Raises BeingPublished where a worker was first.
    """
    post = locked(post)
    queued = [d for d in open_deliveries(post).select_related("revision") if d.revision]
    if post.stage != Stage.SCHEDULED or not queued:
        return False
    revision = queued[0].revision
    assert revision is not None
    due = {d.channel_id: d.due_at for d in queued if d.due_at}
    looked = gating.look(post, revision, due, committed=True)
    stops = looked.blocked_but({PLATFORM})
    if not stops or _begun(post):
        gating.keep(looked, post, revision, Verdict.When.AHEAD)
        return False
    for delivery in queued:
        recall_one(delivery, by=None)
    workflow.move(post, "unschedule", name="Drumbeat")
    tell(post, revision, Stopped(stops, looked), Verdict.When.AHEAD)
    announce(post.team_id, "board", "calendar")
    return True


def _begun(post: Post) -> bool:
    return post.deliveries.filter(state=DeliveryState.PUBLISHED).exists()
