"""What other programs may hear of: one event for each happening, however many people are told.

Written inside the transaction of what happened, for the endpoints that listen; webhooks.py says it.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from notifications import bulk
from notifications.kinds import KINDS
from notifications.models import Call, Endpoint, Event, Message


@dataclass(frozen=True)
class Happening:
    """`name` is what receivers know it by, and never changes. `title` is what people choose by."""

    name: str
    title: StrOrPromise
    line: StrOrPromise


# What every recipient is told alike, so that the messages say that it happened.
OF_KINDS = {
    "post_published": "post.published",
    "delivery_failed": "delivery.failed",
    "delivery_unsure": "delivery.unsure",
    "delivery_at_risk": "delivery.at_risk",
    "delivery_missed": "delivery.missed",
    "delivery_late": "delivery.late",
    "deliveries_late": "delivery.late",
    "delivery_outage": "publishing.outage",
    "publishing_held": "publishing.held",
    "channel_reconnect": "channel.reconnect",
    "channel_ends": "channel.ends",
    "database_rewound": "system.restored",
    "import_ended": "import.ended",
}
# Said by whoever makes it happen: nobody may have to be told, or each in words of their own.
_SAID = (
    Happening(
        "post.stage_changed", _("A post comes to another stage"), _("“{title}” is now {stage}")
    ),
    Happening("review.asked", _("A review is asked for"), _("{by} asks for a review of “{title}”")),
    Happening("review.approved", _("A reviewer approves"), KINDS["review_approved"].line),
    Happening(
        "review.changes_requested",
        _("A reviewer asks for changes"),
        KINDS["review_changes"].line,
    ),
    Happening("review.rejected", _("A reviewer rejects"), KINDS["review_rejected"].line),
    Happening(
        "review.withdrawn", _("A reviewer takes an answer back"), KINDS["review_withdrawn"].line
    ),
    Happening("review.overdue", _("A review is late"), KINDS["review_overdue"].line),
    Happening(
        "review.missed",
        _("The time of a post comes while it is in review"),
        KINDS["review_missed"].line,
    ),
    Happening("comment.written", _("Somebody comments"), KINDS["comment_written"].line),
)
TEST = Happening("test", "", _("It works. Drumbeat reaches this address"))
# Said of everybody's.
_TITLES: dict[str, StrOrPromise] = {
    "post.published": _("A post is live"),
    "import.ended": _("An import has ended"),
}
HAPPENINGS: dict[str, Happening] = {
    each.name: each
    for each in (
        *_SAID,
        *(
            Happening(name, _TITLES.get(name, KINDS[kind].title), KINDS[kind].line)
            for kind, name in OF_KINDS.items()
            if KINDS[kind].title
        ),
    )
}
# What differs between those who are told of one and the same.
_OF_READERS = frozenset({"ends", "language"})


def happened(*, team_id: int, name: str, data: Callable[[], Mapping[str, Any]]) -> None:
    """`data` is asked only where somebody listens; JSON, with what the line names and `url`."""
    all_happened(name, [(team_id, data)])


def all_happened(name: str, said: Sequence[tuple[int, Callable[[], Mapping[str, Any]]]]) -> None:
    """The same for several, of any teams."""
    if name not in HAPPENINGS:
        raise KeyError(name)
    listening = _listening({team_id for team_id, _data in said}, [name])
    teams = {each.team_id for each in listening}
    if listening:
        _write(listening, [(team, name, data()) for team, data in said if team in teams])


def of_messages(messages: Sequence[Message]) -> None:
    """The same, of what people are told in one transaction."""
    said = [(m.team_id, OF_KINDS[m.kind], m.data) for m in messages if m.kind in OF_KINDS]
    if not said:
        return
    if listening := _listening({team for team, *_ in said}, {name for _, name, _ in said}):
        _write(listening, said)


@dataclass(frozen=True)
class _Listening:
    endpoint_id: int
    team_id: int
    events: list[str]
    at: datetime


def _listening(teams: Iterable[int], names: Iterable[str]) -> list[_Listening]:
    rows = Endpoint.objects.filter(team__in=list(teams), pause="", events__overlap=list(names))
    return [
        _Listening(*row)
        for row in rows.order_by("pk").values_list("pk", "team", "events", TransactionNow())
    ]


def _write(
    listening: Sequence[_Listening], said: Iterable[tuple[int, str, Mapping[str, Any]]]
) -> None:
    """Told twice within one transaction it is one event: the id is made of what it says."""
    events: dict[uuid.UUID, tuple[uuid.UUID, int, str, Mapping[str, Any]]] = {}
    calls: list[tuple[int, uuid.UUID]] = []
    begun = listening[0].at.isoformat()
    for team_id, name, data in said:
        hearing = [each for each in listening if each.team_id == team_id and name in each.events]
        text = json.dumps(data, sort_keys=True)
        number = uuid.uuid5(uuid.NAMESPACE_OID, f"{begun} {team_id} {name} {_same(data, text)}")
        if hearing and number not in events:
            events[number] = (number, team_id, name, data)
            calls += [(each.endpoint_id, number) for each in hearing]
    now = timezone.now()
    bulk.insert(Event, ("id", "team", "name", "data"), [*events.values()], at=now)
    fresh = {"state": Call.State.WAITING.value, "attempts": 0, "error": "", "answer": ""}
    bulk.insert(Call, ("endpoint", "event"), calls, run_at=now, since=now, **fresh)


def _same(data: Mapping[str, Any], text: str) -> str:
    """What is alike for all who are told."""
    if _OF_READERS.isdisjoint(data):
        return text
    same = {key: value for key, value in data.items() if key not in _OF_READERS}
    return json.dumps(same, sort_keys=True)
