"""What must hold about reviews and what goes out, however acts have met: each query returns the
rows that break a promise.

`broken` may be asked at any moment, also while others act: each query sees one moment.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

from django.db import IntegrityError, connection, transaction

from approvals.models import Decision
from posts.models import Delivery
from publishers.models import Channel
from publishers.sandbox.ledger import posts as remote_posts
from publishers.sandbox.models import Account

# What was not taken back.
_STANDS = "NOT EXISTS (SELECT 1 FROM approvals_decision f WHERE f.follows_id = d.id)"
# How many of round `o` have approved, each once, whoever answered in their place.
_YES = f"""(SELECT count(DISTINCT lower(coalesce(z.email, q.email))) FROM approvals_decision d
  JOIN approvals_reviewrequest q ON q.id = d.request_id
  LEFT JOIN approvals_reviewrequest z ON z.id = q.stands_for_id
  WHERE d.review_id = o.review_id AND d.kind = 'approve' AND {_STANDS} AND EXISTS (
    SELECT 1 FROM jsonb_array_elements(o.people) p
    WHERE lower(p ->> 'email') = lower(coalesce(z.email, q.email))))"""
_LACKS = f"""EXISTS (
  SELECT 1 FROM approvals_round o WHERE o.review_id = r.id AND {_YES} < o.needed)"""
_CHANGES, _REJECTS = (
    f"""(SELECT count(*) FROM approvals_decision d
  WHERE d.review_id = r.id AND d.kind = '{kind}' AND {_STANDS})"""
    for kind in ("changes", "reject")
)
_REFUSALS = f"({_CHANGES} + {_REJECTS})"
_IN_FORCE = """EXISTS (SELECT 1 FROM posts_approval a
  WHERE a.post_id = p.id AND a.content_hash = p.content_hash AND a.revoked_at IS NULL)"""
# The moves of a post; what else is told of it leads nowhere.
_MOVES = "posts_activity m WHERE m.post_id = ANY(%(posts)s) AND m.data ? 'to' AND m.kind ~ '^post'"

QUERIES = {
    "sent without an approval of its content at that moment": """
        SELECT t.id FROM delivery_attempt t JOIN posts_delivery d ON d.id = t.delivery_id
        WHERE d.post_id = ANY(%(posts)s) AND NOT EXISTS (
          SELECT 1 FROM posts_approval a WHERE a.post_id = d.post_id
          AND a.content_hash = t.content_hash AND a.created_at <= t.intent_at
          AND (a.not_before IS NULL OR a.not_before <= t.intent_at)
          AND (a.revoked_at IS NULL OR a.revoked_at > t.intent_at))""",
    "queued without an approval": """
        SELECT d.id FROM posts_delivery d
        WHERE d.post_id = ANY(%(posts)s) AND d.state IN ('queued', 'claimed', 'sending')
        AND NOT EXISTS (SELECT 1 FROM posts_approval a WHERE a.post_id = d.post_id
          AND a.content_hash = d.content_hash AND a.revoked_at IS NULL)""",
    "approved without those who had to": f"""
        SELECT a.id FROM posts_approval a
        WHERE a.post_id = ANY(%(posts)s) AND a.source = 'review' AND a.revoked_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM approvals_review r WHERE r.post_id = a.post_id
          AND r.content_hash = a.content_hash AND r.state = 'approved' AND NOT {_LACKS})""",
    "a review that has not one outcome": f"""
        SELECT r.id, r.state FROM approvals_review r WHERE r.post_id = ANY(%(posts)s)
        AND ((r.ended_at IS NULL) <> (r.state = 'open')
          OR CASE r.state WHEN 'approved' THEN {_LACKS} OR {_REFUSALS} > 0
            WHEN 'open' THEN NOT {_LACKS} OR {_REFUSALS} > 0
            WHEN 'changes' THEN {_CHANGES} <> 1 OR {_REFUSALS} <> 1
            WHEN 'rejected' THEN {_REJECTS} <> 1 OR {_REFUSALS} <> 1
            ELSE {_REFUSALS} > 0 END)""",
    "a stage that is not what its reviews came to": f"""
        SELECT p.id, p.stage FROM posts_post p WHERE p.id = ANY(%(posts)s)
        AND CASE WHEN p.stage IN ('approved', 'scheduled', 'done') THEN NOT {_IN_FORCE}
          WHEN EXISTS (SELECT 1 FROM posts_approval a
            WHERE a.post_id = p.id AND a.revoked_at IS NULL) THEN true
          WHEN p.stage = 'in_review' THEN NOT EXISTS (SELECT 1 FROM approvals_review r
            WHERE r.post_id = p.id AND r.state = 'open' AND r.content_hash = p.content_hash)
          WHEN p.stage = 'changes_requested' THEN NOT COALESCE((
            SELECT r.state IN ('changes', 'rejected') FROM approvals_review r
            WHERE r.post_id = p.id ORDER BY r.id DESC LIMIT 1), false)
          ELSE false END""",
    "live, and its stage does not say so": """
        SELECT p.id, p.stage FROM posts_post p
        WHERE p.id = ANY(%(posts)s) AND p.stage NOT IN ('scheduled', 'done')
        AND EXISTS (SELECT 1 FROM posts_delivery d
          WHERE d.post_id = p.id AND d.state = 'published')
        AND NOT EXISTS (SELECT 1 FROM posts_delivery d
          WHERE d.post_id = p.id AND d.state NOT IN ('published', 'cancelled'))""",
    "decided while it was not in review": """
        SELECT a.id FROM posts_activity a
        WHERE a.post_id = ANY(%(posts)s) AND a.kind IN
          ('review.approve', 'review.changes', 'review.reject')
        AND 'in_review' IS DISTINCT FROM (SELECT m.data ->> 'to' FROM posts_activity m
          WHERE m.post_id = a.post_id AND m.id < a.id AND m.data ? 'to' AND m.kind ~ '^post'
          ORDER BY m.id DESC LIMIT 1)""",
    "decided about another content": """
        SELECT d.id FROM approvals_decision d JOIN approvals_review r ON r.id = d.review_id
        WHERE r.post_id = ANY(%(posts)s) AND d.content_hash <> r.content_hash""",
    "decisions that its history does not tell": """
        SELECT p.id FROM posts_post p WHERE p.id = ANY(%(posts)s)
        AND (SELECT count(*) FROM approvals_decision d
          JOIN approvals_review r ON r.id = d.review_id WHERE r.post_id = p.id)
        <> (SELECT count(*) FROM posts_activity a WHERE a.post_id = p.id
          AND a.kind IN
            ('review.approve', 'review.changes', 'review.reject', 'review.withdrawn'))""",
    "a move from where it was not": f"""
        SELECT id FROM (SELECT m.id, m.data ->> 'from' AS was,
          lag(m.data ->> 'to') OVER (PARTITION BY m.post_id ORDER BY m.id) AS before
          FROM {_MOVES}) moves WHERE before <> was""",
    "a stage that its last move does not lead to": f"""
        SELECT p.id, p.stage FROM posts_post p JOIN (
          SELECT DISTINCT ON (m.post_id) m.post_id, m.data ->> 'to' AS last
          FROM {_MOVES} ORDER BY m.post_id, m.id DESC) moves ON moves.post_id = p.id
        WHERE p.stage <> moves.last""",
}


def broken(posts: Sequence[int]) -> list[str]:
    """The promises that do not hold of these posts, with the rows."""
    found = []
    with connection.cursor() as cursor:
        for promise, query in QUERIES.items():
            cursor.execute(query, {"posts": list(posts)})
            if rows := cursor.fetchall():
                found.append(f"{promise}: {rows}")
    return found


def ledger() -> Iterator[str]:
    """What the platforms have: each of ours once, in the words that were approved, and no other."""
    sent = Delivery.objects.filter(remote_id__isnull=False).select_related("channel", "revision")
    ours = {_key(one.channel, one.remote_id or ""): one for one in sent}
    there, times = set(), Counter[tuple[int, str]]()
    for remote in remote_posts():
        key = _key(remote.account, remote.remote_id)
        times[remote.account_id, remote.text] += 1
        there.add(key)
        if key not in ours:
            yield f"live, and not known to us: {remote}"
        elif _words(ours[key]) != remote.text:
            yield f"live in other words than were approved: {remote}"
    yield from (f"published twice: {text}" for (_account, text), n in times.items() if n > 1)
    yield from (f"published, and not on the platform: {ours[key]}" for key in ours.keys() - there)


def _words(delivery: Delivery) -> str:
    assert delivery.revision is not None, f"{delivery} went out without a version"
    said: str = delivery.revision.snapshot["channels"][str(delivery.channel_id)]["text"]
    return said


def _key(account: Channel | Account, remote_id: str) -> tuple[str, str, str]:
    """Where it is, as the platform calls both, without the path that leads there."""
    return account.platform, _tail(account.remote_id), _tail(remote_id)


def _tail(remote_id: str) -> str:
    return re.split("[/:]", remote_id)[-1]


def changeable() -> Iterator[str]:
    """The ways in which the database would let somebody rewrite or remove a decision."""
    last = Decision.objects.order_by("id").last()
    for act in ("UPDATE approvals_decision SET kind = kind", "DELETE FROM approvals_decision"):
        if last is not None and _allowed(f"{act} WHERE id = %s", last.pk):
            yield f"a decision can be changed: {act}"


def _allowed(act: str, pk: int) -> bool:
    with suppress(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act, [pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
        return True
    return False
