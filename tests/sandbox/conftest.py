"""A client that speaks to the simulated platforms over HTTP, knowing nothing of our adapters."""

from dataclasses import dataclass
from io import BytesIO

import pytest
import requests
from django.apps import apps
from django.db import connection
from PIL import Image
from pytest_django.live_server_helper import LiveServer

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


@pytest.fixture(scope="package")
def db(django_db_setup):
    """The tables are there. pytest-django makes them only where a chosen test has a fixture of this
    name; its own would also wrap the test in a transaction that the server cannot see into.
    """


@pytest.fixture(scope="package")
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        running = LiveServer("127.0.0.1")
        yield running
        running.stop()


@pytest.fixture
def site(db, server, django_db_blocker):
    """A running site for one test. Afterwards only the sandbox's tables are emptied.

    pytest-django's own fixture empties every table of the product each time, which takes longer
    than the tests.
    """
    tables = [model._meta.db_table for model in apps.get_app_config("sandbox").get_models()]
    with django_db_blocker.unblock():
        yield server
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        connection.close()


@pytest.fixture
def connect(site):
    """`connect(account)`: an Api with fresh tokens of that account."""

    def make(account, scopes=()):
        token = accounts.mint_tokens(account, scopes).access
        return Api(f"{site.url}/sandbox/{account.platform}", token)

    return make


@pytest.fixture
def anonymous(site):
    def make(platform):
        return Api(f"{site.url}/sandbox/{platform}")

    return make


@pytest.fixture
def png():
    return picture("PNG")


def picture(form: str, size=(64, 32), colour="red") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()
