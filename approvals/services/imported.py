"""Sending for review what an import asks for: its rows say so, a tick reads them here."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Membership
from approvals.errors import ReviewError
from approvals.services import ask
from posts.errors import PostsError
from posts.models import ImportRow, Post
from posts.states import Stage

# Each writes to every reviewer; the rest waits for the next tick.
AT_ONCE = 50


def ask_waiting() -> None:
    waiting = ImportRow.objects.filter(asks=True, outcome=ImportRow.Outcome.MADE)
    for pk in waiting.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
        _ask(pk)


@transaction.atomic
def _ask(row_id: int) -> None:
    """Once, whatever comes of it: where it cannot be asked the row says why."""
    held = ImportRow.objects.select_for_update(skip_locked=True, of=("self",))
    mine = held.filter(pk=row_id, asks=True, outcome=ImportRow.Outcome.MADE)
    row = mine.select_related("importing__team", "post").first()
    if row is None:
        return
    row.asks = False
    if row.post and row.post.trashed_at is None and row.post.stage == Stage.DRAFTING:
        untouched = _latest(row.post) == row.seen
        why = _asked(row, row.post)
        row.notes = [*row.notes, ["stage", why]] if why else row.notes
        # Asking is still the import's own doing, and undone with it.
        row.seen = _latest(row.post) if untouched else row.seen
    row.save(update_fields=["asks", "notes", "seen"])


def _latest(post: Post) -> int:
    latest: int | None = post.activity.aggregate(latest=Max("pk"))["latest"]
    return latest or 0


def _asked(row: ImportRow, post: Post) -> str:
    """Why nobody could be asked; empty when they are."""
    found = Membership.objects.for_team(row.importing.team).filter(user=row.importing.by)
    membership = found.select_related("user").first()
    if membership is None or not membership.can("write"):
        return _("Whoever imported this may not write posts in this team any more.")
    try:
        ask.ask(post=post, by=membership.user)
    except (PostsError, ReviewError) as error:
        return str(error)
    return ""
