"""One delivery before it is due: looked over half an hour ahead, prepared ten minutes ahead.

Called by its tick and by the publisher, with a turn (turns.py). It stands beside the state machine:
it moves no state, holds no slot of the channel, and every write names the turn and the content, so
that whoever claims, edits or cancels meanwhile simply goes first. Nothing here can become public.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from delivery import alerts, begun, findings, gates, turns
from delivery.crashpoints import crashpoint
from delivery.findings import About, Finding
from delivery.memory import Ahead, Overtaken, rows
from delivery.turns import Turn
from delivery.watched import Watched
from notifications.live import announce
from posts import items, payloads, workflow
from posts.models import Delivery
from publishers import registry, sessions, standing
from publishers.contract import (
    NotPublished,
    Payload,
    Prepares,
    Processing,
    Reconnect,
    Rejected,
    Spec,
)
from publishers.services import mark_reconnect
from publishers.sessions import Session

log = structlog.get_logger(__name__)

# When so little is left, people hear also of what may yet mend itself.
NO_TIME_TO_HOPE = timedelta(minutes=5)
SOONEST = timedelta(seconds=5)
# A slow line takes a minute for this.
BYTES_PER_MINUTE = 10_000_000
# What was prepared must still be good when a first try fails and is repeated.
GOOD_AFTER = timedelta(minutes=5)


def run(turn: Turn) -> None:
    """Look at it, prepare it if its time has come, and store what people should know."""
    with structlog.contextvars.bound_contextvars(delivery_id=turn.delivery_id):
        try:
            _run(turn)
        except Overtaken:
            log.info("preflight.overtaken", turn=turn.number)
            turns.give_back(turn)


def _run(turn: Turn) -> None:
    try:
        delivery, now, _allowed = begun.read(turn.delivery_id)
    except Delivery.DoesNotExist:
        raise Overtaken from None
    if not turn.holds(delivery, now):
        raise Overtaken
    look = _Look(delivery, turn, now)
    try:
        found = look.over()
    except Exception:
        log.exception("preflight.failed")
        words = _("Something went wrong on our side while making it ready. We keep trying.")
        look.store([Finding(About.PLATFORM, words, passing=True)])
        raise
    look.store(found)


class _Look:
    def __init__(self, delivery: Delivery, turn: Turn, now: datetime) -> None:
        assert delivery.due_at is not None
        self.delivery, self.turn, self.now, self.due = delivery, turn, now, delivery.due_at
        self.spec = registry.spec_for(delivery.channel.platform)
        self.prepared = False
        self.opens = self.due - timedelta(minutes=self.spec.prepare_minutes)

    def over(self) -> list[Finding]:
        delivery, spec = self.delivery, self.spec
        try:
            following = items.of(delivery)
        except payloads.TamperedContent as error:
            return [Finding(About.CONTENT, str(error))]
        payload = following.payload
        self.opens = self.due - preparing(spec, payload)
        ill = list(findings.platform(spec.slug))
        session = standing.foresee(delivery.channel, self.due, ask=not ill)
        found = [
            *findings.session(session, delivery, self.due),
            *findings.channel(delivery),
            *findings.approval(delivery),
            *findings.content(
                following.all,
                spec,
                account=delivery.channel.kind,
                thread=payloads.is_thread(delivery),
            ),
            *findings.quota(delivery, spec, self.due),
            *ill,
        ]
        if isinstance(session, Session) and not found and self.now >= self.opens:
            return self._prepare(session, payload, following.number)
        return found

    def _prepare(self, session: Session, payload: Payload, item: int) -> list[Finding]:
        """Everything that leaves nothing public, so that one call is left when it is due."""
        step = Ahead(self.delivery, self.turn, self.due + GOOD_AFTER, item)
        outcome = self._uploaded(session, payload, step)
        if isinstance(outcome, Reconnect):
            renewed = sessions.renew(self.delivery.channel_id, session.version)
            if not isinstance(renewed, Session):
                return [findings.answer(renewed, self.delivery)]
            session, outcome = renewed, self._uploaded(renewed, payload, step)
        crashpoint("after_prepare")
        if isinstance(outcome, Reconnect):
            mark_reconnect(self.delivery.channel_id, outcome.reason, version=session.version)
        self.prepared = outcome is None
        return [] if outcome is None else [findings.answer(outcome, self.delivery)]

    def _uploaded(
        self, session: Session, payload: Payload, step: Ahead
    ) -> Processing | NotPublished | None:
        adapter, watched = session.adapter, Watched(step.hold)
        if not isinstance(adapter, Prepares):
            return None
        adapter.http = watched.over(adapter.http, adapter.spec)
        try:
            return adapter.prepare(payload, step)
        except payloads.TamperedContent as error:
            return Rejected(str(error))
        finally:
            gates.heard(self.delivery.channel, watched)

    def store(self, found: Sequence[Finding]) -> None:
        """The turn ends. People hear of a problem once, and again when it is another one."""
        again = self._again(found)
        late = again > self.due - NO_TIME_TO_HOPE
        told = [one for one in found if late or not one.passing]
        words = " ".join(dict.fromkeys(one.words for one in told))[:1000]
        about = told[0].about if told else ""
        fields: dict[str, Any] = {"preflight_lease_until": None, "preflight_at": again}
        if self.prepared:
            fields["prepared_hash"] = self.delivery.content_hash
        if words == self.delivery.warning:
            self._write(fields)
            return
        with transaction.atomic():
            self._write(fields | {"warning": words, "warning_about": about})
            _say(self.delivery, words, about)

    def _write(self, fields: Mapping[str, Any]) -> None:
        if not rows(self.turn, self.delivery).update(**fields):
            raise Overtaken

    def _again(self, found: Sequence[Finding]) -> datetime:
        """When to look next. A new plan, and a channel that opens or closes, are seen at once."""
        if found:
            pause = timedelta(seconds=min(one.after for one in found))
            return self.now + max(pause, SOONEST)
        return self.due if self.prepared else max(self.opens, self.now + SOONEST)


def preparing(spec: Spec, payload: Payload) -> timedelta:
    """How long before it is due its preparation begins."""
    size = sum(media.size for media in payload.media)
    return timedelta(minutes=spec.prepare_minutes + size / BYTES_PER_MINUTE)


def _say(delivery: Delivery, words: str, about: str) -> None:
    delivery.warning, delivery.warning_about = words, about
    data = {"delivery": delivery.pk, "channel": delivery.channel_id, "reason": words[:500]}
    kind = "delivery.warn" if words else "delivery.mend"
    workflow.record(delivery.post, kind, data=data)
    announce(delivery.team_id, f"delivery:{delivery.pk}", "deliveries", "board", "calendar")
    if words:
        alerts.at_risk(delivery)
