"""What the worker hears while it speaks to a platform: a status, its rates, its health."""

from collections.abc import Callable
from typing import Any

from delivery.breath import breathing
from publishers import storable
from publishers.contract import Http, Outcome, Rejected, Reply, Spec, TryLater, Uncertain
from publishers.rates import Meter, Reading


class Watched:
    """Passes calls to the guarded client and listens. One for each delivery under way.

    `alive` is called every so often while a large file goes out.

    `status`: of the last answer. `trouble`: what was wrong with the platform in its last answer, in
    words; "" when it answered as it should, None while it was not asked.
    """

    def __init__(self, alive: Callable[[], None]) -> None:
        self._alive = alive
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
        answer = self._http.send(method, url, **breathing(request, self._alive))
        self.status = answer.status if isinstance(answer, Reply) else None
        self.trouble = _trouble(answer, self._name)
        self.meter.note(answer, commits=bool(request.get("commits")))
        return answer

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
