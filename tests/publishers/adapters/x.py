"""X on the played server: one account, and how it words a problem."""

import pytest

from publishers.adapters.x import X
from publishers.contract import Account

ME = Account("1700000001", "tide", "Tide", token="hush")


@pytest.fixture
def x(server):
    server.on("POST", "/2/media/upload", 200, {"data": {"id": "9001", "expires_after_secs": 86400}})
    server.on("POST", "/2/media/metadata", 200, {"data": {"id": "9001"}})
    return server.adapter(X, ME)


def problem(status, detail, kind="", host="https://api.x.com"):
    type_ = f"{host}/2/problems/{kind}" if kind else "about:blank"
    return {"title": "Nope", "detail": detail, "type": type_, "status": status}
