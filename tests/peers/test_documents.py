"""The journey through Prism, which lets through only what is as a platform's own document says:
what we send, and what the simulated platform answers.

x/openapi-2.167-docs.json, pinterest/openapi-v5.json
"""

import json
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from publishers import clients
from publishers.contract import Found, Http, NotFound, Published, Rejected, Reply, ReplyTo
from publishers.http import Client
from tests.contracts.vectors import load, needs_vectors
from tests.peers import servers
from tests.publishers.adapters.kit import Memory, picture, png
from tests.publishers.adapters.pinterest import pin
from tests.publishers.adapters.simulated import WORDS, now, plain, sandbox, send

__all__ = ["sandbox"]
pytestmark = [needs_vectors, pytest.mark.django_db(transaction=True)]

PICTURES = picture("A pier at noon"), picture("A mast", png((200, 60, 40)))
# The document of each, and the post that is made.
JOURNEYS = {
    "x": ("x/openapi-2.167-docs.json", lambda: now(WORDS, *PICTURES)),
    "pinterest": (
        "pinterest/openapi-v5.json",
        lambda: replace(pin(*PICTURES), created_at=timezone.now()),
    ),
}
of_x = pytest.mark.parametrize("guards", ["x"], indirect=True)


@dataclass
class Looked:
    """`contract.Http` on which all that is sent is looked at.

    Prism hands bodies on as text, which ruins pictures: they are shown to one that answers by
    itself, and then go to the twin.
    """

    http: Http
    guarded: str
    mock: str
    twin: str

    def send(self, method, url, **request):
        if not request.get("files") and not request.get("data"):
            return self.http.send(method, url, **request)
        path = url.removeprefix(self.guarded)
        seen = self.http.send(method, self.mock + path, **request)
        assert isinstance(seen, Reply), seen
        assert seen.status < 300, seen.body
        return self.http.send(method, self.twin + path, **request)


def whole(document, folder):
    """The document with its paths as they are called: Prism leaves out those of its servers."""
    found = load(document)
    base = urlsplit(found["servers"][0]["url"]).path.rstrip("/")
    paths = {base + path: operations for path, operations in found["paths"].items()}
    copy = folder / "document.json"
    copy.write_text(json.dumps({**found, "paths": paths}))
    return copy


@pytest.fixture(scope="module", params=JOURNEYS)
def guards(request, live_server, tmp_path_factory):
    """A platform, the addresses of the two Prisms, and that of the twin."""
    slug, folder = request.param, tmp_path_factory.mktemp(request.param)
    document, twin = whole(JOURNEYS[slug][0], folder), f"{live_server.url}/sandbox/{slug}"
    with servers.prism(document, folder, twin) as guarded, servers.prism(document, folder) as mock:
        yield slug, guarded, mock, twin


@pytest.fixture
def connected(guards, sandbox, monkeypatch):
    slug, *addresses = guards
    guarded = addresses[0]
    monkeypatch.setenv(f"{settings.PLATFORM_ENV_PREFIX}{slug.upper()}_API_URL", guarded)
    simulated, account = plain(slug)
    adapter = clients.adapter_for(slug, account)
    adapter.http = Looked(Client(trusted=addresses), *addresses)
    return simulated, adapter


def test_a_post_goes_out_is_found_and_is_taken_back(connected):
    simulated, adapter = connected
    assert adapter.accounts()[0].remote_id == adapter.account.remote_id
    payload, step = JOURNEYS[adapter.spec.slug][1](), Memory()
    outcome = send(adapter, payload, step)
    assert isinstance(outcome, Published), outcome
    row = simulated.posts.get()
    assert row.text == payload.text
    assert row.attachments.count() == len(PICTURES)
    assert adapter.find(payload, step) == Found(outcome.remote_id, outcome.permalink)
    assert outcome.remote_id in adapter.measure([outcome.remote_id])
    assert adapter.audience()
    assert adapter.remove(outcome.remote_id) is None
    assert adapter.find(payload, Memory()) == NotFound()


@of_x
def test_a_part_answers_what_is_there(connected):
    simulated, adapter = connected
    head = send(adapter, now("One"))
    part = now(
        "Two", client_token="two", kind="part", reply_to=ReplyTo(head.remote_id, head.remote_id)
    )
    outcome = send(adapter, part)
    assert isinstance(outcome, Published), outcome
    assert simulated.posts.exclude(parent=None).count() == 1


@of_x
def test_what_the_document_does_not_know_is_stopped(connected):
    simulated, adapter = connected
    refused = send(adapter, now(options={"reply_settings": "nobody"}))
    assert isinstance(refused, Rejected), refused
    assert not simulated.posts.exists()
