"""Children: restarted when they die, ended with all they started, found again after a kill."""

import io
import os
import signal
import sys
import time

import psutil
import pytest

from config.supervisor.processes import Crew, Job, end_leftovers
from tests.processes import wait_until

SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)")
# A parent whose own child ignores the request to end.
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print('child', child.pid, flush=True)\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "time.sleep(60)",
)


@pytest.fixture
def crew(tmp_path):
    crew = Crew(dict(os.environ), tmp_path, tmp_path / "children.json", io.StringIO())
    yield crew
    crew.stop(0)


def printed(crew: Crew) -> str:
    return crew.out.getvalue()


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def tend_until(crew: Crew, check) -> None:
    def tended() -> bool:
        crew.revive()
        return check()

    wait_until(tended, 10, "the restart")


def test_lines_carry_the_name(crew):
    crew.start([Job("sleeper", SLEEPER)])
    wait_until(lambda: printed(crew) == "sleeper  | up\n", what="the line")


def test_a_killed_child_is_started_again(crew):
    crew.start([Job("sleeper", SLEEPER)])
    first = crew.children["sleeper"].pid
    os.kill(first, signal.SIGKILL)
    tend_until(
        crew, lambda: crew.children["sleeper"].alive and crew.children["sleeper"].pid != first
    )
    assert "ended (-9), starting again in 0.25 s" in printed(crew)


def test_pauses_grow_while_it_keeps_dying(crew):
    crew.start([Job("broken", (sys.executable, "-c", "raise SystemExit(3)"))])
    tend_until(crew, lambda: "starting again in 1 s" in printed(crew))
    pauses = [line.split()[-2] for line in printed(crew).splitlines()]
    assert pauses == ["0.25", "0.5", "1"]


def test_a_dead_parent_leaves_no_children(crew):
    crew.start([Job("stubborn", STUBBORN)])
    wait_until(lambda: "child" in printed(crew), what="the child")
    grandchild = int(printed(crew).split()[-1])
    os.kill(crew.children["stubborn"].pid, signal.SIGKILL)
    tend_until(crew, lambda: gone(grandchild))


def test_stop_asks_first_and_then_insists(crew):
    crew.start([Job("stubborn", STUBBORN), Job("sleeper", SLEEPER)])
    wait_until(lambda: "child" in printed(crew), what="the child")
    pids = [child.pid for child in crew.children.values()]
    start = time.monotonic()
    crew.stop(0.5)
    assert 0.5 <= time.monotonic() - start < 5
    assert all(gone(pid) for pid in pids)
    assert not crew.ledger.exists()


def test_what_a_killed_supervisor_left_is_ended(crew):
    crew.start([Job("sleeper", SLEEPER)])
    pid = crew.children["sleeper"].pid
    assert end_leftovers(crew.ledger)
    wait_until(lambda: gone(pid), what="its end")
    assert not crew.ledger.exists()


def test_a_stranger_with_the_same_number_is_left_alone(crew):
    crew.start([Job("sleeper", SLEEPER)])
    child = crew.children["sleeper"]
    crew.ledger.write_text(f'{{"{child.pid}": 1000.0}}')
    end_leftovers(crew.ledger)
    time.sleep(0.2)
    assert child.alive
