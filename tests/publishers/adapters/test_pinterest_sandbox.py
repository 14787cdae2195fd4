"""The real Pinterest adapter against the simulated Pinterest over real HTTP."""

import hashlib
from dataclasses import replace

import pytest
import requests
from django.utils import timezone

from publishers import clients, oauth
from publishers.contract import (
    Account,
    Found,
    NotFound,
    Published,
    Reconnect,
    Rejected,
    Tokens,
    TryLater,
)
from publishers.registrations import Door
from publishers.sandbox import accounts, faults
from publishers.sandbox import oauth as theirs
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.registry import twin_for
from tests.publishers.adapters.faulty import each_fault, meet
from tests.publishers.adapters.kit import Memory, film, picture, png
from tests.publishers.adapters.pinterest import pin as played
from tests.publishers.adapters.simulated import prepare, sandbox
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
MAST = picture("A mast", png((200, 60, 40)))


@pytest.fixture
def simulated(sandbox):
    made = accounts.create("pinterest", "tidewater")
    Simulated.objects.filter(pk=made.pk).update(processing_seconds=0.2)
    return made


@pytest.fixture
def pinterest(simulated):
    token = accounts.mint_tokens(simulated).access
    account = Account(simulated.remote_id, simulated.handle, token=token)
    return clients.adapter_for("pinterest", account)


def moving(content=None):
    content = content or mp4(padding=3_000_000, seconds=9)
    digest = hashlib.sha256(content).hexdigest()
    return replace(film(), size=len(content), sha256=digest, read=lambda: content)


def pin(*media, **said):
    return replace(played(*media, **said), created_at=timezone.now())


def send(adapter, payload, step=None):
    step = step or Memory()
    return prepare(adapter, payload, step) or adapter.publish(payload, step)


@pytest.mark.parametrize(
    ("media", "shown"),
    [((), 1), ((picture(), MAST), 2), ((moving(),), 1), ((MAST, moving()), 1)],
    ids=["picture", "carousel", "video", "video with cover"],
)
def test_a_pin_goes_out_is_found_changed_and_taken_back(pinterest, simulated, media, shown):
    payload = pin(*media)
    live = send(pinterest, payload)
    assert isinstance(live, Published), live
    [row] = simulated.posts.public()
    assert (row.title, row.text, row.attachments.count()) == ("High water", "Tide at nine", shown)
    page = requests.get(live.permalink, timeout=10)
    assert page.status_code == 200
    assert "https://tide.earth/today" in page.text
    assert pinterest.find(payload, Memory()) == Found(live.remote_id, live.permalink)
    told = pinterest.measure([live.remote_id])[live.remote_id]
    assert set(told) == set(pinterest.spec.metrics)
    assert pinterest.edit(live.remote_id, pin(*media, text="Tide at ten", link="")) is None
    row.refresh_from_db()
    assert (row.text, row.card_url) == ("Tide at ten", "")
    assert pinterest.remove(live.remote_id) is None
    assert pinterest.remove(live.remote_id) is None, "gone is gone"
    assert pinterest.find(payload, Memory()) == NotFound()


@each_fault("half_answer", "no_id")
def test_faults_of_the_call_that_publishes(pinterest, simulated, fault):
    payload, step = pin(), Memory()
    assert prepare(pinterest, payload, step) is None
    _outcome, live = meet(pinterest, simulated, payload, step, fault)
    assert isinstance(pinterest.find(payload, step), Found if live else NotFound)


def test_uploads_that_go_wrong(pinterest, simulated):
    faults.arm(simulated, "error_before", does="upload", times=2)
    payload, step = pin(moving()), Memory()
    for _ in range(2):
        assert isinstance(pinterest.prepare(payload, step), TryLater)
    faults.arm(simulated, "processing_failed")
    assert isinstance(prepare(pinterest, payload, step), Rejected)
    assert isinstance(send(pinterest, payload, step), Published)
    assert isinstance(prepare(pinterest, pin(moving(b"no video")), Memory()), Rejected)


def test_boards_are_looked_up(pinterest):
    assert isinstance(send(pinterest, pin(board="RECIPES")), Published)
    refused = send(pinterest, pin(board="Boats"))
    assert "Tide tables, Harbour walks, Recipes" in refused.reason


def test_a_consent_is_exchanged_and_its_renewal_rotates(pinterest, simulated):
    door, back = Door("pinterest"), oauth.redirect_uri("pinterest")
    scopes = ",".join(pinterest.spec.auth.scopes)
    asked = {"client_id": "drumbeat", "redirect_uri": back, "scope": scopes}
    code = theirs.grant_code(twin_for("pinterest"), simulated, asked)
    tokens = oauth.exchange(door, code=code, verifier="")
    assert isinstance(tokens, Tokens), tokens
    assert oauth.missing_scopes(door, tokens) == ()
    renewed = oauth.refresh(door, tokens.refresh)
    assert renewed.refresh not in ("", tokens.refresh)
    assert isinstance(oauth.refresh(door, tokens.refresh), Reconnect)
    [account] = pinterest.accounts()
    assert (account.remote_id, account.name) == (simulated.remote_id, "Tidewater")
    assert set(pinterest.audience()) == set(pinterest.spec.account_metrics)
