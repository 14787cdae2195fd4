"""What an administrator decides about this installation. Called by the command and the admin."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from delivery import instance, rewind
from delivery.models import Stray
from posts.errors import PostsError
from posts.models import Post
from posts.services import schedule
from posts.states import Stage
from publishers import instance as ownership
from publishers.services import disconnect_all

COPY = "This is a copy of another Drumbeat. Connect the channel again to publish from here."


def move_here() -> None:
    """The database is ours from now on. What fell due on its way here is looked up first."""
    with transaction.atomic():
        rewind.begin(since=rewind.last_sign())
        ownership.take_over()
    instance.forget()


def make_copy() -> int:
    """Ours, without a channel: nothing is published from here unless somebody connects one.

    Returns how many channels there were. No platform is told: the original uses the tokens. What
    was planned goes back to the drawer, or everybody would hear that it was missed.
    """
    number = disconnect_all(COPY)
    for post in Post.objects.filter(stage=Stage.SCHEDULED).iterator():
        try:
            schedule.unschedule(post=post, by=None)
        except PostsError:
            # Under way when it was copied: that is for a person, here as there.
            continue
    ownership.take_over()
    instance.forget()
    return number


def doubt_everything() -> None:
    """By hand, where no journal could tell that the database was restored."""
    rewind.begin(since=rewind.last_sign())
    instance.forget()


def note(stray: Stray, *, by: User) -> None:
    """Somebody has looked whether it is live; the list need not show it any more."""
    Stray.objects.filter(pk=stray.pk, noted_at=None).update(noted_at=timezone.now(), noted_by=by)
