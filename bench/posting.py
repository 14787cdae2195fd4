"""One post through an adapter, from its uploads to the call that publishes it."""

import time

from config.demo.wire import Memory
from publishers.contract import Adapter, Outcome, Payload, Prepares, Processing, TryLater

# The simulated platforms are told to be done at once; they are only not asked without a pause.
PAUSE = 0.01
LOOKS = 2000


def through(adapter: Adapter, payload: Payload, *, breaks: int = 0) -> tuple[Outcome, int]:
    """What becomes of it, as delivery does it: again after what may pass, `breaks` times at most,
    with what was kept; and how often that was needed.
    """
    step, broke = Memory(), 0
    outcome: Outcome | None = None
    for _ in range(LOOKS):
        outcome = adapter.prepare(payload, step) if isinstance(adapter, Prepares) else None
        broke += isinstance(outcome, TryLater)
        if not isinstance(outcome, Processing | TryLater) or broke > breaks:
            break
        time.sleep(PAUSE)
    return outcome or adapter.publish(payload, step), broke
