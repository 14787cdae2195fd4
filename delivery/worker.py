"""One delivery, from a claim to the platform's answer. Called by publish task and publisher.

Until the intent is committed nothing public can exist, and every failure puts the row back. After
it only the platform's answer counts; without one the delivery is `unknown`, never sent again.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from delivery import permits
from delivery.clock import DatabaseClock
from delivery.crashpoints import crashpoint
from delivery.models import Attempt
from delivery.permits import ENOUGH, LONGEST_CALL, Fenced, Handles, Permit
from delivery.settle import Answer, settle
from posts import payloads, workflow
from posts.errors import LostRace
from posts.models import Approval, Delivery
from publishers import limits, sessions
from publishers.contract import (
    Http,
    Outcome,
    Payload,
    Prepares,
    Processing,
    Published,
    Reconnect,
    Rejected,
    Reply,
    TryLater,
    Uncertain,
)
from publishers.sessions import Session

log = structlog.get_logger(__name__)

# Waiting for a platform's preparation inside the claim; longer ones come back later.
PATIENCE = timedelta(seconds=20)


def run(delivery_id: int, attempt_no: int) -> None:
    """Publish what was claimed, if the claim is still on offer."""
    taken = permits.take(delivery_id, attempt_no)
    if taken is None:
        log.info("delivery.not_taken", delivery_id=delivery_id, attempt_no=attempt_no)
        return
    with structlog.contextvars.bound_contextvars(delivery_id=delivery_id, attempt_no=attempt_no):
        crashpoint("after_claim")
        Run(*taken).go()


class Watched:
    """Passes calls to the guarded client and remembers the status of the last answer."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self.status: int | None = None

    def send(
        self, method: str, url: str, **request: Any
    ) -> Reply | TryLater | Rejected | Uncertain:
        answer = self._http.send(method, url, **request)
        self.status = answer.status if isinstance(answer, Reply) else None
        return answer


