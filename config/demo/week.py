"""The demo's slots: a week that each channel posts in, and a holiday that it leaves out."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from accounts.models import Team
from calendar_app.services import slots
from posts.services import blackouts
from publishers.models import Channel

# Days from Monday, and the clock on the wall. Channels take turns with them.
WEEKS: Sequence[tuple[Sequence[int], Sequence[time]]] = (
    ((0, 1, 2, 3, 4), (time(9, 30), time(17, 45))),
    ((0, 2, 4), (time(12, 15),)),
    ((1, 3), (time(10, 0), time(16, 0))),
)


def give(team: Team, channels: Sequence[Channel], *, today: date) -> None:
    for number, channel in enumerate(channels):
        weekdays, times = WEEKS[number % len(WEEKS)]
        for at in times:
            slots.add(channel=channel, weekdays=weekdays, at=at)
    day = today + timedelta(days=40)
    blackouts.add(
        team=team,
        name="Office closed",
        starts_on=day,
        ends_on=day + timedelta(days=2),
        yearly=True,
        blocks=False,
    )
