"""SIGKILL in the middle of threads: each goes on where it stopped, and no part is there twice."""

import os

import pytest

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
CHANNELS = 12
PARTS = 4


# after_store is between two items: the answer of one is stored, the next has not begun.
@pytest.mark.parametrize("place", ["after_store", "after_intent", "after_accept"])
def test_threads_killed_ten_times(stack, team, alice, tmp_path, place):
    # A journal of its own: another test's would say that the database went back in time.
    env = {**world.environment(), "DRUMBEAT_DATA": str(tmp_path)}
    running = stack(children=("web",), env=env)
    world.due_threads(team, CHANNELS, parts=PARTS)
    env |= {"DRUMBEAT_URL": running.address, "PYTHONPATH": str(ROOT)}

    # Every second passage: so it is not always the first item that is met.
    with lives({**os.environ, **env}, f"{place}:2", TIMES, tmp_path) as deaths:
        try:
            wait_until(world.all_published, 150, "the end of every delivery")
        except AssertionError:
            pytest.fail(f"{cast.troubles()}\n{deaths()}")

    assert deaths() == [SIGKILL] * TIMES
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
