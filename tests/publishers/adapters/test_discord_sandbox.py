"""The real Discord adapter against the simulated Discord over real HTTP."""

from dataclasses import replace

import pytest
import requests

from publishers import clients
from publishers.contract import Account, Published, Rejected
from publishers.sandbox import accounts
from publishers.sandbox.registry import twin_for
from tests.publishers.adapters.faulty import each_fault, meet
from tests.publishers.adapters.kit import Memory, picture, png, post
from tests.publishers.adapters.simulated import WORDS, sandbox

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)


def connected(simulated):
    """As the connect page does it: by the address that stands beside the account."""
    address = twin_for("discord").sample(simulated)
    [account] = clients.adapter_for("discord", Account("", "", token=address)).accounts()
    assert (account.remote_id, account.name) == (simulated.remote_id, simulated.name)
    return clients.adapter_for("discord", account)


@pytest.fixture
def simulated(sandbox):
    return accounts.create("discord", "tidewater")


@pytest.fixture
def discord(simulated):
    return connected(simulated)


def test_the_life_of_a_message(discord, simulated):
    words = f"@everyone {WORDS}"
    payload = post(words, picture("A pier at noon"), picture("A mast", png((200, 60, 40))))
    outcome = discord.publish(payload, Memory())
    assert isinstance(outcome, Published), outcome
    row = simulated.posts.get()
    assert (row.text, row.body["calls"]) == (words, False)
    assert [one.alt for one in row.attachments.all()] == ["A pier at noon", "A mast"]
    shown = requests.get(outcome.permalink, timeout=10)
    assert shown.status_code == 200
    assert "A mast" in shown.text
    assert "Calls everybody" not in shown.text

    assert discord.edit(outcome.remote_id, replace(payload, text="@here Low tide")) is None
    row.refresh_from_db()
    assert (row.text, row.body["calls"]) == ("@here Low tide", False)
    for _again in range(2):
        assert discord.remove(outcome.remote_id) is None
    assert isinstance(discord.edit(outcome.remote_id, payload), Rejected)
    assert requests.get(outcome.permalink, timeout=10).status_code == 404


def test_in_a_forum_and_in_a_thread(simulated):
    forum = connected(accounts.create("discord", "harbourforum"))
    assert isinstance(forum.publish(post(), Memory()), Rejected)
    begun = forum.publish(post(options={"thread_name": "High water"}), Memory())
    assert isinstance(begun, Published), begun
    number = begun.remote_id.split("/")[1]
    answered = forum.publish(post("Low", options={"thread": number}), Memory())
    assert isinstance(answered, Published), answered
    for one in (answered, begun):
        assert forum.edit(one.remote_id, post("Changed")) is None
        assert requests.get(one.permalink, timeout=10).status_code == 200
        assert forum.remove(one.remote_id) is None
    assert isinstance(forum.publish(post(options={"thread": "17"}), Memory()), Rejected)


def test_the_longest_text_fits_and_one_more_does_not(discord):
    words = "\U0001f30a" * discord.spec.limits.text
    assert isinstance(discord.publish(post(words), Memory()), Published)
    refused = discord.publish(post(words + "a"), Memory())
    assert isinstance(refused, Rejected)
    assert "Must be 2000 or fewer" in refused.reason


@each_fault("half_answer", "empty_answer", "no_id", "web_page", "hang")
def test_faults(discord, simulated, fault):
    outcome, _live = meet(discord, simulated, post(), Memory(), fault)
    if fault == "rate_limited":
        assert outcome.after == 3
