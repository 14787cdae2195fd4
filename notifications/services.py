"""Telling people. Called inside the transaction of what happened; the outbox sends after commit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Team, User
from notifications.kinds import KINDS
from notifications.live import announce
from notifications.models import Message, Sending
from notifications.sealing import seal


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
    stored = Message.objects.bulk_create(messages)
    Sending.objects.bulk_create(
        Sending(message=message, way="email") for message in stored if KINDS[message.kind].email
    )
    bells: defaultdict[int, list[str]] = defaultdict(list)
    for message in stored:
        if message.user_id is not None and KINDS[message.kind].in_app:
            bells[message.team_id].append(f"notifications:{message.user_id}")
    for team_id, topics in bells.items():
        announce(team_id, *topics)


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
