"""The simulated Threads: an account, and a client with its token."""

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.models import Account
from tests.sandbox.conftest import Api


@pytest.fixture
def tidewater(site) -> Account:
    return accounts.create("threads", "tidewater", "Tidewater")


@pytest.fixture
def api(connect, tidewater) -> Api:
    return connect(tidewater)


def made(api, **form) -> str:
    """A container's id."""
    answer = api.post("v1.0/me/threads", data={"media_type": "TEXT", **form})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def published(api, container) -> str:
    answer = api.post("v1.0/me/threads_publish", data={"creation_id": container})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def code_of(answer) -> tuple[int, int | None]:
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")
