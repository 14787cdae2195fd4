"""The simulated Bluesky: an account, its records, and what a real server was recorded to say."""

from pathlib import Path

import pytest

from publishers.sandbox import accounts
from tests.sandbox.conftest import Api

RECORDINGS = Path(__file__).parents[3] / "shared/contracts/atproto/pds-recordings.json"
POST = "app.bsky.feed.post"
WHEN = "2026-11-21T00:27:34.154104Z"


@pytest.fixture
def tidewater(site):
    return accounts.create("bluesky", "tidewater.test", "Tidewater")


@pytest.fixture
def api(connect, tidewater) -> Api:
    return connect(tidewater)


@pytest.fixture
def write(api, tidewater):
    """`write("createRecord", record, rkey=…)`"""

    def send(method, record, **more):
        body = {"repo": tidewater.remote_id, "collection": POST, "record": record, **more}
        return api.post(f"xrpc/com.atproto.repo.{method}", json=body)

    return send


def post(text="High water", **more):
    return {"$type": POST, "text": text, "createdAt": WHEN, **more}


def error(answer):
    return answer.status_code, answer.json()["error"]
