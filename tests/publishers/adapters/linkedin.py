"""LinkedIn on the played server: a page, a member, what was sent and what is listed."""

from datetime import timedelta

import pytest

from publishers.adapters.linkedin import LinkedIn
from publishers.contract import Account, App
from publishers.http import Client
from tests.publishers.adapters.kit import NOON, Memory, picture, png, post

PAGE = Account("urn:li:organization:77", "tide", "Tide", kind="organization", token="hush")
MEMBER = Account("urn:li:person:abc", "Ana", "Ana", token="hush")
SHARE = "urn:li:share:7000000000000000001"
# What is not said in these words elsewhere.
YES = {"value": {"image": "urn:li:image:1", "uploadUrl": "https://www.linkedin.com/dms-uploads/1"}}
# A list that goes on, however few rows it shows.
NEXT = {"rel": "next", "type": "application/json", "href": "/rest/elsewhere?start=3"}
MORE = [{"total": 7}, {"total": 3, "links": [{"rel": "prev"}, NEXT]}]
DOCUMENT = "urn:li:document:D4D"
SWIPE = {"pictures": "document"}
PIER, HARBOUR = picture("A pier"), picture("A harbour", png((9, 9, 9)))


def swiped(text="High water at nine", *media, **options):
    return post(text, *(media or (PIER, HARBOUR)), options=SWIPE | options)


@pytest.fixture
def page(server):
    return adapter_at(server, PAGE)


@pytest.fixture
def member(server):
    return adapter_at(server, MEMBER)


def adapter_at(server, account):
    """All of LinkedIn's hosts are this server."""
    app = App("client", "secret", server.url, "https://web.example", moved=True)
    return LinkedIn(Client(trusted=(server.url,)), app, account)


def publish(server, adapter, status=201, body=None, payload=None, step=None, **headers):
    server.on("POST", "/rest/posts", status, body, **headers)
    return adapter.publish(payload or post(), step or Memory())


def sent(server):
    [request] = server.seen("POST", "/rest/posts")
    return request


def error(code, message="", *inputs):
    found = [{"code": name, "description": name.lower()} for name in inputs]
    return {"status": 0, "code": code, "message": message, "errorDetails": {"inputErrors": found}}


def row(commentary, *, urn=SHARE, minutes=1, edited=None, content=None):
    """Published and last modified so many minutes after noon."""
    moment, last = (
        int((NOON + timedelta(minutes=after)).timestamp() * 1000)
        for after in (minutes, minutes if edited is None else edited)
    )
    times = {"publishedAt": moment, "lastModifiedAt": last}
    return {"id": urn, "commentary": commentary, **times, "content": content or {}}


def takes_pictures(server, *urns, state="AVAILABLE"):
    for number, urn in enumerate(urns):
        path = f"/dms-uploads/{number}"
        value = {"uploadUrl": server.url + path, "image": urn, "uploadUrlExpiresAt": 1}
        server.on("POST", "/rest/images", 200, {"value": value})
        server.on("PUT", path, 201)
        server.on("GET", f"/rest/images/{urn}", 200, {"id": urn, "status": state})
