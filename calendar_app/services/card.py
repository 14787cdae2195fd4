"""What the board's quick edit changes of a post: whose it is, where it belongs, when it goes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from calendar_app.errors import Outdated
from calendar_app.services import move
from posts import content
from posts.models import Post
from posts.services import compose
from posts.services.commitment import locked
from posts.states import Stage
from ui import dates
from ui.spoken import spoken

# Elsewhere another title may void what somebody has approved: that is for the composer to say.
TITLED = frozenset({Stage.IDEA, Stage.DRAFTING, Stage.CHANGES_REQUESTED})


@dataclass(frozen=True)
class When:
    """On the clock of `zone`. No `day` takes the post off the calendar."""

    day: date | None
    at: time | None
    zone: ZoneInfo


@dataclass(frozen=True)
class Changes:
    """All that the form says. `title` and `when` None leave these as they are."""

    assignee: int | None
    campaign: str
    tags: Sequence[str]
    title: str | None = None
    when: When | None = None


def mark_of(post: Post) -> str:
    """Of what the form shows, to know whether it is still so when the form comes back."""
    tags = sorted(post.tags.values_list("pk", flat=True))
    shown = (post.title, post.assignee_id, post.campaign_id, post.planned_at, post.stage, tags)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


@transaction.atomic
def edit(*, post: Post, mark: str, changes: Changes, by: User) -> str:
    """All of it or nothing. Returns what the reader should know of the new time.

    Raises Outdated when somebody changed any of it since `mark`, and what compose.save and the
    move of a time raise.
    """
    held = locked(post)
    if mark_of(held) != mark:
        raise Outdated(_("Somebody changed this post meanwhile. Nothing of yours is lost yet."))
    draft = compose.draft_of(content.snapshot(held), held)
    wanted = replace(
        draft,
        title=draft.title if changes.title is None else changes.title,
        assignee=changes.assignee,
        campaign=changes.campaign,
        tags=list(changes.tags),
    )
    saved = compose.save(post=held, draft=wanted, version=held.version, by=by)
    return _time(saved, changes.when, by) if changes.when else ""


def _time(post: Post, when: When, by: User) -> str:
    if when.day is None:
        move.to_drawer(post=post, by=by)
        return _("Taken off the calendar.")
    moment = move.to_day(post=post, day=when.day, at=when.at, zone=when.zone, by=by)
    at = dates.written(moment.local, "D j M, H:i")
    return spoken(moment.note) or _("Moved to %(at)s.") % {"at": at}
