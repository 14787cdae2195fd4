"""A post of bob's before carol, dave and ruth, who is outside: `meet` lets people act on it at one
moment. What they do is that of `bin/bench races`.
"""

import random

import pytest

from approvals.models import Stage
from approvals.services.ask import ask
from bench import acts, outcomes, world
from bench.acts import ACTS
from bench.races import REFUSALS
from delivery import breaker, budgets, outages
from posts.models import Post
from posts.services import schedule
from posts.times import from_utc
from tests.security.moments import errors, together


@pytest.fixture
def platforms(live_server, settings):
    """The simulated ones, which would take the same post again."""
    settings.SITE_URL = live_server.url
    settings.SANDBOX_URL = f"{live_server.url}/sandbox"
    settings.SANDBOX_REFUSES_REPEATS = False
    settings.APPROVAL_COOLING_SECONDS = 0
    for known in (outages, breaker, budgets):
        known.forget()


@pytest.fixture
def needed() -> int:
    """How many approvals; a test may say another number."""
    return 2


@pytest.fixture
def table(platforms, needed):
    made = acts.table(world.places(1, teams=1, platforms=["x"], latency_ms=0))
    Stage.objects.update(needed=needed)
    return made


@pytest.fixture
def post(table) -> Post:
    """Its time is there."""
    written = table.post(random.Random(1))
    ask(post=written, by=table.author)
    schedule.plan(post=written, at=from_utc(world.now(), "UTC"), by=table.author)
    return Post.objects.get(pk=written.pk)


@pytest.fixture
def meet(table, post):
    """`meet("edit", "yes_carol")`: what each of them was refused with, None where it was done.

    However it ends, no promise is broken.
    """

    def at_one_moment(*names: str) -> list[Exception | None]:
        doings = [ACTS[name](table, post, random.Random(name)) for name in names]
        answers = together(*doings)
        errors(answers, *REFUSALS)
        assert not outcomes.broken([post.pk])
        post.refresh_from_db()
        return [answer if isinstance(answer, Exception) else None for answer in answers]

    return at_one_moment
