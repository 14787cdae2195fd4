"""Articles: real adapters against the simulated platforms over real HTTP."""

from dataclasses import replace

import pytest
import requests
from django.utils import timezone

from publishers import clients
from publishers.contract import (
    Account,
    Found,
    NotFound,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from publishers.http import Client
from publishers.sandbox import accounts, faults, ledger
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Picture
from tests.publishers.adapters.kit import Memory, picture, png, post
from tests.publishers.adapters.test_sandbox import sandbox

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
TITLE, WORDS = (
    "High water",
    "Olá (tide) at nine_thirty & more #tides https://tide.earth/api \U0001f30a",
)
KEYS = {
    "person": ("devto", "tidewater"),
    "member": ("medium", "inesduarte"),
    "publication": ("medium", "tidewater"),
}
each = pytest.mark.parametrize("kind", KEYS)


@pytest.fixture
def connected(sandbox, kind):
    """As the connect page does it: by the key alone."""
    platform, handle = KEYS[kind]
    simulated = accounts.create(platform, handle)
    key = accounts.mint_tokens(simulated).access
    listed = clients.adapter_for(platform, Account("", "", token=key)).accounts()
    [account] = [one for one in listed if one.remote_id == simulated.remote_id]
    return simulated, clients.adapter_for(platform, account)


def article(text=WORDS, *media, **more):
    shown = [replace(one, url=f"https://pictures.example/{one.sha256}.png") for one in media]
    return post(text, *shown, **{"title": TITLE, "created_at": timezone.now(), **more})


def send(adapter, payload, step=None):
    step = step or Memory()
    assert adapter.prepare(payload, step) is None
    return adapter.publish(payload, step)


@each
def test_an_article_goes_out_with_its_title_once_and_its_pictures_words(connected, kind):
    simulated, adapter = connected
    text = f"# {TITLE}\n\n{WORDS}"
    pictures = picture("A pier at noon"), picture("A [tall] mast", png((200, 60, 40)))
    outcome = send(adapter, article(text, *pictures))
    assert isinstance(outcome, Published), outcome
    row = ledger.posts(simulated).get()
    assert (row.remote_id, row.text) == (outcome.remote_id, WORDS)
    page = requests.get(outcome.permalink, timeout=10)
    assert page.status_code == 200
    shown = page.text.partition('<article class="sandbox-post')[2]
    assert shown.count(TITLE) == 1
    assert "A pier at noon" in shown
    assert "A [tall] mast" in shown
    assert adapter.remote_id_in(outcome.permalink, adapter.account) in ("", outcome.remote_id)


@each
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("unauthorized", Reconnect),
        ("rate_limited", TryLater),
        ("rejected", Rejected),
        ("error_before", Uncertain),
        ("error_after", Uncertain),
        ("half_answer", Uncertain),
        ("reset_after_accept", Uncertain),
        ("empty_answer", Uncertain),
        ("no_id", Uncertain),
        ("web_page", Uncertain),
    ],
)
def test_faults(connected, kind, fault, outcome):
    simulated, adapter = connected
    payload, step = article(), Memory()
    assert adapter.prepare(payload, step) is None
    faults.arm(asker(simulated), fault)
    answer = adapter.publish(payload, step)
    assert isinstance(answer, outcome), answer
    live = ledger.posts(simulated).count()
    refused = ("unauthorized", "rate_limited", "rejected", "error_before")
    assert live == (0 if fault in refused else 1)
    if kind == "person":
        for memory in (step, Memory()):
            assert isinstance(adapter.find(payload, memory), Found if live else NotFound)
        assert isinstance(adapter.publish(payload, step), Published)
        assert ledger.posts(simulated).count() == 1, "published again it is the same article"


def asker(simulated: Simulated) -> Simulated:
    """Who holds the token: a publication has none of its own."""
    return simulated.administrators.order_by("pk").first() or simulated


@each
def test_no_answer_at_all(connected, kind):
    simulated, adapter = connected
    adapter.http = Client(trusted=(adapter.app.api_url,), total_seconds=1.5)
    payload, step = article(), Memory()
    assert adapter.prepare(payload, step) is None
    faults.arm(asker(simulated), "hang", parameter="3")
    assert isinstance(adapter.publish(payload, step), Uncertain)
    assert ledger.posts(simulated).count() == 1


@each
def test_what_failed_before_is_made_again(connected, kind):
    simulated, adapter = connected
    payload, step = article("Tide", picture()), Memory()
    faults.arm(asker(simulated), "error_before", does="upload")
    assert isinstance(adapter.prepare(payload, step), TryLater)
    assert isinstance(send(adapter, payload, step), Published)


@pytest.mark.parametrize("kind", ["person"])
def test_a_lost_draft_is_found_and_makes_no_second_one(connected, kind):
    simulated, adapter = connected
    payload, step = article(), Memory()
    faults.arm(simulated, "half_answer", does="upload")
    assert isinstance(adapter.prepare(payload, step), TryLater)
    assert isinstance(send(adapter, payload, step), Published)
    assert simulated.posts.count() == 1


@pytest.mark.parametrize("kind", ["person"])
def test_the_life_of_an_article(connected, kind):
    simulated, adapter = connected
    payload, step = article(options={"canonical_url": "https://tide.earth/p"}), Memory()
    outcome = send(adapter, payload, step)
    assert adapter.find(payload, Memory()) == Found(outcome.remote_id, outcome.permalink)
    assert adapter.edit(outcome.remote_id, article("Corrected")) is None
    assert simulated.posts.get().text == "Corrected"
    figures = adapter.measure([outcome.remote_id, "404"])
    assert set(figures) == {outcome.remote_id}
    assert set(figures[outcome.remote_id]) == set(adapter.spec.metrics)
    assert adapter.audience()["followers"] > 0
    for _again in range(2):
        assert adapter.remove(outcome.remote_id) is None
    assert adapter.find(payload, step) == NotFound()
    assert requests.get(outcome.permalink, timeout=10).status_code == 404


@pytest.mark.parametrize("kind", ["person"])
def test_an_address_that_another_article_has_is_refused_for_good(connected, kind):
    _, adapter = connected
    options = {"canonical_url": "https://tide.earth/p"}
    assert isinstance(send(adapter, article(options=options)), Published)
    other = article("Else", title="Low water", options=options)
    assert isinstance(send(adapter, other), Rejected)


@pytest.mark.parametrize("kind", ["member", "publication"])
def test_uploads_belong_to_who_holds_the_token(connected, kind):
    simulated, adapter = connected
    assert isinstance(send(adapter, article("Tide", picture())), Published)
    assert Picture.objects.get().account == asker(simulated)
    assert ledger.posts(simulated).get().attachments.get().alt == "A pier at noon"


@each
def test_the_longest_title_fits_and_one_more_is_not_sent(connected, kind):
    simulated, adapter = connected
    longest = adapter.spec.limits.title
    assert isinstance(send(adapter, article(title="a" * longest)), Published)
    over = article(title="a" * (longest + 1))
    assert isinstance(adapter.prepare(over, Memory()), Rejected)
    assert ledger.posts(simulated).count() == 1


def test_a_key_that_nobody_has(sandbox):
    for platform, _ in KEYS.values():
        stranger = clients.adapter_for(platform, Account("", "", token="nonsense"))
        assert isinstance(stranger.accounts(), Reconnect)
