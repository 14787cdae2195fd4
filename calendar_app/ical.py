"""A reading of a feed as an iCalendar file (RFC 5545, with the names of RFC 7986)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import Team
from calendar_app.queries.feed import Reading
from posts.queries.cards import Outline
from posts.queries.planned import Planned
from publishers import registry
from ui.templatetags.ui import status_label

# A post has no length; a calendar shows nothing that lasts no time.
SHOWN = timedelta(minutes=15)
# How often programs are asked to come back.
AGAIN = timedelta(minutes=30)
CERTAIN = ("scheduled", "published", "publishing", "approved")


def calendar(
    team: Team, reading: Reading, *, host: str, address: Callable[[Outline], str], now: datetime
) -> bytes:
    """`address` gives a post's page; `host` makes the ids ours alone."""
    whole = Calendar()
    whole.add("prodid", "-//Drumbeat//Drumbeat//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        whole.add(name, f"{team} · Drumbeat")
    whole.add("x-wr-timezone", team.time_zone)
    whole.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", "PT30M")
    for item in reading.items:
        whole.add_component(_event(item, host, address(item.card.post), now))
    for last, hidden in reading.more:
        whole.add_component(_more(team, last, hidden, host, now))
    content: bytes = whole.to_ical()
    return content


def _event(item: Planned, host: str, url: str, now: datetime) -> Event:
    event = _at(item.at, f"post-{item.card.post.pk}-{item.at:%Y%m%d%H%M%S}@{host}", now)
    names = sorted({registry.name_of(channel.platform) for channel in item.card.channels})
    event.add("summary", f"{status_label(item.status)}: {item.card.line}")
    event.add("description", "\n".join([", ".join(names) or _("No channel yet"), url]))
    event.add("url", url)
    event.add("status", "CONFIRMED" if item.status in CERTAIN else "TENTATIVE")
    event.add("last-modified", item.card.post.updated_at)
    return event


def _more(team: Team, last: Planned, hidden: int, host: str, now: datetime) -> Event:
    event = _at(last.at + SHOWN, f"more-{team.pk}-{last.day:%Y%m%d}@{host}", now)
    event.add("summary", _("and %(n)d more on this day") % {"n": hidden})
    return event


def _at(start: datetime, uid: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", start)
    event.add("dtend", start + SHOWN)
    event.add("transp", "TRANSPARENT")
    return event
