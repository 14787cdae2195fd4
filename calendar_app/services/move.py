"""A post to another day, keeping its time of day, or out of the calendar."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from posts.models import Post
from posts.services import schedule
from posts.states import DeliveryState, Stage
from posts.times import Moment, from_utc, resolve

MORNING = time(9, 0)


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

    Returns the moment, with a note where the clocks change. Raises the errors of posts/errors.py.
    """
    later = _after_its_time(post, of)
    if at is None and post.planned_at is not None:
        at = from_utc(post.planned_at + later, zone.key).local.time()
    moment = moment_on(post, day, zone, at)
    if post.planned_at is not None:
        begins = from_utc(moment.at - later, zone.key)
        schedule.reschedule(post=post, at=begins, by=by)
    elif post.stage == Stage.APPROVED:
        schedule.schedule(post=post, at=moment, by=by)
    else:
        schedule.plan(post=post, at=moment, by=by)
    return moment


def moment_on(post: Post, day: date, zone: ZoneInfo, at: time | None = None) -> Moment:
    """What `to_day` plans it for."""
    return resolve(datetime.combine(day, at or _time_of(post, zone, day)), zone.key)


def to_drawer(*, post: Post, by: User) -> None:
    schedule.unschedule(post=post, by=by)


def _after_its_time(post: Post, of: datetime | None) -> timedelta:
    """Nothing for a moment that no channel of the post has, or has any more."""
    if of is None or post.planned_at is None:
        return timedelta()
    due = post.deliveries.exclude(state=DeliveryState.CANCELLED).filter(due_at=of)
    return of - post.planned_at if due.exists() else timedelta()


def _time_of(post: Post, zone: ZoneInfo, day: date) -> time:
    """Its own time; for a post without one the morning, or the next full hour today."""
    if post.planned_at is not None:
        return from_utc(post.planned_at, zone.key).local.time()
    now = timezone.now().astimezone(zone)
    if day == now.date() and now.time() >= MORNING:
        return (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0).time()
    return MORNING
