"""Telling people. Called inside the transaction of what happened; the outbox sends after commit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Team, User
from notifications import bulk, events, wishes
from notifications.kinds import EMAIL, IN_APP, KINDS, PUSH
from notifications.live import announce
from notifications.models import Message, Sending
from notifications.sealing import seal
from notifications.wishes import Wishes

State = Sending.State


def tell(
    *,
    kind: str,
    team: Team,
    data: dict[str, Any],
    user: User | None = None,
    email: str = "",
    secret: Mapping[str, str] | None = None,
) -> Message:
    """Write one message and a sending for each way its kind travels.

    `data` must be JSON and hold the names that the kind's line uses, and `url` (a path) to open.
    `secret` is added to `data` when the mail is rendered and is stored sealed until then.
    """
    message = Message(
        team=team, user=user, email=email, kind=kind, data=data, sealed=seal(secret or {})
    )
    tell_all([message])
    return message


def tell_all(messages: Sequence[Message]) -> None:
    """The same for many that are not stored yet, in a handful of statements."""
    for message in messages:
        KINDS[message.kind].line.format(**message.data)
    theirs = wishes.of({message.user_id for message in messages})
    for message in messages:
        message.in_app = _wishes(message, theirs).want(message.kind, IN_APP)
    _store(messages)
    now = timezone.now()
    rows = [
        row for message in messages for row in _sendings(message, _wishes(message, theirs), now)
    ]
    columns = ("message", "way", "state", "run_at", "browser")
    bulk.insert(Sending, columns, rows, attempts=0, error="")
    bells: defaultdict[int, list[str]] = defaultdict(list)
    for message in messages:
        if message.user_id is not None and message.in_app:
            bells[message.team_id].append(f"notifications:{message.user_id}")
    for team_id, topics in bells.items():
        announce(team_id, *topics)
    events.of_messages(messages)


_COLUMNS = ("id", "team", "user", "email", "kind", "data", "sealed", "in_app", "created_at")
_VALUES = tuple({"team": "team_id", "user": "user_id"}.get(name, name) for name in _COLUMNS)


def _store(messages: Sequence[Message]) -> None:
    for message, number in zip(messages, bulk.numbers(Message, len(messages)), strict=True):
        message.pk = number
        message._state.adding, message._state.db = False, DEFAULT_DB_ALIAS
    rows = [attrgetter(*_VALUES)(message) for message in messages]
    bulk.insert(Message, _COLUMNS, rows)


def _wishes(message: Message, theirs: Mapping[int, Wishes]) -> Wishes:
    return theirs.get(message.user_id or 0, wishes.NOBODYS)


type _Row = tuple[int, str, str, datetime, int | None]


def _sendings(message: Message, theirs: Wishes, now: datetime) -> Iterator[_Row]:
    """At once, when the quiet hours are over, or a mail with the next digest."""
    at = theirs.quiet_until(now, message.kind) or now
    if theirs.want(message.kind, EMAIL):
        if theirs.gathers(message.kind):
            due = theirs.digest_at(now)
            yield (message.pk, EMAIL, State.GATHERED.value, due, None)
        else:
            yield (message.pk, EMAIL, State.WAITING.value, at, None)
    if theirs.browsers and theirs.want(message.kind, PUSH):
        for number in theirs.browsers:
            yield (message.pk, PUSH, State.WAITING.value, at, number)


def mark_read(messages: QuerySet[Message]) -> int:
    """The bell of the person's other tabs and devices follows."""
    with transaction.atomic():
        unread = list(messages.filter(read_at=None).values_list("pk", "team_id", "user_id"))
        Message.objects.filter(pk__in=[pk for pk, _team, _user in unread]).update(
            read_at=timezone.now()
        )
        for team_id, user_id in {(team_id, user_id) for _pk, team_id, user_id in unread}:
            announce(team_id, f"notifications:{user_id}")
    return len(unread)
