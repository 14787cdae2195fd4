"""What stands in the way of publishing, and what a restored database has forgotten: for pages.

`anything` is one column of the frame's only statement; the rest is read when there is something.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Value, When
from django.db.models.functions import Now

from accounts.models import Team, User
from delivery.models import Heartbeat, Rewind, Stray
from delivery.notices import HELD
from posts.models import Activity, Delivery, Post
from posts.states import DeliveryState, Stage
from publishers import instance
from publishers.models import Instance

# A machine that holds everything back says so every ten seconds.
FRESH = timedelta(seconds=60)
_UNSETTLED = (DeliveryState.UNKNOWN, DeliveryState.NEEDS_HUMAN)


@dataclass(frozen=True)
class Standing:
    """`reason` is why nothing is published from here; `ask` who can do something about it."""

    reason: str
    ask: str
    doubted: int
    strays: int


def here() -> str:
    """The name of this installation; empty where it has none, or nobody may read it."""
    try:
        return instance.own()
    except OSError:
        return ""


def anything(team: Team) -> Case:
    """1 when `standing` has something to say to this team, else 0. Its statement is of `here`."""
    rows: list[QuerySet[Any]] = [
        _foreign(),
        _held(),
        Rewind.objects.filter(done_at=None),
        strays(team),
        # Each state has an index of its own.
        *(_doubted(team).filter(state=state) for state in _UNSETTLED),
    ]
    found = [When(Exists(each), then=Value(1)) for each in rows]
    return Case(*found, default=Value(0), output_field=IntegerField())


def standing(team: Team) -> Standing:
    reason = why_locked()
    return Standing(
        reason=reason,
        ask=", ".join(str(one) for one in administrators()) if reason else "",
        doubted=doubted(team).count(),
        strays=strays(team).count(),
    )


def administrators() -> QuerySet[User]:
    return User.objects.filter(is_superuser=True, is_active=True).order_by("pk")[:3]


def doubted(team: Team) -> QuerySet[Delivery]:
    """What may have gone out in the time that the database lost, and is not settled yet."""
    return _doubted(team).filter(state__in=_UNSETTLED).order_by("due_at", "pk")


def strays(team: Team) -> QuerySet[Stray]:
    """Calls that may have published something this database knows nothing of, until noted."""
    return Stray.objects.for_team(team).filter(noted_at=None)


def lapsed(team: Team, rewind: Rewind | None) -> QuerySet[Post]:
    """What the restore took out of review and nobody has sent again, what is due first."""
    here = Activity.objects.filter(post=OuterRef("pk"), kind="post.lapse")
    taken = here.filter(data__rewind=rewind.pk if rewind else 0)
    drafts = Post.objects.for_team(team).filter(Exists(taken), stage=Stage.DRAFTING)
    return drafts.order_by(F("planned_at").asc(nulls_last=True), "pk")


def facts() -> dict[str, Any]:
    """For the health page, which anybody may read: whether, and how much."""
    rewinds = Rewind.objects.values("noticed_at")
    waiting = Delivery.objects.filter(unknown_since__in=rewinds)
    reconciling = sum(waiting.filter(state=state).count() for state in _UNSETTLED)
    locked = bool(why_locked())
    return {"ok": not locked, "locked": locked, "reconciling": reconciling}


def _doubted(team: Team) -> QuerySet[Delivery]:
    rewinds = Rewind.objects.values("noticed_at")
    return Delivery.objects.for_team(team).filter(unknown_since__in=rewinds)


def why_locked() -> str:
    if _foreign().exists():
        return instance.FOREIGN
    held = _held().values_list("detail", flat=True).first()
    return held or ""


def _foreign() -> QuerySet[Instance]:
    """A web server without a name of its own leaves it to those that publish to say so."""
    name = here()
    return Instance.objects.exclude(key=name) if name else Instance.objects.none()


def _held() -> QuerySet[Heartbeat]:
    fresh = Heartbeat.objects.filter(name__startswith=HELD, at__gt=Now() - FRESH)
    return fresh.exclude(detail="").order_by("-at")
