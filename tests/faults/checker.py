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
from tests.faults.invariants import UNKNOWN_TO_US, broken, due_when_intended, ledger

# What people do that means: these words must not go out any more.
SAYS_NO = {"cancel", "drop", "edit", "revoke", "unschedule"}
# And what means: they may.
SAYS_YES = {"return", "resend"}
# What makes drafts of what was committed; "unanswered": nobody knows whether it did.
TAKES_BACK = {"edit", "revoke", "unschedule", "unanswered"}
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
    due: dict[int, datetime] = field(default_factory=dict)
    # By delivery: from which state it was cancelled, and when.
    cancelled: dict[int, tuple[str, datetime]] = field(default_factory=dict)
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
    facts.due = due_when_intended()
    moves = Activity.objects.filter(kind="delivery.cancel").order_by("pk")
    for pk, state, at in moves.values_list("data__delivery", "data__from", "at"):
        facts.cancelled[pk] = (state, at)
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
    return next((one for one in candidates if any(_could_be(one, remote, facts))), None)


def _could_be(sender: Delivery, remote: RemotePost, facts: Facts) -> Iterator[Attempt]:
    """The attempts to send these words, in their order."""
    wanted = facts.hash_of.get((sender.post_id, remote.text))
    return (one for one in facts.attempts[sender.pk] if one.content_hash == wanted)


def _attempt_of(sender: Delivery, remote: RemotePost, facts: Facts) -> Attempt | None:
    """The one that was accepted: the last that had begun by then. None: it was there before any."""
    begun = [a for a in _could_be(sender, remote, facts) if a.intent_at <= remote.accepted_at]
    return max(begun, key=lambda one: one.intent_at, default=None)


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
        "lost: neither out nor visibly waiting": list(_lost(facts, history)),
    }
    return {promise: rows for promise, rows in found.items() if rows}


def _not_known(facts: Facts) -> Iterator[str]:
    """Live, and neither do we know it nor is a person asked, or has said so."""
    for remote, sender in facts.live:
        known = sender and (
            tail(sender.remote_id or "") == tail(remote.remote_id)
            or sender.confirmed_by_id
            or sender.state == DeliveryState.NEEDS_HUMAN
            or _forgotten(sender, remote, facts)
        )
        if not known:
            yield f"{remote}, delivery {sender and sender.pk}: {sender and sender.state}"


def _forgotten(sender: Delivery, remote: RemotePost, facts: Facts) -> bool:
    """A person was asked whether it is live, and chose to forget about it: not about what is sent
    afterwards.
    """
    state, at = facts.cancelled.get(sender.pk, ("", None))
    attempt = _attempt_of(sender, remote, facts)
    asked = sender.state == DeliveryState.CANCELLED and state == DeliveryState.NEEDS_HUMAN
    return bool(asked and attempt and at and attempt.intent_at < at)


def _early(facts: Facts) -> Iterator[str]:
    for remote, sender in facts.live:
        if sender is None:
            continue
        attempt = _attempt_of(sender, remote, facts)
        if attempt is None:
            yield f"{remote} was there before anything was sent"
            continue
        due = facts.due.get(attempt.pk)
        if due and remote.accepted_at < due:
            yield f"{remote} {(due - remote.accepted_at).total_seconds():.3f} s"


def _after_no(facts: Facts, history: History) -> Iterator[str]:
    """Each act takes back all that was promised for its words until another allows the same."""
    by_post: dict[int, list[Act]] = defaultdict(list)
    for act in history.acts:
        by_post[act.post].append(act)
    for acts in by_post.values():
        for number, act in enumerate(acts):
            if act.kind not in SAYS_NO:
                continue
            allowed = next((a.asked for a in acts[number + 1 :] if _allows(a, act)), None)
            told, ended = moment(act.at), moment(allowed) if allowed else None
            for remote in facts.by_words[act.text]:
                if act.delivery and not _is_of(remote, facts.deliveries.get(act.delivery)):
                    continue
                if remote.accepted_at > told and (ended is None or remote.accepted_at < ended):
                    yield f"{act.kind} at {told.time()}, {remote} at {remote.accepted_at.time()}"


def _allows(later: Act, act: Act) -> bool:
    """Whether what `act` took back is given again: these words, everywhere or in this place."""
    same = later.text == act.text and later.delivery in (None, act.delivery)
    return later.kind in SAYS_YES and same


def _is_of(remote: RemotePost, delivery: Delivery | None) -> bool:
    return delivery is not None and (
        tail(delivery.channel.remote_id) == tail(remote.account.remote_id)
    )


def _cancelled(facts: Facts) -> Iterator[str]:
    for remote, sender in facts.live:
        if sender is not None and sender.state == DeliveryState.CANCELLED:
            state, _at = facts.cancelled.get(sender.pk, ("", None))
            if state in NOTHING_PUBLIC:
                yield f"delivery {sender.pk}, {remote}"


def _failed(facts: Facts) -> Iterator[str]:
    for remote, sender in facts.live:
        if sender and sender.state == DeliveryState.FAILED:
            yield f"delivery {sender.pk}, {remote}"


def _lost(facts: Facts, history: History) -> Iterator[str]:
    assert facts.now
    taken_back = _taken_back(history)
    for one in facts.deliveries.values():
        scheduled = one.post_id in history.scheduled and one.post_id not in taken_back
        if one.state == DeliveryState.DRAFT and scheduled:
            yield f"delivery {one.pk}: a draft that nobody made one"
        elif not waiting_or_over(one, facts.now):
            yield f"delivery {one.pk}: {one.state}, {one.problem or 'without a word'}"


def _taken_back(history: History) -> set[int]:
    """Posts that a person made a draft again. Where all was cancelled, a new time is a plan."""
    cancelled: dict[int, float] = {}
    found = {act.post for act in history.acts if act.kind in TAKES_BACK}
    for act in sorted(history.acts, key=lambda act: act.at):
        if act.kind in ("cancel", "forget", "drop"):
            cancelled.setdefault(act.post, act.at)
        elif act.kind == "reschedule" and act.post in cancelled:
            found.add(act.post)
    return found


def under_way() -> int:
    """How many deliveries are neither over nor waiting where somebody sees it."""
    now = database_now()
    rows = Delivery.objects.exclude(state__in=[str(state) for state in OVER])
    return sum(not waiting_or_over(one, now) for one in rows.select_related("channel"))


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
