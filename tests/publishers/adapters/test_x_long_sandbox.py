"""X's adapter against the simulated X over real HTTP: what is longer than 280."""

import pytest

from publishers import clients
from publishers.contract import Account, Found, Published, Rejected, Uncertain
from publishers.sandbox import accounts, faults
from publishers.sandbox.platforms.x import people
from tests.publishers.adapters.kit import Memory, picture
from tests.publishers.adapters.simulated import WORDS, now, sandbox, send

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)

LONG = f"{WORDS}. <Read on> below.\n" * 40
# Shorter than 280 as it is counted, and longer as it is written.
LINKED = f"{WORDS} https://tide.earth/{'a' * 300}"


def connected(handle):
    simulated = accounts.create("x", handle)
    account = Account(simulated.remote_id, handle, token=accounts.mint_tokens(simulated).access)
    x = clients.adapter_for("x", account)
    [told] = x.accounts()
    return simulated, x, told.kind


@pytest.fixture
def premium(sandbox):
    return connected("harbourtrust")


@pytest.mark.parametrize("media", [(), (picture(),)], ids=["alone", "with a picture"])
def test_a_long_post_goes_out_whole_and_is_found(premium, media):
    simulated, x, kind = premium
    payload, step = now(LONG, *media), Memory()
    assert kind == "premium"
    outcome = send(x, payload, step)
    assert isinstance(outcome, Published), outcome
    assert simulated.posts.get().text == LONG
    assert x.find(payload, step) == Found(outcome.remote_id, outcome.permalink)


def test_a_long_post_that_got_no_answer_is_found(premium):
    simulated, x, _ = premium
    faults.arm(simulated, "error_after")
    payload = now(LONG)
    assert isinstance(x.publish(payload, Memory()), Uncertain)
    assert isinstance(x.find(payload, Memory()), Found)


def test_a_long_post_is_changed(premium):
    simulated, x, _ = premium
    live = send(x, now(LONG))
    changed = now(f"{LONG} And at ten.")
    assert x.edit(live.remote_id, changed) is None
    assert x.edit(live.remote_id, changed) is None, "nothing to do"
    row = simulated.posts.get()
    assert (row.text, len(row.body["edits"])) == (changed.text, 1)


def test_who_pays_no_more_writes_no_long_posts(premium, monkeypatch):
    simulated, x, _ = premium
    monkeypatch.setattr(people, "PREMIUM", frozenset())
    refused = send(x, now(LONG))
    assert isinstance(refused, Rejected)
    assert "Only accounts with Premium write more than 280 characters" in refused.reason
    assert not simulated.posts.exists()
    assert connected("harbourtrust")[2] == "person"


def test_without_premium_it_is_as_it_was(sandbox):
    _, x, kind = connected("tidewater")
    assert kind == "person"
    assert isinstance(send(x, now(LONG)), Rejected)
    payload, step = now(LINKED), Memory()
    outcome = send(x, payload, step)
    assert isinstance(outcome, Published), outcome
    assert x.find(payload, step) == Found(outcome.remote_id, outcome.permalink)
