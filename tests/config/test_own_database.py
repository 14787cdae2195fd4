"""The whole with a database of its own: made from nothing, mended, found again by a second start.

Migrations and demo take more of the processor than any other start: not beside what is timed.
"""

import os
import signal

import pytest

from tests.config.test_stack import facts, wait_until_ready
from tests.processes import wait_until

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def test_a_database_of_its_own_and_a_second_start(stack, tmp_path):
    first = stack(database_url="", data=tmp_path / "data", demo=True)
    wait_until_ready(first)
    assert first.postgres is not None
    os.kill(first.postgres.process.pid, signal.SIGQUIT)
    wait_until(lambda: first.postgres.alive and facts(first)["ok"], 30, "PostgreSQL again")
    first.stop()
    second = stack(database_url="", data=tmp_path / "data", port=first.options.port)
    wait_until_ready(second)
    assert "Preparing" in first.log
    assert "Preparing" not in second.log
