"""The real Telegram adapter against the simulated Telegram over real HTTP."""

import hashlib
from dataclasses import replace

import pytest
import requests

from publishers import clients
from publishers.contract import (
    Account,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
)
from publishers.sandbox import accounts
from publishers.sandbox.registry import twin_for
from tests.publishers.adapters.faulty import each_fault, meet
from tests.publishers.adapters.kit import Memory, film, picture, png, post
from tests.publishers.adapters.simulated import WORDS, sandbox
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def simulated(sandbox):
    return accounts.create("telegram", "tidewater")


@pytest.fixture
def telegram(simulated):
    """As the connect page does it: by the key that stands beside the account."""
    key = twin_for("telegram").sample(simulated)
    [account] = clients.adapter_for("telegram", Account("", "", token=key)).accounts()
    assert (account.remote_id, account.name) == (simulated.remote_id, "Tidewater")
    return clients.adapter_for("telegram", account)


def moving():
    content = mp4(padding=30_000)
    digest = hashlib.sha256(content).hexdigest()
    return replace(film(), sha256=digest, size=len(content), read=lambda: content)


def test_the_life_of_an_album(telegram, simulated):
    payload = post(WORDS, picture(), picture("A mast", png((200, 60, 40))), moving())
    outcome = telegram.publish(payload, Memory())
    assert isinstance(outcome, Published), outcome
    row = simulated.posts.get()
    assert (row.text, row.attachments.count()) == (WORDS, 3)
    shown = requests.get(outcome.permalink, timeout=10)
    assert shown.status_code == 200
    assert "at nine_thirty &amp; more" in shown.text

    assert telegram.edit(outcome.remote_id, replace(payload, text="Low tide")) is None
    assert telegram.edit(outcome.remote_id, replace(payload, text="Low tide")) is None
    assert simulated.posts.get().text == "Low tide"
    assert telegram.audience()["followers"] > 0
    for _again in range(2):
        assert telegram.remove(outcome.remote_id) is None
    assert requests.get(outcome.permalink, timeout=10).status_code == 404


def test_a_thread(telegram, simulated):
    texts, live = ["High water at nine.", "Low water at three.", "Dry until five."], []
    for text in texts:
        reply_to = ReplyTo(live[0], live[-1], tuple(live)) if live else None
        kind = "part" if live else "post"
        outcome = telegram.publish(post(text, kind=kind, reply_to=reply_to), Memory())
        assert isinstance(outcome, Published), outcome
        live.append(outcome.remote_id)
    rows = list(simulated.posts.order_by("pk"))
    assert [row.text for row in rows] == texts
    assert [row.parent for row in rows] == [None, rows[0], rows[1]]


def test_the_longest_texts_fit_and_one_more_does_not(telegram):
    limits = telegram.spec.limits
    for media, most in (((), limits.text), ((picture(),), limits.caption)):
        words = "\U0001f30a" * (most // 2)
        assert isinstance(telegram.publish(post(words, *media), Memory()), Published)
        assert isinstance(telegram.publish(post(words + "a", *media), Memory()), Rejected)


@each_fault("half_answer", "empty_answer", "no_id", "web_page", "hang")
def test_faults(telegram, simulated, fault):
    outcome, _live = meet(telegram, simulated, post(), Memory(), fault)
    if fault == "rate_limited":
        assert outcome.after == 3


def test_one_bot_may_look_after_several_channels(simulated):
    accounts.create("telegram", "journal", kind="organization", administrators=[simulated])
    key = accounts.mint_tokens(simulated).access
    found = clients.adapter_for("telegram", Account("", "", token=key)).accounts()
    assert [one.handle for one in found] == ["tidewater", "journal"]
    accounts.create("telegram", "elsewhere")
    stranger = clients.adapter_for("telegram", Account("", "", token=f"{key} @elsewhere"))
    assert isinstance(stranger.accounts(), Reconnect)
