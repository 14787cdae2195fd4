"""An attempt is begun with its intent and closed with the answer: both are written once, as SQL,
because Django would put the same two statements together again for each delivery. Called by the
worker and by settle, which hold the transaction.
"""

from django.db import connection

from delivery.models import Attempt

_BEGIN = """
INSERT INTO delivery_attempt (delivery_id, item, attempt_no, content_hash, idempotent, worker,
  intent_at, detail, remote_id)
VALUES (%s, %s, %s, %s, %s, %s, statement_timestamp(), '', '')
"""
_CLOSE = """
UPDATE delivery_attempt
SET outcome = %s, status = %s, detail = %s, remote_id = %s, ended_at = statement_timestamp()
WHERE delivery_id = %s AND item = %s AND attempt_no = %s AND outcome IS NULL
"""


def begin(
    delivery_id: int, item: int, attempt_no: int, *, content: str, idempotent: bool, worker: str
) -> None:
    """Raises IntegrityError where the database does not allow the call."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [delivery_id, item, attempt_no, content, idempotent, worker])


def close(
    delivery_id: int,
    item: int,
    attempt_no: int,
    outcome: Attempt.Outcome,
    *,
    status: int | None,
    detail: str,
    remote_id: str,
) -> None:
    """What is closed, or was never begun, is left alone."""
    said = [str(outcome), status, detail, remote_id]
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [*said, delivery_id, item, attempt_no])
