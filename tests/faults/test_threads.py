"""SIGKILL in the middle of threads: each goes on where it stopped, and no part is there twice."""

import contextlib
import os

import pytest

from accounts.retries import MOST_TRIES
from config.supervisor.stack import ROOT
from posts.models import Delivery, DeliveryPart
from publishers.sandbox.ledger import posts
from tests.faults import cast, world
from tests.faults.dying import lives
from tests.faults.invariants import broken, ledger
from tests.processes import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

TIMES = 10
SIGKILL = "9"
CHANNELS = 24
PARTS = 4
# after_store is between two items: the answer of one is stored, the next has not begun.
# Every second passage: so it is not always the first item that is met.
PLACES = ["after_store:2", "after_intent:2", "after_accept:2"]


def test_threads_killed_ten_times_at_each_place(stack, team, alice, tmp_path):
    """Three publishers at once, each of which can end in its own way only."""
    # A journal of its own: another test's would say that the database went back in time.
    env = {**world.environment(), "DRUMBEAT_DATA": str(tmp_path)}
    running = stack(children=("web",), env=env)
    # One thread may meet several of the dead at one part, and is tried as often as it takes.
    type(team).objects.filter(pk=team.pk).update(retry_tries=MOST_TRIES)
    world.due_threads(team, CHANNELS, parts=PARTS)
    env |= {"DRUMBEAT_URL": running.address, "PYTHONPATH": str(ROOT)}

    with contextlib.ExitStack() as all_of_them:
        deaths = {
            place: all_of_them.enter_context(lives({**os.environ, **env}, place, TIMES, tmp_path))
            for place in PLACES
        }

        def done() -> bool:
            cast.shorten_pauses()
            if any(len(died()) < TIMES for died in deaths.values()):
                if world.all_published():
                    world.due_threads(team, CHANNELS, parts=PARTS)
                return False
            return world.all_published()

        try:
            wait_until(done, 150, "the end of every delivery")
        except AssertionError:
            ended = {place: died() for place, died in deaths.items()}
            pytest.fail(f"{cast.troubles()}\n{ended}")

        assert {place: died() for place, died in deaths.items()} == {
            place: [SIGKILL] * TIMES for place in PLACES
        }
    assert not broken(quiet=world.QUIET)
    assert not ledger()
    # On the platform as here: each part answers the one before, and the comment the post.
    for delivery in Delivery.objects.all():
        parts = list(delivery.parts.order_by("seq"))
        there = [remote(part) for part in parts]
        first, *answers, comment = there
        assert first.parent is None
        assert [row.parent for row in answers] == there[: len(answers)]
        assert comment.parent == first
        assert len(parts) in (2, PARTS + 1)


def remote(part: DeliveryPart):
    return posts().get(remote_id=part.remote_id.rpartition("/")[2])
