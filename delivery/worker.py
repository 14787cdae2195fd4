"""One delivery, from a claim to the platform's answer. Called by the lanes.

Until the intent is committed nothing public can exist, and every failure puts the row back. After
it only the platform's answer counts; without one the delivery is `unknown`, never sent again.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from delivery import aftermath, dispatcher, gates, intent, permits, poison, readback, recorder
from delivery.answers import Answer
from delivery.crashpoints import crashpoint
from delivery.leases import LEASE, LONGEST_CALL
from delivery.models import Attempt
from delivery.permits import Fenced, Handles, Taken
from delivery.settle import settle
from delivery.watched import Watched
from posts import items, payloads
from posts.items import Items
from posts.states import DeliveryState
from publishers import limits, sessions
from publishers.contract import (
    Outcome,
    Prepares,
    Processing,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from publishers.sessions import Session

log = structlog.get_logger(__name__)

# Waiting for a platform's preparation inside the claim; longer ones come back later.
PATIENCE = timedelta(seconds=20)
# What becomes ready this much too early waits in the queue, not in a worker.
LONGEST_WAIT = 10.0


def run(delivery_id: int, attempt_no: int) -> None:
    """Publish what was claimed, if the claim is still on offer, and finish its post."""
    ready = prepare(delivery_id, attempt_no)
    if ready is not None and ready.send():
        aftermath.finish(ready.delivery.post_id)


def prepare(delivery_id: int, attempt_no: int) -> "Run | None":
    """Take the offer and do all that leaves nothing public; None when nothing is to be sent."""
    try:
        taken = permits.take(delivery_id, attempt_no)
        one = Run(taken) if taken else None
    except Exception as error:
        if poison.pause(error):
            poison.put_aside(delivery_id, attempt_no=attempt_no, state=DeliveryState.CLAIMED)
        raise
    if one is None:
        log.info("delivery.not_taken", delivery_id=delivery_id, attempt_no=attempt_no)
        return None
    with one.named():
        crashpoint("after_claim")
        return one if one.prepare() else None


class Run:
    """One claim under way. `prepare`, then `send` when `wait` has passed, in any thread.

    `items` are what the delivery consists of; the next of them is what is prepared and sent.
    """

    items: Items
    session: Session

    def __init__(self, taken: Taken) -> None:
        self.delivery, self.permit, self.clock = taken.delivery, taken.permit, taken.clock
        self.step = Handles(self.delivery, self.permit, self.clock)
        self.watched = Watched(self.step.hold)
        self.moment = _moment(taken)

    @property
    def wait(self) -> float:
        """Seconds until it may be sent; negative when it is late."""
        return self.clock.until(self.moment)

    def named(self) -> AbstractContextManager[Any]:
        """So that every line of the log says what it is about."""
        ids = {"delivery_id": self.permit.delivery_id, "attempt_no": self.permit.attempt_no}
        return structlog.contextvars.bound_contextvars(**ids)

    # -- before the intent: everything may be repeated

    def prepare(self) -> bool:
        """Whether all is uploaded and signed in; if not, the row says why."""
        ready = self._guarded(self._ready)
        if isinstance(ready, Answer):
            self._settle(ready)
        return ready is True

    def _ready(self) -> Answer | bool:
        session = sessions.opened(self.delivery.channel)
        if not isinstance(session, Session):
            return Answer(session)
        try:
            self.items = items.of(self.delivery)
        except payloads.TamperedContent as error:
            return Answer(Rejected(str(error)))
        for problem in limits.check_all(
            self.items.all,
            session.adapter.spec,
            account=session.adapter.account.kind,
            thread=payloads.is_thread(self.delivery),
        ):
            if problem.level == "error":
                return Answer(Rejected(f"{problem.message} {problem.fix}".strip()))
        return self._next(session)

    def _next(self, session: Session) -> Answer | bool:
        """The next item, ready to be sent."""
        self.step.item = self.items.number
        seen = readback.before_sending(
            self.delivery, self.items, session, self.clock.now(), self.watched
        )
        prepared = seen or self._prepare(session)
        if isinstance(prepared, Answer):
            return prepared
        crashpoint("after_upload")
        self.session = prepared
        if self.wait > LONGEST_WAIT:
            self.give_back()
            return False
        return True

    def _guarded(self, work: Callable[[], Answer | bool]) -> Answer | bool:
        """What goes wrong on our side before the intent puts the row back."""
        try:
            return work()
        except Fenced:
            log.warning("delivery.fenced")
            return False
        except BaseException as error:
            log.exception("delivery.stopped_before_sending")
            self._settle(Answer(TryLater(_in_words(error), after=poison.pause(error))))
            raise

    def give_back(self) -> None:
        """The process ends: as if it had never been claimed."""
        dispatcher.give_back(self.delivery, self.permit.owner)

    def _settle(self, answer: Answer) -> bool:
        answer = replace(answer, item=self.step.item)
        try:
            gates.heard(self.delivery.channel, self.watched)
        finally:
            live = settle(self.delivery, self.permit.attempt_no, answer)
        return live

    def _prepare(self, session: Session) -> Session | Answer:
        outcome = self._upload(session)
        if isinstance(outcome, Reconnect):
            renewed = sessions.renew(self.delivery.channel_id, session.version)
            if not isinstance(renewed, Session):
                return Answer(renewed, version=session.version)
            session, outcome = renewed, self._upload(renewed)
        if outcome is None:
            return session
        return Answer(outcome, version=session.version)

    def _upload(self, session: Session) -> Outcome | None:
        adapter, payload = session.adapter, self.items.payload
        if not isinstance(adapter, Prepares):
            return None
        adapter.http = self.watched.over(adapter.http, adapter.spec)
        end = self.clock.now() + PATIENCE
        try:
            outcome = adapter.prepare(payload, self.step)
            while isinstance(outcome, Processing) and self.clock.until(end) > outcome.after:
                time.sleep(max(outcome.after, 1))
                outcome = adapter.prepare(payload, self.step)
        except payloads.TamperedContent as error:
            return Rejected(str(error))
        return outcome

    def send(self, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Send what is prepared, and what follows it. True when all of it is live.

        `stopping` is asked between two items: what is left then is for another process.
        """
        with self.named():
            while self._sent():
                if self.delivery.state != DeliveryState.CLAIMED:
                    return True
                if stopping():
                    self.give_back()
                    return False
                following = self._guarded(lambda: self._next(self.session))
                if following is not True:
                    return isinstance(following, Answer) and self._settle(following)
        return False

    # -- the intent: one transaction between "repeatable" and "never again"

    def _sent(self) -> bool:
        """Wait for its moment, commit the intent, make the call. True when the item is live."""
        intended = self._guarded(self._intend)
        if isinstance(intended, Answer):
            return self._settle(intended)
        return intended and self._send()

    def _intend(self) -> Answer | bool:
        self.clock.sleep_until(self.moment)
        keyed = self.session.adapter.reconcile == "key"
        try:
            refused = intent.write(self.delivery, self.permit, self.step.item, keyed=keyed)
        except intent.ChannelClosed:
            self.give_back()
            return False
        return Answer(refused) if refused else True

    # -- after the intent: one call, and whatever it says is stored

    def _send(self) -> bool:
        try:
            crashpoint("after_intent")
            answer = self._call()
        except BaseException as error:
            log.exception("delivery.stopped_while_sending")
            self._settle(Answer(Uncertain(_in_words(error))))
            raise
        if isinstance(answer.outcome, Published | Processing):
            crashpoint("after_accept")
        log.info("delivery.answered", outcome=type(answer.outcome).__name__, status=answer.status)
        until, live = self.clock.now() + LEASE, self._settle(answer)
        if isinstance(answer.outcome, Published) and self.delivery.state == DeliveryState.CLAIMED:
            self.items = self.items.and_live(answer.outcome.remote_id)
            self.permit.lease_until = until
        return live

    def _call(self) -> Answer:
        session, adapter = self.session, self.session.adapter
        noted = (self.delivery, self.permit, self.items, adapter, self.clock)
        if held := recorder.write(*noted):
            return Answer(TryLater(held, after=recorder.AGAIN_SECONDS, rate_limited=True))
        # The last look, on the boot clock: this process may have been frozen since the intent.
        if self.clock.until(self.permit.lease_until) < LONGEST_CALL.total_seconds():
            return Answer(TryLater("This machine was too slow to send it in time."))
        adapter.http = watched = self.watched.over(adapter.http, adapter.spec)
        payload = replace(self.items.payload, called_at=self.clock.now())
        outcome = watched.weigh(adapter.publish(payload, self.step))
        if isinstance(outcome, Reconnect):
            return self._refused(outcome, watched.status, session.version)
        answer = Answer(outcome, watched.status)
        if isinstance(outcome, Rejected):
            self.permit.extend(self.clock)
        return readback.after_refusal(answer, session, payload, self.step, watched)

    def _refused(self, refused: Reconnect, status: int | None, version: int) -> Answer:
        """A token refused while sending is renewed once; refused again, a person must sign in.

        What cannot be renewed just now is no sign-out: the old token would be refused again.
        """
        refused_before = Attempt.objects.filter(
            delivery_id=self.permit.delivery_id,
            attempt_no=self.permit.attempt_no - 1,
            outcome=Attempt.Outcome.RECONNECT,
        )
        if refused_before.exists():
            return Answer(refused, status, version)
        renewed = sessions.renew(self.delivery.channel_id, version)
        if isinstance(renewed, TryLater):
            return Answer(renewed, status)
        return Answer(refused, status, version, renewed=isinstance(renewed, Session))


def _moment(taken: Taken) -> datetime:
    """When everything allows it: the plan, the retry's pause, the channel, the approval."""
    delivery = taken.delivery
    asked = (delivery.due_at, delivery.run_at, delivery.channel.next_slot_at, taken.allowed_from)
    return max(moment for moment in asked if moment is not None)


def _in_words(error: BaseException) -> str:
    """For people; what exactly happened is in the log."""
    return poison.OURS if isinstance(error, Exception) else "The worker was stopped."
