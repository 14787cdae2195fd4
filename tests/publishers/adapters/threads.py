"""Threads on the played server: one account, and a container that is ready at once."""

import pytest

from publishers.adapters.threads import Threads
from publishers.contract import Account

ME = Account("178", "tide", "Tide", token="hush")
CREATE, PUBLISH = "/v1.0/me/threads", "/v1.0/me/threads_publish"
CONTAINER, POST = "/v1.0/501", "/v1.0/901"
PERMALINK = "https://www.threads.net/@tide/post/DCkkKl"


@pytest.fixture
def quiet(server):
    """Without a script."""
    return server.adapter(Threads, ME)


@pytest.fixture
def threads(server):
    server.on("POST", CREATE, 200, {"id": "501"})
    server.on("GET", CONTAINER, 200, {"status": "FINISHED", "id": "501"})
    server.on("POST", PUBLISH, 200, {"id": "901"})
    server.on("GET", POST, 200, {"id": "901", "permalink": PERMALINK})
    return server.adapter(Threads, ME)


def forms(server):
    return [request.form for request in server.seen("POST", CREATE)]
