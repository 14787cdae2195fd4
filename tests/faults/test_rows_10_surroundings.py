"""Rows 10 to 13, 33: the broker, the database, networks."""

import time

import psycopg
import pytest
import requests
from django.db import OperationalError

from delivery.models import Attempt
from posts.models import Delivery
from tests.faults import cast, databases
from tests.faults.arena import DELIVERY
from tests.faults.here import let_go
from tests.processes import wait_until

pytestmark = pytest.mark.faults

# Without Redis the tick falls silent; five seconds later the publisher takes over.
WITHOUT_REDIS = 10.0


@pytest.fixture
def running(arena):
    arena.run(*DELIVERY)
    cast.await_first_tick()
    return arena


def out(made, seconds=60) -> None:
    wait_until(lambda: cast.all_in(made, "published"), seconds, "the end of every delivery")


# -- 10, 11: the broker


@pytest.mark.parametrize("how", ["stopped", "emptied", "full"])
def test_row_10_redis_fails_just_before_posts_are_due(running, redis_server, how, verdict):
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 6), seconds=60)
    publisher = running.pid("publisher")
    # Nothing is claimed before the broker fails.
    if how == "stopped":
        redis_server.stop()
    elif how == "full":
        with redis_server.client() as client:
            client.config_set("maxmemory", "1")
    cast.bring_forward(made, seconds=4)
    try:
        if how == "emptied":
            empty_until(redis_server, seconds=6)
        out(made)
        if how != "emptied":
            assert workers_of(made) == {str(publisher)}
        assert max(cast.lateness(made)) < WITHOUT_REDIS
        assert can_sign_in(running, crew)
    finally:
        if how == "stopped":
            redis_server.start()
        elif how == "full":
            with redis_server.client() as client:
                client.config_set("maxmemory", "0")
    wait_until(cast.ticking, 60, "the tick after it")
    assert not verdict()


def empty_until(redis_server, *, seconds: float) -> None:
    """Again and again, so that whatever is sent meanwhile is lost."""
    ends = time.monotonic() + seconds
    with redis_server.client() as client:
        while time.monotonic() < ends:
            client.flushall()
            time.sleep(0.02)


def workers_of(deliveries) -> set[str]:
    """The processes that made the calls."""
    attempts = Attempt.objects.filter(delivery__in=[one.pk for one in deliveries])
    return {name.split(":")[1] for name in attempts.values_list("worker", flat=True)}


def can_sign_in(arena, crew) -> bool:
    """With the form, as a person does, while the broker is away."""
    browser = requests.Session()
    page = f"{arena.product.address}/accounts/login/"
    browser.get(page, timeout=20)
    form = {
        "login": crew.owner.email,
        "password": "drumbeat-demo",
        "csrfmiddlewaretoken": browser.cookies["csrftoken"],
    }
    answer = browser.post(page, form, headers={"Referer": page}, timeout=20)
    return answer.ok and "sessionid" in browser.cookies


def test_row_11_connections_to_redis_are_cut(running, redis_server, verdict):
    crew = cast.crew()
    places = cast.places(crew, 6)
    made = [one for n in range(3) for one in cast.due(crew, places, seconds=4 + 2 * n)]
    for _ in range(4):
        with redis_server.client() as client:
            client.client_kill_filter(_type="normal", skipme=True)
        time.sleep(1.5)
    out(made)
    wait_until(cast.ticking, 60, "the tick after it")
    assert not verdict()


# -- 12, 13: the database


@pytest.mark.parametrize("down", [0, 5])
def test_row_12_postgresql_crashes_while_calls_are_under_way(running, down, verdict):
    """What the platforms answered meanwhile is stored when it is back: nothing is looked up."""
    crew = cast.crew()
    places = cast.places(crew, 6)
    for place in places:
        place.arm("delay", parameter="4")
    made = cast.due(crew, places, seconds=20)
    cast.bring_forward(made, seconds=2)
    wait_until(lambda: cast.all_in(made, "sending"), 30, "all calls under way")
    # A row says so a moment before its call is on its way.
    wait_until(lambda: all(place.met() for place in places), 3, "every call at its platform")
    running.crash_database(down=down)
    back = time.monotonic()
    wait_until(answers, 20, "an answer of the database")
    out(made)
    assert time.monotonic() - back < 15
    assert {one.attempts.get().outcome for one in made} == {"ok"}
    assert not verdict()


def answers() -> bool:
    try:
        return Delivery.objects.exists()
    except OperationalError:
        let_go()
        return False


def test_row_13_somebody_takes_every_connection(running, verdict):
    """Those of the product are kept for it."""
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 6), seconds=20)
    with databases.all_connections(running.database.url()) as taken:
        assert len(taken) > 20
        cast.bring_forward(made, seconds=2)
        out(made)
        assert max(cast.lateness(made)) < 5
    assert not verdict()


def test_row_13_an_administrator_forgets_to_commit(running, verdict):
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 6), seconds=20)
    cast.bring_forward(made, seconds=3)
    with psycopg.connect(running.database.url()) as admin:
        admin.execute("LOCK TABLE posts_delivery IN SHARE ROW EXCLUSIVE MODE")
        time.sleep(6)
    out(made)
    assert not verdict()


# -- 33: networks


def test_row_33_publishers_that_lose_the_database_turn_the_health_page_red(apart):
    """The page asks for the tick, not for a fresh connection of its own: that one is well."""
    partition = apart("partition")
    assert partition.red_after < 60 + 5
    assert partition.green_after < 30
    assert (partition.red["database"]["ok"], partition.red["tick"]["ok"]) == (True, False)
