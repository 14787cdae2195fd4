"""An attempt is begun with its intent and closed with the answer: both are written once, as SQL,
because Django would put the same two statements together again for each delivery. Called by the
worker and by settle, which put them into the statement that moves the delivery where they can.
"""

from django.db import connection

from delivery.models import Attempt
from posts.swap import Along

_BEGIN = """
INSERT INTO delivery_attempt (delivery_id, item, attempt_no, content_hash, idempotent, worker,
  intent_at, detail, remote_id)
SELECT %s, %s, %s, %s, %s, %s, statement_timestamp(), '', '' FROM moved
"""
_CLOSE = """
UPDATE delivery_attempt
SET outcome = %s, status = %s, detail = %s, remote_id = %s, ended_at = statement_timestamp()
WHERE delivery_id = %s AND item = %s AND attempt_no = %s AND outcome IS NULL
"""


def begun(
    delivery_id: int, item: int, attempt_no: int, *, content: str, idempotent: bool, worker: str
) -> Along:
    """The move raises IntegrityError where the database does not allow the call."""
    return Along(_BEGIN, (delivery_id, item, attempt_no, content, idempotent, worker))


def closed(
    delivery_id: int,
    item: int,
    attempt_no: int,
    outcome: Attempt.Outcome,
    *,
    status: int | None,
    detail: str,
    remote_id: str,
) -> Along:
    """What is closed, or was never begun, is left alone."""
    said = (str(outcome), status, detail, remote_id)
    return Along(
        f"{_CLOSE} AND EXISTS (SELECT 1 FROM moved)", (*said, delivery_id, item, attempt_no)
    )


def close(closing: Along) -> None:
    """The same by itself, whether or not the delivery moves."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, closing.given)
