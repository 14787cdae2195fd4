"""Rows 1 to 6: SIGKILL at the worst moments. Nothing is posted twice, and nothing is lost."""

import contextlib
import time
from itertools import chain

import pytest

from delivery import leases
from tests.faults import cast
from tests.faults.altered import HASTE
from tests.faults.dying import lives
from tests.faults.nemesis import PLACES
from tests.processes import wait_until

pytestmark = pytest.mark.faults

TIMES = 10
SIGKILL = "9"
# Where preparing ends has a test of its own, test_preparing.py.
PLACES_OF_THE_ROWS = [place for place in PLACES if place != "after_prepare"]
CHANNELS = 36
# In seconds: a claim, its turn on its channel, and the processes that start meanwhile.
SOON = 30
STARTED = 20
TIMES_SHORTER = 15
HASTY = {HASTE: str(TIMES_SHORTER)}
LEASE = leases.LEASE.total_seconds() / TIMES_SHORTER


def test_rows_01_to_06_killed_ten_times_at_each_place(arena, tmp_path, verdict):
    """Six publishers at once, each of which can end in its own way only."""
    arena.run()
    crew = cast.crew()
    places = cast.places(crew, CHANNELS)
    third = CHANNELS // 3
    made = cast.due(crew, places[:third], pictures=1) + cast.due(crew, places[third:])

    with contextlib.ExitStack() as all_of_them:
        deaths = {
            place: all_of_them.enter_context(lives(arena.environment, place, TIMES, tmp_path))
            for place in PLACES_OF_THE_ROWS
        }
        ends = time.monotonic() + 150
        while any(len(died()) < TIMES for died in deaths.values()):
            assert time.monotonic() < ends, {place: len(died()) for place, died in deaths.items()}
            if sum(state == "queued" for state in cast.states(made)) < third:
                made += cast.due(crew, places)
            time.sleep(0.3)

        def all_out() -> bool:
            # What met several of the dead would wait for minutes.
            cast.shorten_pauses()
            return cast.all_in(made, "published")

        wait_until(all_out, 60, "the end of every delivery")
        assert set(chain.from_iterable(died() for died in deaths.values())) == {SIGKILL}

    # What was only claimed or uploaded when its publisher died goes out soon. What several died of
    # makes room for the others, and is not counted.
    once = [one for one in made if claims_of(one) == 2 and one.attempts.count() == 1]
    assert once
    assert max(cast.lateness(once)) < SOON, sorted(cast.lateness(once))[-5:]
    assert not verdict()


def claims_of(delivery) -> int:
    delivery.refresh_from_db()
    return delivery.attempt_no


def test_row_02_another_worker_waits_for_the_lease_of_the_dead(arena, verdict):
    """The lease itself, so many times shorter than in life; nobody ends it."""
    arena.run("beat")
    arena.add("worker-doomed", env={"DRUMBEAT_CRASH": "after_upload:1", **HASTY}, altered=True)
    cast.await_first_tick()
    doomed = arena.pid("worker-doomed")
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 1), pictures=1)
    wait_until(lambda: arena.pid("worker-doomed") != doomed, 60, "its death")
    arena.end("worker-doomed")
    assert cast.states(made) == ["claimed"]
    arena.add("worker", env=HASTY, altered=True)
    wait_until(lambda: cast.all_in(made, "published"), 60, "another's success")
    [late] = cast.lateness(made)
    assert late < LEASE + STARTED
    assert {one.attempts.count() for one in made} == {1}
    assert not verdict()


def test_row_04_killed_in_the_middle_of_the_request(arena, verdict):
    """Where the platform has accepted it is found; where it has not, it is sent again."""
    arena.run("worker", "beat")
    crew = cast.crew()
    accepted, refused = cast.places(crew, 3), cast.places(crew, 3)
    for place in accepted:
        place.arm("hang", parameter="6")
    for place in refused:
        place.arm("hang_before", parameter="6")
    once, again = cast.due(crew, accepted, seconds=60), cast.due(crew, refused, seconds=60)
    cast.bring_forward([*once, *again], seconds=2)
    wait_until(lambda: cast.all_in([*once, *again], "sending"), 30, "all calls under way")
    wait_until(lambda: all(place.live() for place in accepted), 10, "the platforms' yes")

    arena.kill("worker")
    cast.let_leases_end()
    wait_until(lambda: cast.all_in([*once, *again], "published"), 90, "the end of every delivery")

    assert {one.attempts.count() for one in once} == {1}
    assert {one.attempts.count() for one in again} == {2}
    assert not verdict()


def test_row_03_a_worker_dies_at_every_third_intent(arena, verdict):
    """Celery's own worker, on the folder broker; the supervisor puts the dead back."""
    env = {"REDIS_URL": "", "DRUMBEAT_CRASH": "after_intent:3"}
    arena.run("worker", "beat", env=env)
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 12))
    seen = {arena.pid("worker")}

    def died_twice() -> bool:
        if (pid := arena.pid("worker")) and pid not in seen:
            seen.add(pid)
            cast.let_leases_end()
        return len(seen) > 2

    wait_until(died_twice, 120, "the third life")
    arena.run("worker", "beat", env={"REDIS_URL": ""})
    cast.let_leases_end()
    wait_until(lambda: cast.all_in(made, "published"), 90, "the end of every delivery")
    assert not verdict()
