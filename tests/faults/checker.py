"""Holds what happened against what was promised: the database, the platforms' ledger, the people.

    verdict = check(history, quiet=6)
    assert not verdict

A verdict names each broken promise with the rows that break it; empty when all was kept.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from delivery.models import Attempt
from posts.models import Activity, Delivery, Revision
from posts.states import DeliveryState
from publishers.models import Channel
from publishers.sandbox.ledger import posts as remote_posts
from publishers.sandbox.models import RemotePost
from tests.faults.history import Act, History, moment
from tests.faults.invariants import UNKNOWN_TO_US, broken, ledger

# What people do that means: these words must not go out any more.
SAYS_NO = {"cancel", "edit", "revoke", "unschedule"}
# And what means: they may.
SAYS_YES = {"return", "resend"}
# From here nothing of it could be live when it was cancelled.
NOTHING_PUBLIC = {"draft", "queued", "claimed"}
WAITS_FOR_A_PERSON = {DeliveryState.FAILED, DeliveryState.MISSED, DeliveryState.NEEDS_HUMAN}
OVER = {DeliveryState.PUBLISHED, DeliveryState.CANCELLED, DeliveryState.DRAFT}

type Verdict = dict[str, list[Any]]


@dataclass
class Facts:
    """Everything the checker needs, read once."""

    deliveries: dict[int, Delivery] = field(default_factory=dict)
    attempts: dict[int, list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    hash_of: dict[tuple[int, str], str] = field(default_factory=dict)
    live: list[tuple[RemotePost, Delivery | None]] = field(default_factory=list)
    by_words: dict[str, list[RemotePost]] = field(default_factory=lambda: defaultdict(list))
    now: datetime | None = None


def read() -> Facts:
    facts = Facts()
    for delivery in Delivery.objects.select_related("channel", "post").iterator():
        facts.deliveries[delivery.pk] = delivery
    for attempt in Attempt.objects.order_by("pk").iterator():
        facts.attempts[attempt.delivery_id].append(attempt)
    posts_of: dict[str, int] = {}
    for revision in Revision.objects.iterator():
        words = revision.snapshot["body"]
        posts_of[words] = revision.post_id
        facts.hash_of[(revision.post_id, words)] = revision.content_hash
    on: dict[tuple[int, str, str], list[Delivery]] = defaultdict(list)
    for one in facts.deliveries.values():
        on[(one.post_id, one.channel.platform, tail(one.channel.remote_id))].append(one)
    for remote in remote_posts().iterator():
        facts.by_words[remote.text].append(remote)
        where = (remote.account.platform, tail(remote.account.remote_id))
        mine = on[(posts_of.get(remote.text, 0), *where)]
        facts.live.append((remote, _who_sent(remote, mine, facts)))
    facts.now = database_now()
    return facts


def database_now() -> datetime:
    """The clock that decides what is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def tail(remote_id: str) -> str:
    """What a platform calls it, without what leads to it."""
    return re.split("[/:]", remote_id)[-1]


def _who_sent(remote: RemotePost, candidates: list[Delivery], facts: Facts) -> Delivery | None:
    """A post may have been planned on a channel again after its delivery there was cancelled."""
    for one in candidates:
        wanted = facts.hash_of.get((one.post_id, remote.text))
        if any(attempt.content_hash == wanted for attempt in facts.attempts[one.pk]):
            return one
    return None


def check(history: History, *, quiet: float) -> Verdict:
    facts = read()
    found = {
        **broken(quiet),
        **ledger(),
        UNKNOWN_TO_US: list(_not_known(facts)),
        "live, and no attempt of ours sent it": [
            str(remote) for remote, sender in facts.live if sender is None
        ],
        "early on the platform's clock": list(_early(facts)),
        "live after somebody was told that it would not be": list(_after_no(facts, history)),
        "cancelled while nothing was public, and live": list(_cancelled(facts)),
        "failed, and live": list(_failed(facts)),
        "lost: neither out nor visibly waiting": list(_lost(facts)),
    }
    return {promise: rows for promise, rows in found.items() if rows}


