"""What is due goes out on its second, a slow platform holds up no other, teams take turns."""

import threading
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery import dispatcher, gates, lanes, outages, worker
from delivery.lane import Lane, Work
from delivery.lanes import Lanes
from posts.models import Delivery, Post
from posts.states import DeliveryState
from tests.factories.delivery import channel_of, due_delivery
from tests.processes import wait_until

with_threads = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lane():
    """One thread, so that the order can be told."""
    one = Lane("test", 1)
    yield one
    one.close()
    one.join(time.monotonic() + 10)


@pytest.fixture
def all_lanes():
    some = Lanes(4)
    yield some
    some.close()
    some.join(20)


def blocked(lane: Lane) -> threading.Event:
    """The lane's only thread waits until the event is set."""
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go_on.wait(10)

    lane.put(Work(0, wait))
    assert begun.wait(10)
    return go_on


def test_teams_take_turns(lane):
    done: list[str] = []
    go_on = blocked(lane)
    for team, name in [(1, "a1"), (1, "a2"), (1, "a3"), (2, "b1"), (3, "c1")]:
        lane.put(Work(team, lambda name=name: done.append(name)))

    go_on.set()
    wait_until(lambda: len(done) == 5)

    assert done == ["a1", "b1", "c1", "a2", "a3"]


def test_what_is_for_later_waits_without_a_thread(lane):
    done: list[tuple[str, float]] = []
    start = time.monotonic()
    for name, seconds in [("second", 0.4), ("first", 0.2), ("now", 0.0)]:
        lane.put(
            Work(1, lambda name=name: done.append((name, time.monotonic() - start))),
            at=start + seconds,
        )

    wait_until(lambda: len(done) == 3)

    assert [name for name, _ in done] == ["now", "first", "second"]
    assert all(at >= wanted for (_, at), wanted in zip(done, (0.0, 0.2, 0.4), strict=True))


def test_many_that_come_due_together_get_a_thread_each():
    wide, together = Lane("wide", 8), threading.Barrier(8)
    at = time.monotonic() + 0.2
    met: list[int] = []
    for _ in range(8):
        wide.put(Work(1, lambda: met.append(together.wait(10))), at=at)

    wait_until(lambda: len(met) == 8)
    wide.close()
    wide.join(time.monotonic() + 10)


def test_threads_go_when_there_is_no_work(lane, monkeypatch):
    monkeypatch.setattr("delivery.lane.IDLE_SECONDS", 0.1)
    done: list[int] = []
    lane.put(Work(1, lambda: done.append(1)))
    wait_until(lambda: done and lane.load == 0 and not lane._threads)

    lane.put(Work(1, lambda: done.append(2)))
    wait_until(lambda: done == [1, 2])


