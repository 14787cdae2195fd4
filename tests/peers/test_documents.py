"""The journey through Prism, which lets through only what is as a platform's own document says:
what we send, and what the simulated platform answers. x/openapi-2.167-docs.json
"""

import pytest
from django.conf import settings

from publishers.contract import Found, NotFound, Published, Rejected, ReplyTo
from tests.contracts.vectors import FOLDER, needs_vectors
from tests.peers import servers
from tests.publishers.adapters.kit import Memory, picture, png
from tests.publishers.adapters.simulated import WORDS, connect, now, sandbox, send

__all__ = ["sandbox"]
pytestmark = [needs_vectors, pytest.mark.django_db(transaction=True)]

DOCUMENTS = {"x": "x/openapi-2.167-docs.json"}


@pytest.fixture(scope="module", params=DOCUMENTS)
def guarded(request, live_server, tmp_path_factory):
    """A platform, and the address of the Prism before its twin."""
    slug = request.param
    twin, folder = f"{live_server.url}/sandbox/{slug}", tmp_path_factory.mktemp(slug)
    with servers.prism(FOLDER / DOCUMENTS[slug], twin, folder) as url:
        yield slug, url


@pytest.fixture
def connected(guarded, sandbox, monkeypatch):
    slug, url = guarded
    monkeypatch.setenv(f"{settings.PLATFORM_ENV_PREFIX}{slug.upper()}_API_URL", url)
    return connect(slug)


def test_a_post_goes_out_is_found_and_is_taken_back(connected):
    simulated, adapter = connected
    assert adapter.accounts()[0].remote_id == adapter.account.remote_id
    payload, step = now(), Memory()
    outcome = send(adapter, payload, step)
    assert isinstance(outcome, Published), outcome
    assert simulated.posts.get().text == WORDS
    assert adapter.find(payload, step) == Found(outcome.remote_id, outcome.permalink)
    assert adapter.remove(outcome.remote_id) is None
    assert adapter.find(payload, Memory()) == NotFound()


def test_pictures_with_their_descriptions(connected):
    simulated, adapter = connected
    pictures = picture("A pier at noon"), picture("A mast", png((200, 60, 40)))
    outcome = send(adapter, now(WORDS, *pictures))
    assert isinstance(outcome, Published), outcome
    alts = simulated.posts.get().attachments.values_list("alt", flat=True)
    assert sorted(alts) == ["A mast", "A pier at noon"]


def test_a_part_answers_what_is_there(connected):
    simulated, adapter = connected
    head = send(adapter, now("One"))
    part = now(
        "Two", client_token="two", kind="part", reply_to=ReplyTo(head.remote_id, head.remote_id)
    )
    outcome = send(adapter, part)
    assert isinstance(outcome, Published), outcome
    assert simulated.posts.exclude(parent=None).count() == 1


def test_what_the_document_does_not_know_is_stopped(connected):
    simulated, adapter = connected
    refused = send(adapter, now(options={"reply_settings": "nobody"}))
    assert isinstance(refused, Rejected), refused
    assert not simulated.posts.exists()