def _not_known(facts: Facts) -> Iterator[str]:
    """Live, and neither do we know it nor is a person asked, or has said so."""
    for remote, sender in facts.live:
        known = sender and (
            tail(sender.remote_id or "") == tail(remote.remote_id)
            or sender.confirmed_by_id
            or sender.state == DeliveryState.NEEDS_HUMAN
            or _dropped(sender)
        )
        if not known:
            yield f"{remote}, delivery {sender and sender.pk}: {sender and sender.state}"


def _dropped(sender: Delivery) -> bool:
    """A person was asked whether it is live, and chose to forget about it."""
    return sender.state == DeliveryState.CANCELLED and sender.unknown_since is not None


def _early(facts: Facts) -> Iterator[str]:
    for remote, sender in facts.live:
        # Sent again after a person said so, it has a later time than it was first sent for.
        due = sender and _due_when_sent(sender, remote, facts)
        if due and remote.accepted_at < due:
            yield f"{remote} {(due - remote.accepted_at).total_seconds():.3f} s"


def _due_when_sent(sender: Delivery, remote: RemotePost, facts: Facts) -> datetime | None:
    later = [a for a in facts.attempts[sender.pk] if a.intent_at > remote.accepted_at]
    return None if later else sender.due_at


def _after_no(facts: Facts, history: History) -> Iterator[str]:
    """Each act takes back all that was promised for its words until another act allows them."""
    by_post: dict[int, list[Act]] = defaultdict(list)
    for act in history.acts:
        by_post[act.post].append(act)
    for acts in by_post.values():
        for number, act in enumerate(acts):
            if act.kind not in SAYS_NO:
                continue
            again = next((a.at for a in acts[number + 1 :] if a.kind in SAYS_YES), None)
            for remote in facts.by_words[act.text]:
                if act.delivery and not _is_of(remote, facts.deliveries.get(act.delivery)):
                    continue
                told, ended = moment(act.at), moment(again) if again else None
                if remote.accepted_at > told and (ended is None or remote.accepted_at < ended):
                    yield f"{act.kind} at {told.time()}, {remote} at {remote.accepted_at.time()}"


def _is_of(remote: RemotePost, delivery: Delivery | None) -> bool:
    return delivery is not None and (
        tail(delivery.channel.remote_id) == tail(remote.account.remote_id)
    )


def _cancelled(facts: Facts) -> Iterator[str]:
    wanted = [d for d in facts.deliveries.values() if d.state == DeliveryState.CANCELLED]
    came_from = dict(
        Activity.objects.filter(kind="delivery.cancel")
        .order_by("pk")
        .values_list("data__delivery", "data__from")
    )
    live = {sender.pk for _, sender in facts.live if sender is not None}
    for one in wanted:
        if one.pk in live and came_from.get(one.pk) in NOTHING_PUBLIC:
            yield f"delivery {one.pk}"


def _failed(facts: Facts) -> Iterator[str]:
    for remote, sender in facts.live:
        if sender and sender.state == DeliveryState.FAILED:
            yield f"delivery {sender.pk}, {remote}"


def _lost(facts: Facts) -> Iterator[str]:
    assert facts.now
    for one in facts.deliveries.values():
        if not waiting_or_over(one, facts.now):
            yield f"delivery {one.pk}: {one.state}, {one.problem or 'without a word'}"


def waiting_or_over(one: Delivery, now: datetime) -> bool:
    """Whether nothing more is to be expected of it before a person, or a later time, comes."""
    if one.state in OVER or (one.state in WAITS_FOR_A_PERSON and one.problem):
        return True
    return one.state == DeliveryState.QUEUED and bool(why_it_waits(one, now))


def why_it_waits(one: Delivery, now: datetime) -> str:
    """What anybody can see that a queued delivery waits for; empty when it only waits."""
    assert one.run_at
    channel = one.channel
    if channel.paused:
        return "the channel is paused"
    if channel.state != Channel.State.CONNECTED:
        return channel.problem
    if channel.next_slot_at > now:
        return "the platform asked to slow down"
    if one.due_at and one.due_at > now - timedelta(seconds=1):
        return "its time"
    return one.problem if one.run_at > now else ""
