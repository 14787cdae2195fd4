"""The whole under its supervisor: it becomes ready on either broker, and heals."""

import json
import urllib.error
import urllib.request

import pytest

from tests.processes import RunningStack, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def get(stack: RunningStack, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(stack.address + path, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b"the server is away"


def facts(stack: RunningStack) -> dict:
    status, body = get(stack, "/health/ready")
    return json.loads(body) if status in (200, 503) else {"ok": False, "tick": {}}


def wait_until_ready(stack: RunningStack) -> None:
    wait_until(lambda: facts(stack)["ok"], 20, "readiness")


@pytest.fixture(params=["files", "redis"])
def running(request) -> RunningStack:
    # The broker first, so that it ends last: a worker that begins without it is deaf, and its end
    # is waited for.
    url = request.getfixturevalue("redis_server").url if request.param == "redis" else ""
    running = request.getfixturevalue("stack")(redis_url=url)
    wait_until_ready(running)
    return running


def test_every_process_that_dies_comes_back(running):
    killed = {name: running.kill(name) for name in ("worker", "beat", "publisher", "web")}
    for name, pid in killed.items():
        assert running.wait_for_restart(name, pid) != pid
    wait_until(lambda: running.pid("web") and get(running, "/health/live")[0] == 200, 20)
    wait_until_ready(running)


def test_the_tick_goes_on_without_worker_and_beat(running):
    running.reviving = False
    for name in ("worker", "beat"):
        running.kill(name)
    wait_until(lambda: (facts(running)["tick"]["age_seconds"] or 0) > 5, 15, "silence")
    wait_until(lambda: "publisher.takes_over" in running.log, 15, "the fallback")


def test_pages_answer_while_redis_is_away(stack, redis_server):
    running = stack(redis_url=redis_server.url)
    wait_until_ready(running)
    redis_server.stop()
    status, body = get(running, "/health/ready")
    assert (status, json.loads(body)["broker"]) == (503, {"ok": False})
    assert get(running, "/accounts/login/")[0] == 200
    redis_server.start()
    wait_until_ready(running)
