"""Faults of the one call that publishes, armed at a simulated platform: what each means, and
whether the post is live then.
"""

import pytest

from publishers.contract import Outcome, Reconnect, Rejected, TryLater, Uncertain
from publishers.http import Client
from publishers.sandbox import faults, ledger

MEANINGS = {
    "unauthorized": (Reconnect, False),
    "rate_limited": (TryLater, False),
    "rejected": (Rejected, False),
    "error_before": (Uncertain, False),
    "error_after": (Uncertain, True),
    "half_answer": (Uncertain, True),
    "reset_after_accept": (Uncertain, True),
    "empty_answer": (Uncertain, True),
    "no_id": (Uncertain, True),
    "web_page": (Uncertain, True),
    "hang": (Uncertain, True),
}
# Every platform is held to these.
USUAL = ("unauthorized", "rate_limited", "rejected", "error_before", "error_after")


def each_fault(*more: str):
    """`fault` is one of the usual ones, or of these."""
    return pytest.mark.parametrize("fault", [*USUAL, *more])


def meet(adapter, simulated, payload, step, fault: str) -> tuple[Outcome, bool]:
    """Publish what is prepared, and meet it: the outcome, and whether the post is live."""
    adapter.http = Client(trusted=(adapter.app.api_url,), total_seconds=1.5)
    faults.arm(simulated, fault, parameter="3" if fault in ("hang", "rate_limited") else "")
    outcome = adapter.publish(payload, step)
    kind, live = MEANINGS[fault]
    assert isinstance(outcome, kind), outcome
    assert ledger.posts(simulated).count() == live
    return outcome, live
