"""One act on many posts: what would become of each, then the same, one after the other.

An act says in words what it would do, and does it with the service that the page of a single post
calls. Acts live where that service is: in edits.py, in the calendar's room, in that of approvals.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, Prefetch
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Team, User
from posts.errors import PostsError, UnknownPost
from posts.models import BulkAct, Delivery, Post, PostMedia, Variant
from posts.services import checks
from posts.services.commitment import MAY_BE_PUBLIC, locked
from posts.states import ENDED, IN_FLIGHT, DeliveryState, Stage
from ui.spoken import spoken

MOST = 100
# Of what is said about the whole: a channel's name may be as long.
LONGEST = 200
_KEEP = timedelta(days=1)
# What is on its way, or may be out, so that nobody may touch it.
_HELD = IN_FLIGHT | {DeliveryState.NEEDS_HUMAN}
_PUBLIC = MAY_BE_PUBLIC | {DeliveryState.NEEDS_HUMAN}


@dataclass(frozen=True)
class Line:
    """What becomes of one post: `was` and `to` in words; or nothing, and `why_not`. `note` says
    what else comes of it, `warned` what speaks against it and forbids nothing.
    """

    post: Post
    was: str = ""
    to: str = ""
    why_not: str = ""
    note: str = ""
    warned: Sequence[str] = ()

    @property
    def mark(self) -> str:
        """Of the post as it stands, and of what would be done with it."""
        said = json.dumps([standing(self.post), self.was, self.to, self.note])
        return f"{self.post.pk}.{hashlib.sha256(said.encode()).hexdigest()[:24]}"

    @property
    def words(self) -> str:
        return self.why_not or f"{self.was} → {self.to}"


class Act(Protocol):
    """`kind` is the way back of undo.py, empty where there is none."""

    @property
    def kind(self) -> str: ...

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        """Of posts that `load` has read, in their order, in a fixed number of statements."""
        ...

    def do(self, post: Post, *, by: User) -> None:
        """Within the caller's transaction, which holds the post. Raises a PostsError."""
        ...

    def keep(self, post: Post) -> dict[str, Any]:
        """What the way back needs besides the post's standing, as JSON."""
        ...

    def said(self, n: int) -> str:
        """That it was done with `n` posts."""
        ...


def load(team: Team, ids: Collection[int]) -> list[Post]:
    """In five statements, what goes out first in front; with those in the trash.

    Raises UnknownPost where one is not the team's.
    """
    wanted = set(ids)
    rows = (
        Post.objects.ever_of(team)
        .filter(pk__in=wanted)
        .select_related("team", "author", "assignee", "campaign")
        .prefetch_related(
            "tags",
            Prefetch("pictures", PostMedia.objects.select_related("asset")),
            Prefetch("variants", Variant.objects.select_related("channel")),
            Prefetch("deliveries", Delivery.objects.select_related("channel")),
        )
    )
    found = list(rows.order_by(F("planned_at").asc(nulls_last=True), "pk"))
    if len(found) != len(wanted):
        raise UnknownPost(_("Some of these posts do not exist."))
    return found


def apply(*, team: Team, ids: Sequence[int], act: Act, seen: Collection[str], by: User) -> BulkAct:
    """Do it with each post whose mark is among `seen`, in a transaction of its own.

    What has changed meanwhile, or refuses, is left as it is and said. Raises UnknownPost before
    anything is done.
    """
    results: list[dict[str, Any]] = []
    back: list[Mapping[str, Any]] = []
    with audit.together() as told:
        for post in load(team, ids):
            before = len(told)
            try:
                line, way = _one(team, post, act, seen, by)
            except (PostsError, IntegrityError, OperationalError) as refused:
                line, way = Line(post, why_not=why(refused)), None
                del told[before:]
            done = not line.why_not
            results.append({"id": post.pk, "name": str(post), "done": done, "words": line.words})
            if way:
                back.append(way)
    n = sum(result["done"] for result in results)
    said = act.said(n) if n else _("Nothing was changed.")
    return remember(team, act.kind, said, by=by, results=results, way_back=back)


def remember(
    team: Team,
    kind: str,
    said: str,
    *,
    by: User,
    results: Sequence[Mapping[str, Any]],
    way_back: Sequence[Mapping[str, Any]],
) -> BulkAct:
    """For a day: what `by` did, and the way back."""
    BulkAct.objects.for_team(team).filter(created_at__lt=Now() - _KEEP).delete()
    return BulkAct.objects.create(
        team=team, by=by, kind=kind, said=said[:LONGEST], results=results, way_back=way_back
    )


@transaction.atomic
def _one(
    team: Team, post: Post, act: Act, seen: Collection[str], by: User
) -> tuple[Line, Mapping[str, Any] | None]:
    locked(post)
    [now] = load(team, [post.pk])
    [line] = act.lines([now])
    if line.why_not:
        return line, None
    if line.mark not in seen:
        return Line(now, why_not=_("It changed after you looked. Look at it again.")), None
    was = {**standing(now), **act.keep(now)}
    act.do(now, by=by)
    if not act.kind:
        return line, None
    [became] = load(team, [post.pk])
    return line, {"post": post.pk, "was": was, "became": standing(became)}


def why(refused: Exception) -> str:
    if isinstance(refused, PostsError):
        return str(refused)
    return _("Somebody else changed it at the same moment. Look at it again.")


# -- of one post that `load` has read


def standing(post: Post) -> dict[str, Any]:
    """Where it stands, as JSON: equal as long as nothing has happened to it."""
    rows = [d for d in post.deliveries.all() if d.state != DeliveryState.CANCELLED]
    return {
        "version": post.version,
        "stage": str(post.stage),
        "trashed": post.trashed_at is not None,
        "planned_at": post.planned_at.isoformat() if post.planned_at else "",
        "zone": post.planned_zone,
        "deliveries": sorted(
            [d.channel_id, str(d.state), d.due_at.isoformat() if d.due_at else "", d.zone]
            for d in rows
        ),
        "tags": sorted(tag.name for tag in post.tags.all()),
        "assignee": post.assignee_id,
    }


def settled(post: Post) -> str:
    """Why nothing of it can change any more; empty where something can."""
    if post.trashed_at:
        return _("It was deleted.")
    return _("It is published.") if post.stage == Stage.DONE else ""


def held(post: Post) -> str:
    """Why its time cannot change now; empty where it can."""
    if any(d.state in _HELD for d in post.deliveries.all()):
        return _("It is being published, or may be live.")
    return settled(post)


def begun(post: Post) -> str:
    """Why what is queued of it cannot be taken back now; empty where it can."""
    rows = post.deliveries.all()
    if any(d.state in _PUBLIC or (d.remote_id and d.state not in ENDED) for d in rows):
        return _("It is being published, or may be live.")
    return settled(post)


def channels_to_time(post: Post) -> list[int]:
    """As posts/services/commitment.py finds them. No statement."""
    rows, out = post.deliveries.all(), DeliveryState.PUBLISHED
    if post.stage == Stage.SCHEDULED:
        return [d.channel_id for d in rows if d.state not in ENDED]
    live = {d.channel_id for d in rows if d.state == out or d.remote_id is not None}
    return [v.channel_id for v in post.variants.all() if v.channel_id not in live]


def unready(posts: Sequence[Post]) -> dict[int, str]:
    """What their channels would not take, or a gate stops, by their ids; empty where nothing is.

    In one statement at most.
    """
    looked = checks.looked_at(posts)
    return {
        pk: " ".join(dict.fromkeys(spoken(problem.message) for _pk, problem in one.errors))
        for pk, one in looked.items()
    }
