"""Fetching files from addresses of this installation, and the day's quota, in one request each."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from publishers.sandbox import accounts, exchange, faults, fetching, oauth, pictures, quotas
from publishers.sandbox.models import Account, Does, Picture, RemotePost
from publishers.sandbox.registry import twin_for
from publishers.sandbox.twin import Endpoint, answer
from tests.sandbox.conftest import picture


@pytest.fixture
def tidewater(site, settings) -> Account:
    settings.SITE_URL = site.url
    return accounts.create("x", "tidewater", "Tidewater")


@pytest.fixture
def address(tidewater, settings) -> str:
    shape = pictures.Shape("image/png", 64, 32)
    row = pictures.fill(Picture(account=tidewater, remote_id="1"), picture("PNG"), shape)
    return settings.SITE_URL + reverse("sandbox:picture", args=[row.pk])


def test_a_picture_of_ours(tidewater, address):
    fetched = fetching.fetch(tidewater, address)
    made = fetching.keep(tidewater, "2", fetched, works=False)
    assert (made.mime, made.width, made.state) == ("image/png", 64, "ready")
    assert bytes(made.data) == picture("PNG")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("http://169.254.169.254/latest", "not of this installation"),
        ("https://tide.example/a.png", "not of this installation"),
        ("{site}/sandbox/pictures/999/", "answered 404"),
        ("{site}/sandbox/", "neither a picture nor a video"),
    ],
)
def test_what_cannot_be_fetched(tidewater, settings, wrong, problem):
    fetched = fetching.fetch(tidewater, wrong.format(site=settings.SITE_URL))
    assert problem in fetched.problem
    assert fetched.shape is None
    folder = Path(settings.MEDIA_ROOT) / "sandbox"
    assert not folder.exists() or not list(folder.iterdir())


def test_it_fails_on_demand(tidewater, address):
    faults.arm(tidewater, "fetch_failed")
    assert "did not answer" in fetching.fetch(tidewater, address).problem
    assert not fetching.fetch(tidewater, address).problem


def ask(tidewater, endpoint, **captured):
    token = accounts.mint_tokens(tidewater).access
    request = RequestFactory().post("/", headers={"Authorization": f"Bearer {token}"})
    return exchange.exchange(twin_for("x"), endpoint, request, captured)


def test_a_request_fetches_before_it_opens_a_transaction(tidewater, address, monkeypatch):
    seen, fetch = [], fetching.fetch

    def watched(account, url):
        seen.append(connection.in_atomic_block)
        return fetch(account, url)

    monkeypatch.setattr(fetching, "fetch", watched)

    def create(asked, number):
        [fetched] = asked.fetched.values()
        row = fetching.keep(asked.who, number, fetched)
        return answer({"id": row.remote_id, "state": row.state})

    endpoint = Endpoint(Does.UPLOAD, create, fetches=lambda asked, number: [address])
    response = ask(tidewater, endpoint, number="7")
    assert response.status_code == 200
    assert seen == [False]
    assert Picture.objects.get(remote_id="7").state == "processing"


def test_a_day_has_so_many_posts(tidewater):
    def create(asked):
        number = f"{asked.who.posts.count()}"
        RemotePost.objects.create(account=asked.who, remote_id=number)
        return answer({"id": number}, 201)

    endpoint = Endpoint(Does.PUBLISH, create)
    Account.objects.update(day_limit=2)
    assert [ask(tidewater, endpoint).status_code for _ in range(3)] == [201, 201, 429]
    tidewater.refresh_from_db()
    assert quotas.used(tidewater) == quotas.limit(twin_for("x"), tidewater) == 2
    assert 86_000 < quotas.seconds_left(tidewater) <= 86_400
    Account.objects.update(day_limit=None)
    assert ask(tidewater, endpoint).status_code == 201


def test_an_app_that_shows_its_token_is_known_for_faults(tidewater):
    token = accounts.mint_tokens(tidewater).access
    asked = RequestFactory().get("/refresh", {"access_token": token})
    assert oauth.whose(asked) == tidewater
