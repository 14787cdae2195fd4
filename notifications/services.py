"""Telling people. Called inside the transaction of what happened; the outbox sends after commit."""

from collections.abc import Mapping
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
    declared = KINDS[kind]
    declared.line.format(**data)
    message = Message.objects.create(
        team=team, user=user, email=email, kind=kind, data=data, sealed=seal(secret or {})
    )
    if declared.email:
        Sending.objects.create(message=message, way="email")
    if user is not None and declared.in_app:
        announce(team.pk, f"notifications:{user.pk}")
    return message


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
