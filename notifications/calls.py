"""Calling endpoints. The task `notifications.call` calls `drain`; the rows are the queue.

A slow receiver keeps a few threads of this process for five seconds at most, and fewer once it has
failed; one that goes on failing is left alone for longer and longer, and after three days for good.
A crash after a receiver took an event and before that was written repeats it, under the same id.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.sealing import Unreadable
from notifications import calling, leasing, webhooks
from notifications.calling import Answer, Outcome, Refused, Unanswered
from notifications.crew import Crew
from notifications.models import Call, Endpoint, Event
from notifications.services import tell
from notifications.ways import Later

State = Call.State
Pause = Endpoint.Pause

SECONDS = 5.0
AT_ONCE = 24
GIVE_UP = timedelta(hours=72)
LONGEST_PAUSE = timedelta(hours=6)
# So many failures in a row are taken for the endpoint's, not for those of single events.
ITS_OWN = 3
KEPT_OF_ANSWER = 500
KEEP = timedelta(days=30)
GONE = 410
LOST_KEY = "The address was sealed under a key that is gone."

# At most so many of one endpoint: four while it is well, one when it has just failed.
_LEASE = """
WITH busy AS (
  SELECT endpoint_id, count(*) AS n FROM notifications_call
  WHERE state = 'sending' AND lease_until > clock_timestamp() GROUP BY endpoint_id),
free AS (
  SELECT c.id FROM notifications_endpoint e
  LEFT JOIN busy b ON b.endpoint_id = e.id
  CROSS JOIN LATERAL (
    SELECT id, run_at FROM notifications_call
    WHERE endpoint_id = e.id AND state IN ('waiting', 'sending')
      AND CASE state WHEN 'waiting' THEN run_at ELSE lease_until END <= clock_timestamp()
    ORDER BY run_at, id
    LIMIT greatest(0, CASE WHEN e.failures > 0 THEN 1 ELSE 4 END - coalesce(b.n, 0))) c
  WHERE e.pause = '' AND (e.rest_until IS NULL OR e.rest_until <= clock_timestamp())
  ORDER BY c.run_at, c.id LIMIT %(room)s)
UPDATE notifications_call SET state = 'sending', attempts = attempts + 1,
  lease_until = clock_timestamp() + %(lease)s::interval
WHERE id IN (SELECT id FROM free)
  -- Asked again of a row that another worker took meanwhile.
  AND CASE state WHEN 'waiting' THEN run_at WHEN 'sending' THEN lease_until END <= clock_timestamp()
RETURNING id"""
_NOTE = """
UPDATE notifications_call c SET state = 'sent', sent_at = clock_timestamp(), lease_until = NULL,
  error = '', status = made.status, answer = made.answer, took_ms = made.took_ms
FROM unnest(%(pk)s::bigint[], %(lease)s::timestamptz[], %(status)s::int[], %(answer)s::text[],
  %(took_ms)s::int[]) AS made(id, lease, status, answer, took_ms)
