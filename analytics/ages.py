"""How old a post is when its platform is asked about it: soon, then ever more seldom. Pure."""

from datetime import datetime, timedelta

AGES = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))
# Who did not answer is asked again so much later, as long as it is not too late for the last time.
AGAIN = timedelta(hours=1)
OVER = AGES[-1] + timedelta(days=1)


def following(at: datetime, now: datetime) -> datetime | None:
    """When to ask next about what went out `at`; None: never again."""
    return next((at + age for age in AGES if at + age > now), None)


def again(at: datetime, now: datetime, after: float | None = None) -> datetime | None:
    """The same when there was no answer; `after` is how many seconds the platform asks to wait."""
    then = now + max(AGAIN, timedelta(seconds=after or 0))
    return then if then < at + OVER else None
