"""Rows 7 to 9: processes that end, freeze, or are put in place of others."""

import socket
import time

import pytest

from tests.faults import cast
from tests.faults.altered import HASTE
from tests.faults.dying import lives
from tests.processes import wait_until

pytestmark = pytest.mark.faults

# So many times shorter than in life are the leases of row 8, and so are its freezes.
HASTY = 9
COMMITS = 8
HOST = socket.gethostname()[:40]


def test_row_07_asked_to_end_at_every_commit(arena, tmp_path, verdict):
    """A publisher that gets SIGTERM at its first commit, the next at its second, and so on."""
    arena.run()
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 24))
    with lives(arena.environment, "commit", COMMITS, tmp_path) as ends:
        wait_until(lambda: cast.all_in(made, "published"), 90, "the end of every delivery")
        wait_until(lambda: len(ends()) == COMMITS, 60, "the last of these lives")
        assert set(ends()) == {"0"}
    assert cast.attempts_of(made) == {1}
    assert not verdict()


def test_row_08_frozen_for_a_moment_while_sending(arena, verdict):
    arena.run("beat")
    crew = cast.crew()
    made = frozen(arena, "worker-one", "after_intent", crew)
    time.sleep(2)
    arena.thaw(["worker-one"])
    wait_until(lambda: cast.all_in(made, "published"), 30, "its success")
    assert cast.attempts_of(made) == {1}
    assert not verdict()


def test_row_08_frozen_for_longer_than_the_lease(arena, verdict):
    """Its lease goes to another worker; thawed, it sends nothing."""
    arena.run("beat")
    crew = cast.crew()
    after = frozen(arena, "worker-one", "after_intent", crew)
    before = frozen(arena, "worker-two", "after_claim", crew)
    arena.add("worker")
    wait_until(lambda: cast.all_in([*after, *before], "published"), 90, "another's success")
    arena.thaw(["worker-one", "worker-two"])
    time.sleep(2)
    assert cast.attempts_of(after) == {2}
    assert cast.attempts_of(before) == {1}
    assert not verdict()


def frozen(arena, name, place, crew):
    """One delivery, in the hands of a worker of that name that has stopped at that place."""
    env = {"DRUMBEAT_CRASH": f"{place}:1:STOP", HASTE: str(HASTY)}
    arena.add(name, env=env, altered=True)
    [one] = made = cast.due(crew, cast.places(crew, 1))
    held = "sending" if place == "after_intent" else "claimed"

    def stopped() -> bool:
        one.refresh_from_db()
        # The broker may have handed the offer to one that is frozen already.
        cast.let_leases_end(owner__startswith="offer:")
        return one.state == held and one.owner.startswith(f"{HOST}:{arena.pid(name)}:")

    wait_until(stopped, 60, "the freeze")
    return made


def test_row_09_deployed_again_and_again(arena, verdict):
    arena.run("worker", "beat", "publisher")
    cast.await_first_tick()
    crew = cast.crew()
    places = cast.places(crew, 12)
    made = [one for n in range(3) for one in cast.due(crew, places, seconds=3 + 3 * n)]
    for _ in range(3):
        for name in ("worker", "publisher", "beat"):
            arena.terminate(name)
            time.sleep(0.7)
    wait_until(lambda: cast.all_in(made, "published"), 60, "the end of every delivery")
    assert max(cast.lateness(made)) < 30
    assert cast.attempts_of(made) == {1}
    assert not verdict()
