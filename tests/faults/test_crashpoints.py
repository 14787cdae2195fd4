"""SIGKILL at the worst moments: nothing is posted twice, and nothing is lost."""

import contextlib
import os
import subprocess
import sys

import pytest

from config.supervisor.processes import kill_group
from config.supervisor.stack import ROOT
from posts.models import Delivery
from tests.faults import world
from tests.faults.invariants import broken, ledger
from tests.processes import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

TIMES = 10
POSTS = 4 * TIMES
SIGKILL = "9"


@pytest.mark.parametrize("place", ["after_claim", "after_intent", "after_accept", "before_store"])
def test_killed_ten_times(stack, team, alice, tmp_path, place):
    env = world.environment()
    running = stack(children=("web",), env=env)
    # A thread for each of three platforms: a death may leave three of them in doubt.
    world.due_posts(team, POSTS)
    deaths, log = tmp_path / "deaths", tmp_path / "log"

    lives = subprocess.Popen(
        [sys.executable, "tests/faults/lives.py", place, str(TIMES), str(deaths)],
        env={
            **os.environ,
            **env,
            "DRUMBEAT_URL": running.address,
            "PYTHONPATH": str(ROOT),
            "DRUMBEAT_DATA": str(tmp_path),
        },
        cwd=ROOT,
        stdout=log.open("w"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        wait_until(world.all_published, 120, "the end of every delivery")
    except AssertionError:
        pytest.fail(f"{world.troubles()}\n{deaths.read_text()}\n{log.read_text()[-20000:]}")
    finally:
        lives.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            lives.wait(20)
        kill_group(lives.pid)

    assert deaths.read_text().split() == [SIGKILL] * TIMES
    assert not broken(quiet=world.QUIET)
    assert not ledger()
    if place == "after_claim":
        # Nothing was under way, so nothing had to be looked up: they went out as if never claimed.
        assert Delivery.objects.filter(unknown_since=None, checks=0).count() == POSTS
