"""What the worker hears while it speaks to a platform: a status, its rates, its health."""

from datetime import timedelta
from typing import Any, Protocol

from delivery.breath import breathing
from delivery.leases import ENOUGH, LONGEST_CALL
from delivery.permits import Fenced
from publishers import storable
from publishers.contract import Http, Outcome, Rejected, Reply, Spec, TryLater, Uncertain
from publishers.rates import Meter, Reading


class Hold(Protocol):
    """Goes on holding what is under way, for `span` from now where that is longer than usual.
    False: it is another's.
    """

    def __call__(self, span: timedelta = ...) -> bool: ...


class Watched:
    """Passes calls to the guarded client and listens. One for each delivery under way.

    `hold` is called every so often while a large file goes out, and before a long call that may
    publish: as long as that one may still succeed, nobody is asked to send the post again.

    `status`: of the last answer. `trouble`: what was wrong with the platform in its last answer, in
    words; "" when it answered as it should, None while it was not asked.
    """

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self.status: int | None = None
        self.trouble: str | None = None
        self.meter = Meter()
        self._http: Http | None = None
        self._name = ""

    def over(self, http: Http, spec: Spec) -> "Watched":
        """Listen to `http` from now on. What it said of rates and health before is kept."""
        self.status = None
        if http is not self:
            self._http, self._name = http, spec.name
            self.meter.rates = spec.rates
        return self

    def send(
        self, method: str, url: str, **request: Any
    ) -> Reply | TryLater | Rejected | Uncertain:
        assert self._http is not None
        commits = bool(request.get("commits"))
        alive = self._insist if commits else self._go_on
        longest = timedelta(seconds=request.get("seconds") or 0)
        if commits and longest > LONGEST_CALL:
            self._insist(longest + ENOUGH)
        answer = self._http.send(method, url, **breathing(request, alive))
        self.status = answer.status if isinstance(answer, Reply) else None
        self.trouble = _trouble(answer, self._name)
        self.meter.note(answer, commits=commits)
        return answer

    def _go_on(self) -> None:
        self._hold()

    def _insist(self, span: timedelta = timedelta(0)) -> None:
        """What may publish ends here when the delivery is lost: half a request is none."""
        if not self._hold(span):
            raise Fenced("The delivery was taken over while it was sent.")

    def news(self) -> tuple[list[Reading], str | None]:
        """What the answers said of rates and of trouble since this was asked last."""
        trouble, self.trouble = self.trouble, None
        return self.meter.take(), trouble

    def weigh(self, outcome: Outcome) -> Outcome:
        """What the adapter made of it, as a row can keep it.

        A good answer that it could not read is none.
        """
        outcome = storable.outcome(outcome)
        if isinstance(outcome, Uncertain) and 200 <= (self.status or 0) < 300:
            self.trouble = outcome.reason
        return outcome


def _trouble(answer: Reply | TryLater | Rejected | Uncertain, name: str) -> str | None:
    if isinstance(answer, Rejected):
        return None  # an address that may not be called: nobody was asked
    if not isinstance(answer, Reply):
        return answer.reason
    if answer.status >= 500 or answer.status == 408:
        return f"{name} answered with status {answer.status}."
    return ""
