"""A post to another day, keeping its time of day, or out of the calendar."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from posts.models import Post
from posts.services import schedule
from posts.states import DeliveryState, Stage
from posts.times import Moment, along, from_utc, resolve

MORNING = time(9, 0)
# What a move changes of a post.
MOVED = ("planned_at", "planned_zone", "stage")


def to_day(
    *,
    post: Post,
    day: date,
    zone: ZoneInfo,
    by: User,
    at: time | None = None,
    of: datetime | None = None,
) -> Moment:
    """Plan the post for `day` on the clock of `zone`, at its own time unless `at` is given. What
    goes out at `of` comes to stand there, at its own time too, and the other channels keep their
    distance.

    Returns the moment, with a note where the clocks change; `post` is then as it has become.
    Raises the errors of posts/errors.py.
    """
    held = _held(post, of)
    if at is None and held is not None:
        at = from_utc(held, zone.key).local.time()
    moment = moment_on(post, day, zone, at)
    if post.planned_at is not None and held is not None:
        begins = along(moment, post.planned_at, held)
        moved = schedule.reschedule(post=post, at=begins, by=by)
    elif post.stage == Stage.APPROVED:
        moved = schedule.schedule(post=post, at=moment, by=by)
    else:
        moved = schedule.plan(post=post, at=moment, by=by)
    _become(post, moved)
    return moment


def moment_on(post: Post, day: date, zone: ZoneInfo, at: time | None = None) -> Moment:
    """What `to_day` plans it for."""
    return resolve(datetime.combine(day, at or _time_of(post, zone, day)), zone.key)


def to_drawer(*, post: Post, by: User) -> None:
    """`post` is then as it has become."""
    _become(post, schedule.unschedule(post=post, by=by))


def _become(post: Post, moved: Post) -> None:
    for name in MOVED:
        setattr(post, name, getattr(moved, name))


def _held(post: Post, of: datetime | None) -> datetime | None:
    """Which of its times is moved: its own for one that no channel has, or has any more."""
    if of is None or post.planned_at is None:
        return post.planned_at
    due = post.deliveries.exclude(state=DeliveryState.CANCELLED).filter(due_at=of)
    return of if due.exists() else post.planned_at


def _time_of(post: Post, zone: ZoneInfo, day: date) -> time:
    """Its own time; for a post without one the morning, or the next full hour today."""
    if post.planned_at is not None:
        return from_utc(post.planned_at, zone.key).local.time()
    now = timezone.now().astimezone(zone)
    if day == now.date() and now.time() >= MORNING:
        return (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0).time()
    return MORNING
