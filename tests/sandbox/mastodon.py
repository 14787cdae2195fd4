"""The simulated Mastodon: an account, a client with its token, its posts and files."""

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.models import Account

POSTS = "api/v1/statuses"


@pytest.fixture
def tidewater(site) -> Account:
    return accounts.create("mastodon", "tidewater", "Tidewater")


@pytest.fixture
def api(connect, tidewater):
    return connect(tidewater)


def posted(api, text="Tide at nine", **more):
    headers = more.pop("headers", {})
    return api.post(POSTS, json={"status": text, **more}, headers=headers)


def uploaded(api, data, alt="A pier", mime="image/png"):
    return api.post("api/v2/media", files={"file": ("a", data, mime)}, data={"description": alt})