class Run:
    def __init__(self, delivery: Delivery, permit: Permit) -> None:
        self.delivery, self.permit = delivery, permit
        self.clock = DatabaseClock()
        self.step = Handles(delivery, permit, self.clock)

    def go(self) -> None:
        try:
            ready = self._ready()
            if not isinstance(ready, Session):
                self._settle(ready)
                return
            intended = self._intend(ready)
        except Fenced:
            log.warning("delivery.fenced")
            return
        except BaseException as error:
            log.exception("delivery.stopped_before_sending")
            self._settle(Answer(TryLater(_in_words(error))))
            raise
        if intended:
            self._send(ready)

    def _settle(self, answer: Answer) -> None:
        settle(self.delivery.post, self.permit.delivery_id, self.permit.attempt_no, answer)

    # -- before the intent: everything may be repeated

    def _ready(self) -> Session | Answer:
        """A signed-in session with everything uploaded, at the moment of sending; or why not."""
        session = sessions.open_session(self.delivery.channel_id)
        if not isinstance(session, Session):
            return Answer(session)
        try:
            self.payload = payloads.build(self.delivery)
        except payloads.TamperedContent as error:
            return Answer(Rejected(str(error)))
        for problem in limits.check(self.payload, session.adapter.spec):
            if problem.level == "error":
                return Answer(Rejected(f"{problem.message} {problem.fix}".strip()))
        prepared = self._prepare(session)
        if isinstance(prepared, Session):
            crashpoint("after_upload")
            return self._wait(prepared)
        return prepared

    def _prepare(self, session: Session) -> Session | Answer:
        outcome = self._upload(session, self.payload)
        if isinstance(outcome, Reconnect):
            renewed = sessions.renew(self.delivery.channel_id, session.version)
            if not isinstance(renewed, Session):
                return Answer(renewed, version=session.version)
            session, outcome = renewed, self._upload(renewed, self.payload)
        if outcome is None:
            return session
        return Answer(outcome, version=session.version)

    def _upload(self, session: Session, payload: Payload) -> Outcome | None:
        adapter = session.adapter
        if not isinstance(adapter, Prepares):
            return None
        end = self.clock.now() + PATIENCE
        try:
            outcome = adapter.prepare(payload, self.step)
            while isinstance(outcome, Processing) and self.clock.until(end) > outcome.after:
                time.sleep(max(outcome.after, 1))
                outcome = adapter.prepare(payload, self.step)
        except payloads.TamperedContent as error:
            return Rejected(str(error))
        return outcome

    def _wait(self, session: Session) -> Session | Answer:
        moment = self._moment()
        left = self.clock.until(moment)
        if left > 10:
            return Answer(TryLater("It is not time yet.", after=int(left), rate_limited=True))
        self.clock.sleep_until(moment)
        return session

    def _moment(self) -> datetime:
        """When everything allows it: the plan, the retry's pause, the channel, the approval."""
        delivery = self.delivery
        allowed = Approval.objects.filter(
            post_id=delivery.post_id, content_hash=delivery.content_hash, revoked_at=None
        ).values_list("not_before", flat=True)
        moments = (delivery.due_at, delivery.run_at, delivery.channel.next_slot_at, *allowed)
        return max(moment for moment in moments if moment is not None)

    # -- the intent: one transaction between "repeatable" and "never again"

    def _intend(self, session: Session) -> bool:
        expect: Mapping[str, Any] = {
            "attempt_no": self.permit.attempt_no,
            "owner": self.permit.owner,
            "lease_until__gt": Now() + ENOUGH,
        }
        try:
            with transaction.atomic():
                workflow.move(self.delivery, "intend", expect=expect, sent_at=Now())
                Attempt.objects.create(
                    delivery=self.delivery,
                    attempt_no=self.permit.attempt_no,
                    content_hash=self.delivery.content_hash,
                    idempotent=session.adapter.spec.reconcile == "key",
                    worker=self.permit.owner,
                    intent_at=Now(),
                )
        except LostRace:
            # Recalled, taken over, or too little left of the lease: only the last puts it back.
            self._settle(Answer(TryLater("Getting it ready took too long.")))
            return False
        except IntegrityError as error:
            # The database refused: the approval was withdrawn, or it is not time.
            log.warning("delivery.intent_refused", error=str(error))
            self._settle(Answer(TryLater("It is no longer approved as it is.")))
            return False
        return True

    # -- after the intent: one call, and whatever it says is stored

    def _send(self, session: Session) -> None:
        try:
            crashpoint("after_intent")
            answer = self._call(session)
        except BaseException as error:
            log.exception("delivery.stopped_while_sending")
            self._settle(Answer(Uncertain(_in_words(error))))
            raise
        if isinstance(answer.outcome, Published | Processing):
            crashpoint("after_accept")
        self._settle(answer)
        log.info("delivery.answered", outcome=type(answer.outcome).__name__, status=answer.status)

    def _call(self, session: Session) -> Answer:
        adapter = session.adapter
        # The last look, on the boot clock: this process may have been frozen since the intent.
        if self.clock.until(self.permit.lease_until) < LONGEST_CALL.total_seconds():
            return Answer(TryLater("This machine was too slow to send it in time."))
        adapter.http = watched = Watched(adapter.http)
        outcome = adapter.publish(self.payload, self.step)
        if isinstance(outcome, Reconnect):
            return Answer(outcome, watched.status, session.version, self._renewed(session))
        return Answer(outcome, watched.status)

    def _renewed(self, session: Session) -> bool:
        """A token refused while sending is renewed once; refused again, a person must sign in."""
        refused_before = Attempt.objects.filter(
            delivery_id=self.permit.delivery_id,
            attempt_no=self.permit.attempt_no - 1,
            outcome=Attempt.Outcome.RECONNECT,
        )
        if refused_before.exists():
            return False
        renewed = sessions.renew(self.delivery.channel_id, session.version)
        return not isinstance(renewed, Reconnect)


def _in_words(error: BaseException) -> str:
    """For people; what exactly happened is in the log."""
    if isinstance(error, Exception):
        return "Something went wrong on our side."
    return "The worker was stopped."
