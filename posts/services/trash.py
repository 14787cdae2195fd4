"""Taking a post off every list. Its history stays; what is public is never hidden."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.live import announce
from posts import states, workflow
from posts.errors import BeingPublished, IllegalMove
from posts.models import Approval, MediaAsset, Post
from posts.services.commitment import MAY_BE_PUBLIC, cancel_one, locked, open_deliveries
from posts.states import DeliveryState, Stage


@transaction.atomic
def trash(*, post: Post, by: User) -> None:
    """Cancel what is planned, void approvals and put the post away. There already, it stays there.

    Raises BeingPublished while anything is under way and IllegalMove once anything is public.
    """
    post = locked(post)
    if post.trashed_at is not None:
        return
    found = set(post.deliveries.values_list("state", flat=True))
    if found & {*MAY_BE_PUBLIC, DeliveryState.NEEDS_HUMAN}:
        raise BeingPublished(
            _("This post is being published, or may be live. Wait for the result, then decide.")
        )
    partly = post.deliveries.filter(remote_id__isnull=False)
    if DeliveryState.PUBLISHED in found or partly.exists():
        raise IllegalMove(_("This post is public. Its record stays here, with its links."))
    for delivery in open_deliveries(post):
        cancel_one(delivery, by=by)
    Approval.objects.filter(post=post, revoked_at=None).update(revoked_at=timezone.now())
    if "withdraw" in states.POST[Stage(post.stage)]:
        workflow.move(post, "withdraw", by=by)
    Post.objects.filter(pk=post.pk).update(
        trashed_at=timezone.now(), planned_at=None, planned_zone=""
    )
    workflow.record(post, "post.trash", by=by)
    announce(post.team_id, "board", "calendar")


@transaction.atomic
def take_out(*, post: Post, by: User) -> None:
    """Back on the board as a draft without a time. What was cancelled stays cancelled.

    Its pictures come back with it, where somebody has deleted them meanwhile.
    """
    post = locked(post)
    if post.trashed_at is None:
        raise IllegalMove(_("This post is not in the trash."))
    deleted = MediaAsset.objects.ever_of(post.team).filter(uses__post=post)
    deleted.exclude(deleted_at=None).update(deleted_at=None)
    Post.objects.filter(pk=post.pk).update(trashed_at=None, updated_at=timezone.now())
    workflow.record(post, "post.take_out", by=by)
    announce(post.team_id, "board", "calendar")
