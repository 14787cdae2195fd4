"""The simulated Discord: its answers against the OpenAPI of webhooks, and what it refuses."""

import json

import pytest
from django.urls import reverse

from publishers.sandbox import accounts, faults, ledger
from publishers.sandbox.registry import twin_for
from tests.contracts.vectors import needs_vectors
from tests.publishers.adapters.discord import check_answer
from tests.sandbox.conftest import Api

ROOT = "/sandbox/discord/api/v10"


def key_of(account) -> str:
    return accounts.mint_tokens(account).access.partition("/webhooks/")[2]


@pytest.fixture
def tidewater(site):
    return accounts.create("discord", "tidewater")


@pytest.fixture
def hook(site, tidewater) -> Api:
    return Api(f"{site.url}{ROOT}/webhooks/{key_of(tidewater)}")


@pytest.fixture
def tell(hook):
    """`tell(content="Tide")`: the message, unless somebody does not wait for it."""

    def execute(query="wait=true", files=None, **body):
        said = (
            {"data": {"payload_json": json.dumps(body)}, "files": files}
            if files
            else {"json": body}
        )
        return hook.post(f"{hook.base}?{query}", **said)

    return execute


def said(answer):
    return answer.status_code, answer.json()["code"]


@needs_vectors
def test_its_answers_fit_the_openapi_of_webhooks(hook, tell, png, tidewater):
    files = {"files[0]": ("a.png", png, "image/png")}
    made = tell(content="Tide", files=files, attachments=[{"id": 0, "description": "A red field"}])
    message = f"messages/{made.json()['id']}"
    faults.arm(tidewater, "rate_limited", parameter="7")
    slower = tell(content="Tide")
    assert (slower.json()["retry_after"], slower.headers["X-RateLimit-Remaining"]) == (7.0, "0")
    answers = [
        ("GET", "", hook.get(hook.base)),
        ("POST", "", made),
        ("POST", "", slower),
        ("POST", "", tell("wait=false", content="Tide")),
        ("POST", "", tell(content="a" * 2001)),
        ("GET", message, hook.get(message)),
        ("PATCH", message, hook.call("PATCH", message, json={"content": "Low tide"})),
        ("DELETE", message, hook.delete(message)),
        ("DELETE", message, hook.delete(message)),
    ]
    place = hook.base.partition("/api/v10")[2]
    for method, path, answer in answers:
        check_answer(method, f"{place}/{path}".rstrip("/"), answer)
    assert made.json()["attachments"][0]["description"] == "A red field"
    assert [answer.status_code for _, _, answer in answers[-3:]] == [200, 204, 404]


def test_without_waiting_there_is_no_number(tell, tidewater):
    assert tell("", content="Tide").status_code == 204
    assert ledger.posts(tidewater).count() == 1


@pytest.mark.parametrize(
    ("more", "calls"),
    [
        ({}, True),
        ({"allowed_mentions": {"parse": ["everyone"]}}, True),
        ({"allowed_mentions": {"parse": ["users"]}}, False),
        ({"allowed_mentions": {"parse": []}}, False),
    ],
)
def test_by_itself_a_text_calls_everybody(tell, more, calls):
    assert tell(content="Tide, @everyone", **more).json()["mention_everyone"] is calls


@pytest.mark.parametrize(
    ("query", "body", "answer"),
    [
        ("", {}, (400, 50006)),
        ("", {"content": "  "}, (400, 50006)),
        ("", {"content": "a" * 2001}, (400, 50035)),
        ("", {"content": "a", "flags": 1}, (400, 50035)),
        ("", {"content": "a", "attachments": [{"id": 0}]}, (400, 50035)),
        ("", {"content": "a", "thread_name": "Tides"}, (400, 220003)),
        ("thread_id=17", {"content": "a"}, (404, 10003)),
        ("thread_id=tides", {"content": "a"}, (400, 50035)),
    ],
)
def test_refused(tell, tidewater, query, body, answer):
    assert said(tell(query, **body)) == answer
    assert ledger.posts(tidewater).count() == 0


def test_files_are_looked_at(tell, png):
    many = {f"files[{n}]": ("a.png", png) for n in range(11)}
    assert said(tell(files=many)) == (400, 50035)
    assert said(tell(files={"files[0]": ("a.txt", b"text")})) == (400, 50035)
    one = {"files[0]": ("a.png", png)}
    long = [{"id": 0, "description": "a" * 1025}]
    assert said(tell(files=one, attachments=long)) == (400, 50035)
    large = {"files[0]": ("a.png", png + bytes(10 * 1024 * 1024))}
    assert said(tell(files=large)) == (413, 40005)


def test_a_forum_wants_a_title(site):
    forum = accounts.create("discord", "harbourforum")
    api = Api(f"{site.url}{ROOT}/webhooks/{key_of(forum)}")
    assert said(api.post(api.base, json={"content": "Tide"})) == (400, 220001)
    body = {"content": "Tide", "thread_name": "High water"}
    begun = api.post(f"{api.base}?wait=true", json=body).json()
    assert begun["channel_id"] == begun["id"]
    both = api.post(f"{api.base}?thread_id={begun['id']}", json=body)
    assert said(both) == (400, 220002)
    path = f"messages/{begun['id']}"
    assert said(api.get(path)) == (404, 10008), "only who names the thread finds it"
    assert api.get(f"{path}?thread_id={begun['id']}").json()["content"] == "Tide"


def test_who_asks(site, hook, tidewater):
    sample = twin_for("discord").sample(tidewater).partition("/webhooks/")[2]
    base = f"{site.url}{ROOT}/webhooks"
    assert Api(base).get(sample).json()["name"] == "Tidewater"
    number, _, secret = sample.partition("/")
    assert said(Api(base).get(f"{number}/nonsense")) == (401, 50027)
    assert said(Api(base).get(f"17/{secret}")) == (404, 10015)


@pytest.mark.django_db
def test_the_address_stands_beside_the_channel(client):
    assert "/api/webhooks/" in client.get(reverse("sandbox:index")).text
