"""Several posts into the next free places at once: first to look at, then to do."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import AuditEntry, Team, User
from calendar_app.services import retimed
from calendar_app.services.hold import week
from calendar_app.services.queue import Place, find, put
from posts import clock
from posts.errors import PostsError
from posts.models import BulkAct, Delivery, Post, Variant
from posts.services.selection import channels_to_time
from posts.states import Stage

MOST = 20


@dataclass(frozen=True)
class Line:
    """One post with its place, or with the reason why it gets none."""

    post: Post
    place: Place | None
    why_not: str = ""


@dataclass(frozen=True)
class Filling:
    """`act` is the way back, once some of it is done."""

    lines: Sequence[Line]
    act: BulkAct | None = None

    @property
    def places(self) -> list[Place]:
        return [line.place for line in self.lines if line.place]

    @property
    def digest(self) -> str:
        """Of what would happen; a form that shows a filling sends it back."""
        said = [
            [line.post.pk, sorted((pk, m.at.isoformat()) for pk, m in line.place.times.items())]
            for line in self.lines
            if line.place
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def preview(*, team: Team, ids: Sequence[int]) -> Filling:
    """In seven statements; changes nothing."""
    return _filling(team, ids, lock=False)


@transaction.atomic
def fill(*, team: Team, ids: Sequence[int], seen: str, by: User) -> Filling:
    """Do what the preview with the digest `seen` said; what a post itself lacks is said of it.

    Raises Outdated when it would be something else by now.
    """
    filling = _filling(team, ids, lock=True)
    if filling.digest != seen:
        raise retimed.outdated()
    was = retimed.hold(team, [place.post for place in filling.places])
    with audit.together() as told:
        lines = [_done(line.place, by, told) if line.place else line for line in filling.lines]
    done = Filling(lines)
    if not done.places:
        return done
    return replace(done, act=retimed.way_back(was, filled(len(done.places)), by=by))


def filled(n: int) -> str:
    words = ngettext("%(n)s post has a slot now.", "%(n)s posts have a slot now.", n)
    return words % {"n": n}


def _done(place: Place, by: User, told: list[AuditEntry]) -> Line:
    before = len(told)
    try:
        with transaction.atomic():
            put(place, by=by)
    except PostsError as error:
        del told[before:]
        return Line(place.post, None, str(error))
    return Line(place.post, place)


def _filling(team: Team, ids: Sequence[int], *, lock: bool) -> Filling:
    posts = waiting(team, ids[:MOST])
    channels = {post.pk: channels_to_time(post) for post in posts}
    wanted = {pk for some in channels.values() for pk in some}
    besides = [post.pk for post in posts]
    held = week(team, wanted, now=clock.ask(), besides=besides, lock=lock)
    lines = []
    for post in posts:
        try:
            lines.append(Line(post, find(post, channels[post.pk], held)))
        except PostsError as error:
            lines.append(Line(post, None, str(error)))
    return Filling(lines)


def waiting(team: Team, ids: Sequence[int]) -> list[Post]:
    """Of `ids` those that have no time yet, in that order, with channels and deliveries."""
    rows = (
        Post.objects.for_team(team)
        .filter(pk__in=ids, planned_at=None)
        .exclude(stage=Stage.DONE)
        .select_related("team")
        .prefetch_related(
            Prefetch("variants", Variant.objects.select_related("channel")),
            Prefetch("deliveries", Delivery.objects.only("post", "channel", "state", "remote_id")),
        )
    )
    found = {post.pk: post for post in rows}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]
