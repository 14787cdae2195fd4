"""A client that speaks to the simulated platforms over real HTTP, knowing nothing of our adapters."""

from dataclasses import dataclass
from io import BytesIO

import pytest
import requests
from PIL import Image

from publishers.sandbox import accounts


@dataclass
class Api:
    """`api.post("2/tweets", json=…)`: paths below one platform, with the account's token."""

    base: str
    token: str = ""

    def call(self, method, path, **more):
        headers = {**more.pop("headers", {})}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        url = path if path.startswith("http") else f"{self.base}/{path}"
        return requests.request(
            method, url, headers=headers, timeout=20, allow_redirects=False, **more
        )

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, **more):
        return self.call("POST", path, **more)

    def put(self, path, **more):
        return self.call("PUT", path, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)


@pytest.fixture
def connect(live_server):
    """`connect(account)`: an Api with fresh tokens of that account."""

    def make(account, scopes=()):
        token = accounts.mint_tokens(account, scopes).access
        return Api(f"{live_server.url}/sandbox/{account.platform}", token)

    return make


@pytest.fixture
def anonymous(live_server):
    def make(platform):
        return Api(f"{live_server.url}/sandbox/{platform}")

    return make


@pytest.fixture
def png():
    return picture("PNG")


def picture(form: str, size=(64, 32), colour="red") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()