@with_threads
def test_work_that_fails_ends_nothing(lane):
    done: list[int] = []
    lane.put(Work(1, lambda: 1 // 0))
    lane.put(Work(1, lambda: done.append(1)))

    wait_until(lambda: done)


def test_closing_undoes_what_has_not_begun(lane):
    go_on = blocked(lane)
    undone: list[str] = []
    lane.put(Work(1, lambda: None, lambda: undone.append("ready")))
    lane.put(Work(1, lambda: None, lambda: undone.append("later")), at=time.monotonic() + 60)

    lane.close()
    lane.put(Work(1, lambda: None, lambda: undone.append("too late")))
    go_on.set()

    assert undone == ["ready", "later", "too late"]


def live() -> int:
    return Delivery.objects.filter(state=DeliveryState.PUBLISHED).count()


@with_threads
def test_a_channel_goes_on_with_its_next_without_a_tick(platform, team, all_lanes):
    channel = channel_of(team)
    for _ in range(5):
        due_delivery(team, channel=channel)
    [claim] = dispatcher.tick()

    all_lanes.publish(claim)

    wait_until(lambda: live() == 5)
    wait_until(lambda: not Post.objects.exclude(stage="done").exists())


@with_threads
def test_a_lane_that_runs_empty_looks_for_more(platform, team, all_lanes, monkeypatch):
    monkeypatch.setattr(lanes, "ASK_SECONDS", 0.0)
    for _ in range(6):
        due_delivery(team)
    [claim] = dispatcher.tick(1)

    all_lanes.publish(claim)

    wait_until(lambda: live() == 6)


@with_threads
def test_a_slow_platform_holds_up_no_other(platform, team, all_lanes):
    release = threading.Event()
    platform.on_publish = lambda: None if platform.calls[-1][0] in quick else release.wait(20)
    slow = [due_delivery(team, channel=channel_of(team, "parrot_read")) for _ in range(8)]
    other = due_delivery(team, channel=channel_of(team, "parrot_key"))
    quick = {str(other.client_token)}
    for claim in dispatcher.tick():
        all_lanes.publish(claim)

    wait_until(lambda: live() == 1)
    other.refresh_from_db()
    assert other.state == DeliveryState.PUBLISHED

    release.set()
    wait_until(lambda: live() == len(slow) + 1, 20)


@with_threads
def test_it_goes_out_at_its_moment(platform, team, all_lanes):
    delivery = due_delivery(team, seconds=1.2)
    [claim] = dispatcher.tick()
    all_lanes.publish(claim)

    wait_until(lambda: live() == 1)

    [(_, at)] = platform.calls
    assert 0 <= at - delivery.due_at.timestamp() < 0.3


@with_threads
def test_ending_gives_back_what_waits_for_its_moment(platform, team):
    delivery = due_delivery(team, seconds=1.9)
    [claim] = dispatcher.tick()
    some = Lanes(1)
    some.publish(claim)
    held = Delivery.objects.filter(state=DeliveryState.CLAIMED)
    wait_until(lambda: held.exclude(owner__startswith="offer:").exists())
    wait_until(lambda: some._lanes["parrot_read"]._later)

    some.close()
    some.join(10)
    delivery.refresh_from_db()

    assert (delivery.state, delivery.owner) == (DeliveryState.QUEUED, "")
    assert not platform.calls


@pytest.mark.django_db
def test_a_full_platform_leaves_room_for_the_tick(platform, team, monkeypatch):
    channel = channel_of(team)
    for _ in range(2):
        due_delivery(team, channel=channel)
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    monkeypatch.setattr(gates._Known, "room", {claim.platform: gates.FOR_THE_TICK})
    monkeypatch.setattr(gates._Known, "until", time.monotonic() + 60)

    assert dispatcher.following(claim) is None
    assert [c.channel_id for c in dispatcher.tick()] == [channel.pk]


@pytest.mark.django_db
def test_a_delivery_takes_few_statements(platform, team):
    """The claim is shared with others, and the post is finished together with others."""
    delivery = due_delivery(team)
    [claim] = dispatcher.tick()
    # Read once a second by each process.
    outages.during(delivery.due_at)
    with CaptureQueriesContext(
        connection,
    ) as said:
        run = worker.prepare(claim.delivery_id, claim.attempt_no)
        assert run.send()
    words = [q["sql"] for q in said if "SAVEPOINT" not in q["sql"]]
    assert len(words) <= 6, "\n".join(words)


def test_threads_without_work_rest():
    """Threads that woke each other in turn would be as busy as those with work."""
    looks = []

    class Watched(Lane):
        def _look_at_the_time(self) -> None:
            looks.append(1)
            super()._look_at_the_time()

    lane = Watched("test", 8)
    gate = threading.Barrier(8)
    for number in range(8):
        lane.put(Work(number, gate.wait))
    lane.put(Work(0, lambda: None), at=time.monotonic() + 60)
    wait_until(lambda: lane.load == 1)

    before = len(looks)
    time.sleep(0.3)
    assert len(looks) - before <= 8
    lane.close()
    lane.join(time.monotonic() + 10)


def test_what_comes_sooner_is_not_kept_by_what_comes_later(lane):
    lane.put(Work(1, lambda: None), at=time.monotonic() + 60)
    wait_until(lambda: lane.load == 1)
    done = threading.Event()
    lane.put(Work(1, done.set), at=time.monotonic() + 0.1)
    assert done.wait(5)


@with_threads
def test_a_connection_that_was_cut_costs_no_work(lane, monkeypatch):
    monkeypatch.setattr("delivery.lane.RESTED", 0.0)
    pids: list[int] = []

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])

    lane.put(Work(1, ask))
    wait_until(lambda: pids)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pids[0]])

    lane.put(Work(1, ask))
    wait_until(lambda: len(pids) == 2)
    assert pids[0] != pids[1]
