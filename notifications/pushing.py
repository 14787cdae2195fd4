"""Sending to browsers. The task `notifications.push` calls `drain`; see leasing.py and crew.py."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db.models import QuerySet

from notifications import leasing
from notifications.calling import Answer, Refused, Unanswered
from notifications.crew import Crew
from notifications.kinds import PUSH
from notifications.models import Sending
from notifications.ways import Later, Never, Sent, Waits, push

AT_ONCE = 8

type Made = Answer | Unanswered | Refused | Sent | Later | Waits | Never


def rows() -> QuerySet[Sending]:
    chosen = Sending.objects.filter(way=PUSH)
    return chosen.select_related("message__user", "message__team", "browser")


def _lease(room: int) -> list[Sending]:
    taken: list[Sending] = []
    while len(taken) < room and (row := leasing.lease(rows(), at_once=AT_ONCE)):
        taken.append(row)
    return taken


def _prepare(row: Sending) -> Callable[[], Made]:
    found = leasing.attempt(row, push.prepare)
    if isinstance(found, push.Letter):
        return partial(push.hand_over, found)
    return lambda: found


def _settle(through: Sequence[tuple[Sending, Made]]) -> None:
    for row, made in through:
        if isinstance(made, Answer | Unanswered | Refused):
            leasing.settle(row, push.became(row, made))
        else:
            leasing.settle(row, made)


def drain() -> int:
    return CREW.drain()


CREW: Crew[Sending, Made] = Crew(AT_ONCE, _lease, _prepare, _settle)
