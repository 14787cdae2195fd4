"""Rows 29, 34: people who change their minds, a mail server that says nothing."""

import socket

import pytest

from tests.faults import cast
from tests.faults.arena import DELIVERY
from tests.faults.generator import Plan
from tests.faults.run import Run
from tests.processes import free_port, wait_until

pytestmark = pytest.mark.faults


def test_row_29_people_change_their_minds_within_two_seconds_of_the_time(arena):
    plan = Plan(
        seed=29, deliveries=50, channels=12, crews=3, per_second=4, trouble=0, hangs=0, storm=1
    )
    ran = Run(arena, plan, children=DELIVERY, strikes=False, calm=1).go()
    kinds = {act.kind for act in ran.history.acts}
    assert {"cancel", "edit", "reschedule", "revoke"} <= kinds, ran.history.acts
    assert sum(ran.history.refused.values()) > 0
    assert not ran.verdict


@pytest.fixture
def dumb_mail_server():
    """Takes every connection, and says nothing."""
    with socket.create_server(("127.0.0.1", free_port()), backlog=200) as server:
        yield {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.getsockname()[1])}


def test_row_34_a_mail_server_that_does_not_answer_delays_no_post(arena, dumb_mail_server, verdict):
    arena.run("worker", "beat", env=dumb_mail_server)
    cast.await_first_tick()
    crews = [cast.crew(review=True) for _ in range(3)]
    places = [cast.places(crew, 4) for crew in crews]
    made = []
    for n in range(3):
        for crew, theirs in zip(crews, places, strict=True):
            made += cast.due(crew, theirs, seconds=5 + 3 * n)
    wait_until(lambda: cast.all_in(made, "published"), 60, "the end of every delivery")
    assert max(cast.lateness(made)) < 5
    assert not verdict()
