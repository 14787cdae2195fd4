"""The simulated Reddit: an account, and a client with its token and a name of its own."""

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.models import Account
from tests.sandbox.conftest import Api

OURS = {"User-Agent": "web:tests:1 (by /u/tidewater)"}


class Named(Api):
    def call(self, method, path, **more):
        headers = OURS | more.pop("headers", {})
        return super().call(method, path, headers=headers, **more)


@pytest.fixture
def tidewater(site) -> Account:
    return accounts.create("reddit", "tidewater", "Tidewater")


@pytest.fixture
def api(connect, tidewater) -> Named:
    made = connect(tidewater)
    return Named(made.base, made.token)


def submitted(api, **form):
    common = {"api_type": "json", "sr": "tides", "title": "Tide at nine", "kind": "self"}
    return api.post("api/submit", data={**common, "resubmit": "true", **form})


def code_of(answer) -> str:
    assert answer.status_code == 200, answer.text
    return answer.json()["json"]["errors"][0][0]


def leased(api, name="pier.png", mime="image/png"):
    form = {"filepath": name, "mimetype": mime, "api_type": "json"}
    return api.post("api/media/asset.json", data=form).json()


def stored(api, lease, content, mime="image/png"):
    """As a browser without the account would put it."""
    fields = {one["name"]: one["value"] for one in lease["args"]["fields"]}
    anybody = Api(api.base)
    return anybody.post("", data=fields, files={"file": ("pier.png", content, mime)})


def asset_url(lease) -> str:
    key = next(one["value"] for one in lease["args"]["fields"] if one["name"] == "key")
    return f"https:{lease['args']['action']}/{key}"