WHERE c.id = made.id AND c.state = 'sending' AND c.lease_until = made.lease
RETURNING c.endpoint_id"""


@dataclass(frozen=True)
class Made:
    """What came of one call, and how long it took."""

    outcome: Outcome
    took_ms: int


def lease(room: int) -> list[Call]:
    if room <= 0:
        return []
    given: dict[str, str | int] = {"room": room, "lease": f"{settings.NOTICE_LEASE_SECONDS} s"}
    with connection.cursor() as cursor:
        cursor.execute(_LEASE, given)
        taken = [row[0] for row in cursor.fetchall()]
    calls = Call.objects.select_related("endpoint__team", "endpoint__created_by", "event")
    return list(calls.filter(pk__in=taken).order_by("pk")) if taken else []


def prepare(call: Call) -> Callable[[], Made]:
    """All that needs the database or the keys."""
    found = leasing.attempt(call, _request)
    if isinstance(found, Later):
        return lambda: Made(Unanswered(found.error), 0)
    return partial(make, *found)


def _request(call: Call) -> tuple[str, bytes, dict[str, str]]:
    """No address, where the keys are gone."""
    try:
        content = webhooks.body(call)
        signed = webhooks.headers(call, content, int(time.time()))
        return webhooks.address_of(call.endpoint), content, signed
    except Unreadable:
        return "", b"", {}


def make(url: str, content: bytes, headers: dict[str, str]) -> Made:
    """In a thread, without the database."""
    if not url:
        return Made(Refused(LOST_KEY), 0)
    started = time.monotonic()
    outcome = calling.post(url, content, headers, seconds=SECONDS)
    return Made(outcome, round((time.monotonic() - started) * 1000))


def settle(through: Sequence[tuple[Call, Made]]) -> int:
    """Write what came of them, unless a lease ended and another worker has the row; of how many."""
    well = [(call, made) for call, made in through if _taken(made)]
    noted = _note(well) if well else 0
    return noted + sum(_failed_call(call, made) for call, made in through if not _taken(made))


def _taken(made: Made) -> bool:
    return isinstance(made.outcome, Answer) and 200 <= made.outcome.status < 300


def _note(well: Sequence[tuple[Call, Made]]) -> int:
    """In one statement: until it is done, a worker that is killed has them sent once more."""
    rows = [{"pk": call.pk, "lease": call.lease_until, **_found(call, made)} for call, made in well]
    given = {name: [row[name] for row in rows] for name in rows[0]}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, given)
        noted = [row[0] for row in cursor.fetchall()]
    recovered = Endpoint.objects.filter(pk__in=noted, failures__gt=0)
    recovered.update(failures=0, failing_since=None, rest_until=None)
    return len(noted)


@transaction.atomic
def _failed_call(call: Call, made: Made) -> bool:
    rows = Call.objects.filter(pk=call.pk, state=State.SENDING, lease_until=call.lease_until)
    now, said = timezone.now(), _said(made.outcome)
    if now + (pause := _pause(call, made.outcome)) > call.since + GIVE_UP:
        what: dict[str, Any] = {"state": State.FAILED, "error": said}
    else:
        what = {"state": State.WAITING, "run_at": now + pause, "error": said}
    if not rows.update(lease_until=None, **_found(call, made), **what):
        return False
    _failed(call.endpoint, made.outcome)
    return True


def _pause(call: Call, outcome: Outcome) -> timedelta:
    """As long as the receiver asks for, and doubling with a spread from attempt to attempt."""
    asked = outcome.headers.get("retry-after", "") if isinstance(outcome, Answer) else ""
    own = leasing.pause(call.attempts, LONGEST_PAUSE)
    seconds = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
    return max(own, min(timedelta(seconds=seconds), LONGEST_PAUSE))


def _said(outcome: Outcome) -> str:
    return f"HTTP {outcome.status}" if isinstance(outcome, Answer) else outcome.reason


def _found(call: Call, made: Made) -> dict[str, Any]:
    outcome = made.outcome
    if not isinstance(outcome, Answer):
        return {"status": None, "answer": "", "took_ms": made.took_ms}
    text = outcome.body[: 4 * KEPT_OF_ANSWER].decode(errors="replace").replace("\0", "\ufffd")
    return {
        "status": outcome.status,
        "answer": webhooks.scrubbed(call.endpoint, text)[:KEPT_OF_ANSWER],
        "took_ms": made.took_ms,
    }


def _failed(endpoint: Endpoint, outcome: Outcome) -> None:
    """One that goes on failing rests; one that is gone, or was for three days, is paused."""
    now = timezone.now()
    rows = Endpoint.objects.filter(pk=endpoint.pk)
    rows.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", now))
    row = rows.get()
    assert row.failing_since is not None
    if isinstance(outcome, Answer) and outcome.status == GONE:
        _stop(row, Pause.GONE, "It answered that the address is gone.")
    elif row.failing_since <= now - GIVE_UP:
        _stop(row, Pause.DEAD, "It has not taken anything for three days.")
    elif row.failures >= ITS_OWN:
        rest = leasing.pause(row.failures - ITS_OWN + 1)
        rows.update(rest_until=now + rest)


def _stop(endpoint: Endpoint, why: str, reason: str) -> None:
    """Once, and the owners hear of it."""
    if not Endpoint.objects.filter(pk=endpoint.pk, pause="").update(pause=why):
        return
    url = reverse("notifications:webhook", args=[endpoint.team.slug, endpoint.pk])
    data = {"name": endpoint.name, "reason": reason.rstrip("."), "url": url}
    owners = Membership.objects.for_team(endpoint.team).filter(role=Membership.Role.OWNER)
    for owner in owners.select_related("user"):
        tell(kind="webhook_paused", team=endpoint.team, user=owner.user, data=data)


def prune() -> int:
    """What happened a month ago is no news for a program either."""
    return Event.objects.filter(at__lt=timezone.now() - KEEP).delete()[0]


def drain() -> int:
    """Call what is due; how many calls were made."""
    return CREW.drain()


CREW: Crew[Call, Made] = Crew(AT_ONCE, lease, prepare, settle)
