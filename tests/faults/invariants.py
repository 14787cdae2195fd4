"""What must hold after any chaos: each query returns the rows that break a promise.

    assert not broken(quiet=600)

`ledger()` compares with what the simulated platforms really accepted.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection

from posts.models import Delivery, DeliveryPart
from publishers.sandbox.ledger import posts

# When attempt `t` of delivery `d` might go out. Its time may have been changed since the intent:
# then what people had decided by then counts. Who sends again says "now", which no call precedes.
DUE_AT_INTENT = """
    SELECT CASE WHEN max(c.at) > t.intent_at
      THEN (array_agg(c.due_at ORDER BY c.at DESC)
        FILTER (WHERE c.at <= t.intent_at AND c.due_at IS NOT NULL))[1]
      ELSE d.due_at END
    FROM (
      SELECT a.at, CASE a.kind WHEN 'delivery.resend' THEN a.at
        ELSE (a.data ->> 'at')::timestamptz END AS due_at
      FROM posts_activity a WHERE a.post_id = d.post_id
      AND (a.kind IN ('post.plan', 'post.unschedule')
        OR (a.kind IN ('delivery.move', 'delivery.resend')
          AND (a.data ->> 'delivery')::bigint = d.id))) c"""

QUERIES = {
    "I1: one remote post belongs to two deliveries": """
        SELECT channel_id, remote_id FROM posts_delivery WHERE remote_id IS NOT NULL
        GROUP BY channel_id, remote_id HAVING count(*) > 1""",
    "I2: published without an attempt": """
        SELECT d.id FROM posts_delivery d WHERE d.state = 'published'
        AND NOT EXISTS (
          SELECT 1 FROM delivery_attempt a JOIN posts_delivery s ON s.id = a.delivery_id
          WHERE (s.post_id, s.channel_id) = (d.post_id, d.channel_id))""",
    "I3: an attempt without an approval of its content at that moment": """
        SELECT t.id FROM delivery_attempt t JOIN posts_delivery d ON d.id = t.delivery_id
        WHERE NOT EXISTS (
          SELECT 1 FROM posts_approval a WHERE a.post_id = d.post_id
          AND a.content_hash = t.content_hash AND a.created_at <= t.intent_at
          AND (a.revoked_at IS NULL OR a.revoked_at > t.intent_at))""",
    "I4: two attempts succeeded": """
        SELECT delivery_id, item FROM delivery_attempt WHERE outcome = 'ok'
        GROUP BY delivery_id, item HAVING count(*) > 1""",
    "I5: sent again while the first call could still arrive": """
        SELECT a.id, b.id FROM delivery_attempt a JOIN delivery_attempt b
        ON (b.delivery_id, b.item) = (a.delivery_id, a.item) AND b.attempt_no > a.attempt_no
        WHERE coalesce(a.outcome, 'ambiguous') = 'ambiguous' AND NOT a.idempotent
        AND b.intent_at < a.intent_at + %(quiet)s::interval""",
    "I6: a lease that ended long ago": """
        SELECT id FROM posts_delivery
        WHERE state IN ('claimed', 'sending') AND lease_until < now() - interval '60 s'""",
    "I7: two under way on one channel": """
        SELECT channel_id FROM posts_delivery WHERE state IN ('claimed', 'sending')
        GROUP BY channel_id HAVING count(*) > 1""",
    "I8: due for a minute and nobody takes it": """
        SELECT d.id FROM posts_delivery d JOIN publishers_channel c ON c.id = d.channel_id
        WHERE d.state = 'queued' AND d.run_at < now() - interval '60 s'
        AND NOT c.paused AND c.state = 'connected' AND c.next_slot_at < now()""",
    "I9: unknown for twenty minutes": """
        SELECT id FROM posts_delivery
        WHERE state = 'unknown' AND unknown_since < now() - interval '20 min'""",
    "I10: sent early": f"""
        SELECT t.id FROM delivery_attempt t JOIN posts_delivery d ON d.id = t.delivery_id
        WHERE t.intent_at < ({DUE_AT_INTENT}) - interval '1 s'""",
    "I13: an item before the one it follows": """
        SELECT a.id FROM delivery_attempt a WHERE a.item > 0 AND NOT EXISTS (
          SELECT 1 FROM posts_deliverypart p
          WHERE p.delivery_id = a.delivery_id AND p.seq = a.item - 1
          AND p.published_at <= a.intent_at)""",
    "I11: cancelled, and live": """
        SELECT d.id FROM posts_delivery d WHERE d.state = 'cancelled' AND EXISTS (
          SELECT 1 FROM delivery_attempt a WHERE a.delivery_id = d.id AND a.outcome = 'ok')""",
    "I12: in trouble, and nobody was told": """
        SELECT d.id FROM posts_delivery d WHERE d.state IN ('missed', 'failed', 'needs_human')
        AND NOT EXISTS (SELECT 1 FROM notifications_message m
          WHERE m.team_id = d.team_id AND (m.data ->> 'delivery')::bigint = d.id
          AND m.kind = CASE d.state WHEN 'missed' THEN 'delivery_missed'
            WHEN 'failed' THEN 'delivery_failed' ELSE 'delivery_unsure' END
          AND m.created_at >= (SELECT max(a.at) FROM posts_activity a
            WHERE a.post_id = d.post_id AND (a.data ->> 'delivery')::bigint = d.id
            AND a.kind IN ('delivery.miss', 'delivery.refuse', 'delivery.ask')))
        AND NOT EXISTS (SELECT 1 FROM delivery_outagenotice n
          WHERE n.team_id = d.team_id AND n.waiting @> to_jsonb(d.id))""",
}

UNKNOWN_TO_US = "live, and not known to us"


def broken(quiet: float) -> dict[str, list[Any]]:
    """The promises that do not hold, with the rows; empty when all is well. `quiet` in seconds."""
    found = {}
    with connection.cursor() as cursor:
        for promise, query in QUERIES.items():
            cursor.execute(query, {"quiet": f"{quiet} s"})
            if rows := cursor.fetchall():
                found[promise] = rows
    return found


def due_when_intended() -> dict[int, datetime]:
    """By attempt, the time that held when it was intended; none where nobody knows it any more."""
    query = f"""
        SELECT t.id, ({DUE_AT_INTENT})
        FROM delivery_attempt t JOIN posts_delivery d ON d.id = t.delivery_id"""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {pk: due for pk, due in cursor.fetchall() if due}


def ledger() -> dict[str, list[Any]]:
    """Posts that a platform has twice or we do not know of, and ours that it does not have."""
    on_platforms = {(post.account.platform, _key(post.remote_id)) for post in posts()}
    texts = Counter((post.account_id, post.text) for post in posts())
    proved = Delivery.objects.filter(remote_id__isnull=False)
    parts = DeliveryPart.objects.filter(remote_id__isnull=False)
    known = [
        *proved.values_list("channel__platform", "remote_id"),
        *parts.values_list("delivery__channel__platform", "remote_id"),
    ]
    ours = {(platform, _key(pk)) for platform, pk in known}
    found = {
        "published twice": [text for text, times in texts.items() if times > 1],
        UNKNOWN_TO_US: sorted(on_platforms - ours),
        "published, and not on the platform": sorted(ours - on_platforms),
    }
    return {promise: rows for promise, rows in found.items() if rows}


def _key(remote_id: str) -> str:
    """What a platform calls the post, without the path that leads to it."""
    return remote_id.rpartition("/")[2]
